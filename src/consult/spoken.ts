import type { Inbound } from '../domain/message.ts'
import type { Outcome } from '../domain/outcome.ts'
import { erasedText, phraseMoved, switchedText, type TicketWords } from './ticket-wording.ts'
import { phrase, type Reply, type Words } from './wording.ts'

export type Listeners = TicketWords & {
  /** The message is an adviser's or admin's: what is told them is no answer of the assistant's. */
  readonly official: boolean
  readonly words: Words
  /** Whether an adviser was told of the ticket that the outcome opens. */
  readonly attended: boolean
}

/** All that an outcome says, to whoever wrote and to whoever else is to hear of it; nothing for one that was left alone. */
export function repliesOf(outcome: Outcome, message: Inbound, { official, words, attended, ...among }: Listeners): Reply[] {
  const back = (text: string): Reply => ({ to: message.from, replyTo: message.id, text })
  switch (outcome.kind) {
    case 'moved':
      return phraseMoved(outcome, message, among)
    case 'drafted':
    case 'signed':
      return [back(outcome.text)]
    case 'switched':
      return [back(switchedText(outcome.muted))]
    case 'erased':
      return [back(erasedText), ...outcome.open.flatMap(({ number, desk }) => (desk ? [{ to: desk, text: `#${number} 居民删除了自己的记录，工单关闭，请不要再联系。` }] : []))]
    default:
      return official && outcome.kind === 'told' ? [back(outcome.text)] : phrase(outcome, message, words, attended)
  }
}
