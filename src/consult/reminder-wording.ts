import type { Address } from '../domain/message.ts'
import { directOf, sameAddress, type Duty, type Roster } from '../domain/person.ts'
import type { Ticket } from '../domain/ticket.ts'
import { isOverdue, listLine, stateOf } from './relay-wording.ts'
import type { Reply } from './wording.ts'

export type ReminderWords = { readonly roster: Roster; readonly duty: Duty; readonly unclosed: readonly Ticket[]; readonly now: Date; readonly overdueHours: number; readonly card: string }

/** What a reminder says, and to whom: the desk, whoever is next on duty, everyone on duty, the admins. */
export function clockReminders({ kind, turn = 1 }: { readonly kind: 'remind' | 'everyone' | 'overdue' | 'next'; readonly turn?: number }, ticket: Ticket, words: ReminderWords): Reply[] {
  const { roster, duty, now } = words
  const number = `#${ticket.number}`
  const desk = ticket.desk ? [ticket.desk] : []
  const waited = waitedText(ticket, now)
  switch (kind) {
    case 'remind': {
      const holder = ticket.adviser && ticket.status === 'claimed' ? `${ticket.adviser.name}，` : ''
      return say(desk, `【提醒】${holder}${number} 等了${waited}，${stateOf(ticket)}。答复：${number} 内容${holder ? '' : `；接手：接 ${number}`}`)
    }
    case 'next': {
      // The first on duty was told when it came in.
      const next = duty.advisers.length > 0 ? duty.advisers[turn % duty.advisers.length] : undefined
      const direct = next && directOf(next, ticket.desk?.channel)
      return [
        ...say(desk, `▲【紧急】${number} 等了${waited}还没人接${next ? `，轮到${next.name}` : ''}。接 ${number}`),
        ...say(direct && !desk.some((at) => sameAddress(at, direct)) ? [direct] : [], `▲【紧急】轮到您，${number} 等了${waited}还没人接。\n${words.card}`),
      ]
    }
    case 'everyone': {
      const directs = duty.advisers.flatMap((adviser) => directOf(adviser, ticket.desk?.channel) ?? [])
      return [
        ...say(desk, `【催办】${number} 等了${waited}，${stateOf(ticket)}。值班的各位：${duty.advisers.map(({ name }) => name).join('、') || '（名册里今天没有人）'}，谁都可以「接 ${number}」。`),
        ...say(unique(directs, desk), `【催办】${number} 等了${waited}，${stateOf(ticket)}，谁都可以接。\n${words.card}`),
      ]
    }
    case 'overdue': {
      const overdue = words.unclosed.filter((other) => isOverdue(other, now, words.overdueHours))
      const list = [`【超时清单】${overdue.length} 张，办结才会从这里去掉：`, ...overdue.map((other) => listLine(other, roster, now, words.overdueHours))].join('\n')
      return say([...desk, ...unique(roster.admins.flatMap((admin) => directOf(admin) ?? []), desk)], list)
    }
  }
}

function say(places: readonly Address[], text: string): Reply[] {
  return places.map((to) => ({ to, text }))
}

function unique(places: readonly Address[], known: readonly Address[]): Address[] {
  return places.filter((at, index) => !known.some((other) => sameAddress(other, at)) && places.findIndex((other) => sameAddress(other, at)) === index)
}

function waitedText({ openedAt, reopenedAt }: Ticket, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(reopenedAt ?? openedAt)) / 60_000)
  return minutes < 60 ? ` ${minutes} 分钟` : minutes < 48 * 60 ? ` ${Math.floor(minutes / 60)} 小时` : ` ${Math.floor(minutes / 1440)} 天`
}
