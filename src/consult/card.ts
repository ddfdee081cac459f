import { articleLabel } from '../domain/law.ts'
import type { Address } from '../domain/message.ts'
import { adviserGroupFor, advisersFor, dayOf, directOf, type Roster } from '../domain/person.ts'
import type { EscalationReason, Ticket, TicketDraft } from '../domain/ticket.ts'
import { likelyOnCard } from './likely.ts'
import { dutyLine, short, villageName } from './relay-wording.ts'

const because: Record<EscalationReason, string> = {
  urgent: '事情要紧，救急的话已经说了', 'nothing-found': '知识库里没有找到', unsure: '把握没有到线', 'outside-mainland': '牵涉港澳台或外国的法律',
  'asked-for-a-person': '居民要找人', failed: '助手出错了', 'out-of-date': '依据的法律有变化',
}

type Carded = TicketDraft & Pick<Ticket, 'village'> & Partial<Pick<Ticket, 'number' | 'missing' | 'said'>>

/** A ticket as advisers see it: nothing in it says who the resident is. `{ticket}` stands for a number not yet given. */
export function cardText(ticket: Carded, { roster, now }: { roster: Roster; now: Date }): string {
  const number = ticket.number === undefined ? '{ticket}' : `#${ticket.number}`
  const { draft, likely, missing = [], said = [] } = ticket
  const sources = draft?.basis.slice(0, 4).map(articleLabel).join('、')
  return [
    `【工单 ${number}】${villageName(roster, ticket.village)} · ${ticket.domain ?? '未分类'} · ${ticket.urgency === 'urgent' ? '▲紧急' : '普通'}`,
    `问：${short(ticket.question, 400)}`,
    ...said.slice(-6).map(({ by, name, text }) => `${by === 'resident' ? '居民' : (name ?? '顾问')}：${short(text, 200)}`),
    `助手没有直接答：${because[ticket.because]}`,
    ...(draft ? [`助手本想答（AI 生成，把握 ${Math.round(draft.confidence * 100)}%）：${short(draft.text, 160)}${sources ? `\n依据：${sources}` : ''}`] : []),
    ...(likely ? [likelyOnCard(likely)] : []),
    ...(missing.length > 0 && !said.some(({ by }) => by === 'resident') ? [`还不清楚，已经问居民：${missing.join('；')}`] : []),
    dutyLine(roster, ticket, now),
    `接 ${number} ｜ ${number} 答复内容 ｜ 问 ${number} … ｜ 转 ${number} @某人 ｜ 结 ${number}`,
  ].filter(Boolean).join('\n')
}

/** Where a new ticket goes: the advisers' group of the village and field, or the one on duty one-to-one; nowhere when there is nobody. */
export function deskFor(ticket: Pick<Ticket, 'village' | 'domain'>, roster: Roster, now: Date): { readonly desk?: Address; readonly crossRegion?: true } {
  const { advisers, crossRegion } = advisersFor(roster, ticket, dayOf(now))
  const [first] = advisers
  const desk = adviserGroupFor(roster, ticket)?.at ?? (first && directOf(first))
  return { ...(desk ? { desk } : {}), ...(crossRegion ? { crossRegion: true } : {}) }
}
