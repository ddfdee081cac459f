import type { Conversation } from '../domain/conversation.ts'
import type { Inbound } from '../domain/message.ts'
import type { Outcome, Silence } from '../domain/outcome.ts'
import type { Policy } from '../domain/person.ts'
import { isIntimate } from './intimate.ts'
import { residentOrder } from './mine.ts'

/** How a group stands when a message comes. */
export type GroupState = { readonly policy: Policy; readonly muted: boolean }

/** How long after our words a short message is taken for an answer to them. */
const talkMs = 10 * 60_000

/**
 * Whether the assistant takes up a group's message: when it is spoken to, when somebody goes on talking
 * with it, and in an attentive group for any message that may ask something. An emergency always is.
 * Gives the reason to stay silent, or undefined.
 */
export function silenceFor(message: Inbound, { policy, muted }: GroupState, conversation: Conversation, facts: { emergency: boolean; answersUs: boolean }): Silence | undefined {
  if (message.place === 'direct' || facts.emergency) return undefined
  if (muted) return 'muted'
  if (message.addressed) return undefined
  if (facts.answersUs && inTalk(conversation, message.at)) return undefined
  const order = residentOrder(message.text)
  if (order && order !== 'happy' && order !== 'unhappy') return undefined
  if (/^转?人工[！!。.]?$/.test(message.text.trim())) return undefined
  // 「怎么办」 said to nobody is no command to us.
  if (facts.answersUs || order) return 'not-addressed'
  return policy === 'mention' ? 'not-addressed' : undefined
}

/** Whether we spoke with the person here in the last minutes. */
export function inTalk({ lastAt }: Conversation, now: Date): boolean {
  return lastAt !== undefined && now.getTime() - Date.parse(lastAt) < talkMs
}

/** Confidence that a message asks a legal question, above which one said to nobody goes to an adviser. */
const plainlyAsked = 0.6

/** What an unaddressed message in a group may bring: an answer or an emergency, an adviser where it plainly asks, else silence. */
export function unaddressed(outcome: Outcome, message: Inbound, question: number): Outcome {
  if (message.place === 'direct' || message.addressed) return outcome
  if (outcome.kind === 'refused') return { ...outcome, kind: 'ignored', because: 'chatter' }
  if (outcome.kind !== 'escalated' || outcome.situation || outcome.ticket.because === 'asked-for-a-person') return outcome
  const asks = question >= plainlyAsked && asksSomething(message.text)
  return asks ? outcome : { ...outcome, kind: 'ignored', because: 'unclear' }
}

/** Whether the words have the form of a question. */
export function asksSomething(text: string): boolean {
  return /[?？]|吗|么(?!么)|咋|怎么|怎样|咋整|咋办|能不能|可不可以|可以.{0,12}[吧不]|有没有|是不是|该不该|算不算|要不要|得不得|行不行|合不合|违不违|犯不犯|多少|多久|几天|几年|几个月|哪[里儿个些天]|谁|啥|什么|请问|求助|凭啥|凭什么|管不管|赔不赔|作数|有用没|[能要会]不[能要会]|不$|没$|没有$|呢/.test(text)
}

/** Marks what a group should not read: it is offered one-to-one instead. */
export function discreet(outcome: Outcome, message: Inbound): Outcome {
  if (message.place === 'direct') return outcome
  if (outcome.kind === 'answered' && isIntimate(message.text, outcome.answer.entry)) return { ...outcome, discreet: true }
  if (outcome.kind === 'escalated' && isIntimate(message.text, outcome.situation)) return { ...outcome, discreet: true }
  return outcome
}
