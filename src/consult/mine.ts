import type { Inbound } from '../domain/message.ts'
import type { Outcome } from '../domain/outcome.ts'
import { clockOf } from '../domain/person.ts'
import { move, type Move, type Ticket } from '../domain/ticket.ts'
import { short, whyNot } from './relay-wording.ts'
import { ticketsText } from './ticket-wording.ts'

/** What residents may ask about their own matters. */
export type ResidentOrder = 'mine' | 'happy' | 'unhappy' | 'records' | 'erase' | 'hush'

const orders: readonly (readonly [ResidentOrder, RegExp])[] = [
  ['mine', /^(?:我的问题|我的工单|问题进度|进度|查进度)$/],
  ['happy', /^(?:满意|很满意|解决了|非常满意|有用|很有用|有帮助)$/],
  ['unhappy', /^(?:不满意|没解决|没有解决|还没解决|没用|没有用|没帮助)$/],
  ['unhappy', /^(?:你|您)?(?:说|讲|答|回答)(?:的|得)?(?:都|全)?(?:不对|错了|不准)$|^(?:你|您)?(?:说错|讲错|答错|搞错|弄错)了$|^(?:答非所问|不是这个意思|我不是(?:问|说)这个|我问的不是这个|我要投诉(?:你|您|你们)|投诉你)$/],
  ['records', /^(?:我的记录|查我的记录|查看我的记录)$/],
  ['hush', /^(?:闭嘴|开口)$/],
  ['erase', /^(?:删除我的记录|删掉我的记录|清除我的记录)$/],
]

/** Reads a message as one of these orders; undefined when it is none. */
export function residentOrder(text: string): ResidentOrder | undefined {
  const plain = text.trim().replace(/^@\S+\s*/, '').replace(/[。.！!？?~～]+$/, '')
  return orders.find(([, pattern]) => pattern.test(plain))?.[0]
}

/** What answering them needs: the person's tickets, newest first, and what is held of them. */
export type MinePorts = {
  tickets(message: Inbound): Promise<readonly Ticket[]>
  held(message: Inbound): Promise<{ readonly messages: readonly { readonly at: Date; readonly text: string }[]; readonly answers: number }>
  now(): Date
  retentionDays: number
}

/** Obeys a resident's order. 不满意 with no adviser's answer to go back to is undefined: it asks for a person. */
export async function obeyResident(order: ResidentOrder, message: Inbound, ports: MinePorts): Promise<Outcome | undefined> {
  const tickets = await ports.tickets(message)
  const now = ports.now().toISOString()
  switch (order) {
    case 'hush':
      return told(message.place === 'group' ? '让我停下或者再开口，要由村里的法律顾问或管理员来说。您不@我，我就不打扰您。' : '好的，您不问，我不说。有事随时发给我。', 'hush')
    case 'mine':
      return told(ticketsText(tickets, message.place), 'mine')
    case 'records':
      if (message.place === 'group') return told('您的记录不方便在群里说，请单独给我发「我的记录」。', 'records-in-group')
      return { ...told(await recordsText(message, tickets, ports), 'records'), audit: '我的记录' }
    case 'erase':
      return { entries: [], confidence: 1, reason: 'erase', kind: 'erased', open: tickets.filter(({ status }) => status !== 'closed') }
    case 'happy':
    case 'unhappy': {
      const ticket = tickets.find(({ status }) => status === 'answered') ?? (order === 'unhappy' ? tickets.find(({ status }) => status === 'closed') : undefined)
      const again = tickets.find(({ status, reopened }) => status === 'open' && reopened)
      if (!ticket && order === 'unhappy' && again) return told(`您的事（#${again.number}）已经重新转给法律顾问了，还在等人接。哪里没说清、还差什么，直接告诉我。等不及可以打 12348，免费。`, 'reopened-already')
      if (!ticket) return order === 'happy' ? told('谢谢您。有事随时问。', 'happy') : undefined
      const step: Move = ticket.status === 'closed' ? { kind: 'reopen' } : { kind: 'vote', up: order === 'happy' }
      return resident(ticket, step, now)
    }
  }
}

/** A resident's step on their own ticket. */
export function resident(before: Ticket, step: Move, now: string): Outcome {
  const result = move(before, step, now)
  if (!result.ok) return told(whyNot(result.why, before), result.why)
  const log = step.kind === 'vote' || step.kind === 'reopen' ? noteFor(before, step.kind === 'vote' && step.up) : {}
  return { entries: [], confidence: 1, reason: step.kind, kind: 'moved', step, before, ticket: result.ticket, ...log }
}

function noteFor({ number, adviser }: Ticket, satisfied: boolean) {
  return adviser ? { log: { ticket: number, adviser: adviser.id, result: satisfied ? '已办结，居民满意' : '居民不满意，重新办理' } } : {}
}

async function recordsText(message: Inbound, tickets: readonly Ticket[], { held, retentionDays }: MinePorts): Promise<string> {
  const { messages, answers } = await held(message)
  const kept = messages.filter(({ text }) => text !== '')
  const lines = kept.slice(-20).map(({ at, text }) => `${clockOf(at)} ${short(text, 40)}`)
  return [
    `我们存着您的：消息 ${kept.length} 条，给您的答复 ${answers} 条，转给顾问的问题 ${tickets.length} 件。原文最多存 ${retentionDays} 天，之后只留不带姓名的统计。`,
    ...(lines.length > 0 ? [`您说过的（最近 ${lines.length} 条）：`, ...lines] : []),
    ...tickets.slice(0, 10).map(({ number, question }) => `#${number} ${short(question, 40)}`),
    '要删，回「删除我的记录」。',
  ].join('\n')
}

function told(text: string, reason: string): Extract<Outcome, { kind: 'told' }> {
  return { entries: [], confidence: 1, reason, kind: 'told', text }
}
