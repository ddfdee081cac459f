import type { Conversation } from '../domain/conversation.ts'
import type { Inbound } from '../domain/message.ts'
import type { Outcome } from '../domain/outcome.ts'
import { isAlarm } from './emergency.ts'
import { questionInTalk } from './follow-up.ts'

/** The conversation after an outcome; undefined when there is nothing new to remember. */
export function remember(before: Conversation, { text, at }: Inbound, outcome: Outcome): Conversation | undefined {
  const { likely: _shown, pending: _answered, offered, factsAskedAt, ticket: _held, waiting: _waiting, ...rest } = before
  const asked = before.pending?.asked ?? 0
  const lastQuestion = outcome.alone ? text : questionInTalk(text, before, at)
  switch (outcome.kind) {
    case 'answered': {
      const { entry, branch, chosen: label } = outcome.answer
      const { chosen: chosenBefore, ...others } = rest
      const chosen = label === undefined ? chosenBefore : { entry: entry.id, label }
      const picked = outcome.reason === 'choice'
      const question = picked ? (before.lastQuestion ?? text) : text
      const pending = branch && asked < mostAsked ? { pending: { entry: entry.id, question, asked: asked + 1 } } : {}
      // The guide that was chosen may be the wrong one, and the ticket still waits for its facts.
      const open = picked || outcome.reason === 'branch' ? { ...(offered ? { offered } : {}), ...(factsAskedAt === undefined ? {} : { factsAskedAt }) } : {}
      return { ...others, ...(chosen?.entry === entry.id ? { chosen } : {}), lastEntry: entry.id, lastQuestion: picked ? question : lastQuestion, lastAt: at.toISOString(), ...open, ...pending }
    }
    case 'escalated': {
      const [nearest] = outcome.entries
      const { likely, nearby, missing } = outcome
      return {
        ...rest, lastQuestion, lastAt: at.toISOString(), ...(nearest === undefined ? {} : { lastEntry: nearest }),
        ...withAlarm(outcome, at), ...(outcome.situation && offered ? { offered } : {}),
        ...(nearby && !outcome.discreet ? { offered: { guides: nearby, at: at.toISOString() } } : {}),
        ...(likely && !outcome.discreet ? { likely: { day: likely.day, articles: likely.articles.map(({ law, article }) => ({ law, article })) } } : {}),
        ...(missing?.length ? { factsAskedAt: at.toISOString() } : {}),
      }
    }
    case 'moved':
      if (outcome.step.kind === 'reopen' || (outcome.step.kind === 'vote' && !outcome.step.up)) return { ...rest, lastAt: at.toISOString(), factsAskedAt: at.toISOString() }
      if (outcome.step.kind !== 'join') return undefined
      return { ...rest, lastAt: at.toISOString(), ...(before.likely ? { likely: before.likely } : {}), ...(offered ? { offered } : {}), ...(factsAskedAt === undefined ? {} : { factsAskedAt }) }
    default:
      return undefined
  }
}

/** What is remembered of an emergency, whatever else the message holds. */
export function withAlarm(outcome: Outcome, at: Date): Pick<Conversation, 'alarm'> {
  return isAlarm(outcome) ? { alarm: { situation: outcome.situation.id, at: at.toISOString() } } : {}
}

/** The outcome without a question of ours, where we asked often enough in a row. */
export function withoutThirdQuestion(outcome: Outcome, { pending }: Conversation): Outcome {
  if (outcome.kind !== 'answered' || (pending?.asked ?? 0) < mostAsked) return outcome
  const { branch: _unasked, ...answer } = outcome.answer
  return { ...outcome, answer }
}

/** Questions we ask back in a row before we leave it at the answer. */
const mostAsked = 2
