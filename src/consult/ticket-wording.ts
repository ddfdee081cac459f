import type { Address, ChannelName, Inbound, Sheet } from '../domain/message.ts'
import type { Alarm, Outcome } from '../domain/outcome.ts'
import { directOf, expertsFor, sameAddress, type Roster } from '../domain/person.ts'
import type { Signer, Ticket } from '../domain/ticket.ts'
import { redact } from '../safety/redact.ts'
import { cardText } from './card.ts'
import { licenceLine, short, stateOf } from './relay-wording.ts'
import { saysSafe } from './emergency.ts'
import { alarmSheet, plain, type Reply } from './wording.ts'

/** What phrasing a step needs beside it: who is who, and where the resident was last one-to-one. */
export type TicketWords = { readonly roster: Roster; readonly direct?: Address | undefined; readonly now: Date }

type Moved = Extract<Outcome, { kind: 'moved' }>

/** Here a message that nothing is said to would be told 「稍后回复」, which is an adviser's to promise. */
const repliesToEveryCall: ReadonlySet<ChannelName> = new Set(['official-account', 'weibo'])

/** What a step on a ticket says, to the resident and among advisers. */
export function phraseMoved(outcome: Moved, message: Inbound, words: TicketWords): Reply[] {
  const { step, before, ticket } = outcome
  const desk = ticket.desk
  const acknowledge = (text: string): Reply => ({ to: message.from, replyTo: message.id, text })
  const tellDesk = (text: string): Reply[] => (desk ? [{ to: desk, text }] : [])
  const number = `#${ticket.number}`
  /** What an adviser does one-to-one the others hear of in their group. */
  const tellOthers = (text: string): Reply[] => (desk && !sameAddress(desk, message.from) ? tellDesk(text) : [])

  switch (step.kind) {
    case 'claim':
      return [toResident(ticket, `${step.by.name}（${step.by.kind === '未登记' ? '法律顾问' : step.by.kind}）接手了您的事（${number}），接下来由${step.by.name}跟您说，我先不插话。有危险照样打 110、120。`), acknowledge(`${number} 由${step.by.name}接了。写「${number} 内容」或引用卡片答复，「问 ${number} …」追问，「结 ${number}」办结。`), ...tellOthers(`${number} 由${step.by.name}接了。`)]
    case 'answer':
      return [...answerReplies(ticket, step.by, step.text, words), acknowledge(`已转给居民（${number}），署名${step.by.name}。`), ...tellOthers(`${number} ${step.by.name}答复了居民。`)]
    case 'ask':
      return [toResident(ticket, `法律顾问${step.by.name}想问您（${number}）：\n${step.text}\n您直接回，下一句话会转给${step.by.name}。`), acknowledge(`${number} 已经问了居民，下一句话会转过来。`)]
    case 'hand-on': {
      const contact = words.roster.advisers.find(({ id }) => id === step.to.id)
      const to = contact && directOf(contact, desk?.channel)
      const told = to && !sameAddress(to, message.from) ? [{ to, text: `${step.by.name}把 ${number} 转给您。\n${cardText(ticket, words)}` }] : []
      return [toResident(ticket, `您的事（${number}）转给${step.to.name}接着办，${step.to.name}会跟您说。`), acknowledge(`${number} 已转给${step.to.name}。`), ...told]
    }
    case 'experts': {
      const experts = expertsFor(words.roster, ticket, [step.by.id])
      const told = experts.flatMap((expert) => {
        const to = directOf(expert, desk?.channel)
        return to ? [{ to, text: `${step.by.name}请您看一张工单。\n${cardText(ticket, words)}` }] : []
      })
      const resident = before.status === 'claimed' ? [toResident(ticket, `您的事（${number}）正请专家一起看，有了结果马上告诉您。这会儿别的事可以接着问我。`)] : []
      return [...resident, acknowledge(`${number} 已请专家：${experts.map(({ name }) => name).join('、')}。`), ...told]
    }
    case 'close':
      return [toResident(ticket, `您的事（${number}）顾问办结了。我接着在，有事随时问；没解决就回「不满意」。`), acknowledge(ticket.said.some(({ reply }) => reply) ? `${number} 已办结，答复会去掉个人信息，作为草稿交给管理员。` : `${number} 已办结，没有答复过居民。`), ...tellOthers(`${number} ${step.by.name}办结了。`)]
    case 'join': {
      if (outcome.alarm) return [alarmGoesOn(outcome.alarm, ticket, message), ...tellDesk(`▲${number} 居民补充：${redact(step.text)}`)]
      const held = before.status === 'claimed' && !before.awaiting
      const name = before.adviser?.name ?? '法律顾问'
      const words = held ? `已经转给${name}（${number}），由${name}答复您。` : ticket.desk ? `收到，已经转给${name}（${number}）。` : `收到，已经记在 ${number} 上。`
      const heard = held && !repliesToEveryCall.has(message.from.channel) ? [] : [{ ...toResident(ticket, words), replyTo: message.id, to: message.from }]
      return [...heard, ...tellDesk(`${number} 居民${before.awaiting ? '回话' : '补充'}：${redact(step.text)}`)]
    }
    case 'vote':
      if (step.up) return [{ ...toResident(ticket, `谢谢您，${number} 就办结了。有事随时问。`), to: message.from }, ...tellDesk(`${number} 居民满意，已办结。`)]
      return reopenedReplies(ticket, message, tellDesk)
    case 'reopen':
      return reopenedReplies(ticket, message, tellDesk)
    case 'withdraw':
      return tellDesk(`${number} 居民撤回了，不用再办。`)
  }
}

/** What was said first stands, and is not said again. */
function alarmGoesOn({ situation }: Alarm, ticket: Ticket, message: Inbound): Reply {
  const conclusion = saysSafe(message.text) ? safeText : `${stillInDangerText}刚才告诉您的先做着。`
  const sheet = alarmSheet({ situation }, message.place, { conclusion, note: `您说的也${ticket.desk ? '转给法律顾问' : '记下'}了（#${ticket.number}）。` })
  return { ...toResident(ticket, plain(sheet)), to: message.from, replyTo: message.id, sheet }
}

function reopenedReplies(ticket: Ticket, message: Inbound, tellDesk: (text: string) => Reply[]): Reply[] {
  return [{ ...toResident(ticket, `好的，您的事（#${ticket.number}）重新转给法律顾问了。哪里没说清、还差什么，直接告诉我，我一起转过去。`), to: message.from }, ...tellDesk(`#${ticket.number} 居民不满意，请再看。谁来：接 #${ticket.number}`)]
}

/** An adviser's words, signed; what others should not read goes one-to-one, or waits to be asked for. */
function answerReplies(ticket: Ticket, by: Signer, text: string, { direct }: TicketWords): Reply[] {
  const reply = answerReply(ticket, by, text)
  if (!ticket.intimate || ticket.place !== 'group') return [reply]
  if (direct) {
    const { mention: _group, replyTo: _said, ...private_ } = reply
    return [{ ...private_, to: direct }, toResident(ticket, `法律顾问答复您了（#${ticket.number}），已经单独发给您。`)]
  }
  return [toResident(ticket, `法律顾问答复您了（#${ticket.number}）。请单独给我发「我的问题」，我发给您看。`)]
}

/** The reply that carries an adviser's signed words, to where the resident asked. */
export function answerReply(ticket: Ticket, by: Signer, text: string): Reply {
  const label = '法律顾问本人的答复，不是 AI 生成'
  const ask = '解决了请回「满意」，没解决请回「不满意」。顾问说完了，别的事接着问我。'
  const sheet: Sheet = { by: 'adviser', kind: 'answer', conclusion: text, notes: [ask], label, ticket: ticket.number, signature: { name: by.name, licence: licenceLine(by) } }
  const words = [`【法律顾问答复 #${ticket.number}】`, text, `—— ${by.name}（${licenceLine(by)}）`, `（${label}）`, ask].join('\n')
  return { ...toResident(ticket, words), sheet, actions: [{ label: '满意', send: '满意' }, { label: '不满意', send: '不满意' }] }
}

/** A message to whoever asked, in the place where they asked. */
export function toResident(ticket: Ticket, text: string): Reply {
  const mention = ticket.place === 'group' ? { mention: { id: ticket.resident, name: ticket.residentName ?? ticket.resident } } : {}
  return { to: ticket.from, replyTo: ticket.message, text, ...mention }
}

/** 我的问题: a person's tickets and how they stand; in a group without what they say. */
export function ticketsText(tickets: readonly Ticket[], place: Inbound['place']): string {
  if (tickets.length === 0) return '您没有转给法律顾问的问题。有事直接问我，或者说「转人工」。'
  const lines = tickets.slice(0, 8).map((ticket) => {
    const state = stateOf(ticket)
    if (place === 'group') return `#${ticket.number} ${state}`
    const last = ticket.said.findLast(({ reply }) => reply)
    const answer = last ? `\n  ${last.name ?? '顾问'}${ticket.adviser ? `（${licenceLine(ticket.adviser)}）` : ''}：${last.text}` : ''
    return `#${ticket.number} ${state}：${short(ticket.question, 30)}${answer}`
  })
  const answered = tickets.some(({ status }) => status === 'answered' || status === 'closed')
  return [`您转给法律顾问的问题：`, ...lines, ...(place === 'group' ? ['内容请单独给我发「我的问题」看。'] : [answered ? '答复没解决问题，回「不满意」。' : '顾问答复后我马上发给您。等不及可以打 12348，免费。'])].join('\n')
}

export const safeText = '平安就好，先待在安全的地方，身边最好有人陪着。又有危险马上打 110，受伤打 120。'
export const stillInDangerText = '知道了。人还有危险就先离开、先打 110，受伤打 120，再跟我说。'
export const tooFastText = '大家问得有点急，我一条一条来。请过一分钟再说；急事打 110、120，法律咨询打 12348。'
export const erasedText = '您的记录删好了：说过的话、身份和转给顾问的内容都没有了，只留下不带姓名的次数。以后有事还可以来问。'

export function switchedText(muted: boolean): string {
  return muted ? '好的，我不说话了。只有救命的急事我还会说一句。说「开口」我就回来。' : '好的，我回来了。@我就答。'
}

/** For the advisers: what one of them answered is not with the resident. */
export function undeliveredText(number: number, how: 'held' | 'given-up'): string {
  return how === 'held' ? `#${number} 的答复还没送到：平台这会儿不让主动发给居民，等居民再说话就补发。急的事请打电话。` : `#${number} 的答复没送到，平台不收（居民可能拉黑、退群或换了号）。居民来问「我的问题」还看得到；急的事请打电话。`
}

/** For an adviser whose order failed on our side: nothing of it was done. */
export const brokenText = '出错了，是我们这边的问题，这句没有办成。请再发一次；还不行请告诉管理员。'
