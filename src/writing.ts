import type { Counsel } from './assistant.ts'
import { draftEntry } from './consult/draft-entry.ts'
import { withNotice } from './consult/notice.ts'
import { asksBack, cardsOf, forTicket, openingsOf } from './consult/opening.ts'
import { remember, withAlarm } from './consult/remember.ts'
import { withPoints } from './consult/service-points.ts'
import { repliesOf } from './consult/spoken.ts'
import type { Conversation } from './domain/conversation.ts'
import type { Address, Inbound, Outbound } from './domain/message.ts'
import type { Outcome } from './domain/outcome.ts'
import { dayOf, villageById, villageOf, type Roster } from './domain/person.ts'
import type { DeskSettings } from './settings.ts'
import type { Decided } from './store/record.ts'

/** What serving a message came to, and what recording it needs beside. */
export type Decision = {
  readonly outcome: Outcome
  /** What the second matter of a long story came to: an answer or a ticket. */
  readonly beside?: Outcome
  readonly before: Conversation
  readonly ms: number
  /** By an adviser or admin, not by a resident. */
  readonly official: boolean
  readonly village: string
  /** What the resident thinks of our last answer, said in words. */
  readonly vote?: { readonly message: string; readonly up: boolean }
  readonly direct?: Address | undefined
  /** The resident has not yet been told here who answers. */
  readonly firstContact: boolean
}

/** A decision as it is written: everything in one transaction. `spoken` is what the resident reads. */
export function createWriting(options: { assistant: Pick<Counsel, 'words' | 'laws'>; roster(): Roster; settings: DeskSettings; now(): Date }) {
  const { assistant, settings, now } = options

  return function toDecided(message: Inbound, { outcome, beside, vote, before, official, village, direct, firstContact }: Decision, gathered: readonly Inbound[]): Decided & { readonly spoken: string } {
    const roster = options.roster()
    const { kind, entries, confidence, reason } = outcome
    const moved = outcome.kind === 'moved' ? outcome : undefined
    const outcomes = [outcome, ...(beside ? [beside] : [])]
    const openings = openingsOf(outcomes, village, { roster, now: now() })
    const [ticket, second] = openings
    const twice = openings.length > 1
    const plainly = withPoints(outcomes.flatMap((one, index) => repliesOf(one, message, { roster, direct, official, now: now(), words: assistant.words, attended: openings[twice ? index : 0]?.desk !== undefined }).map((reply) => forTicket(reply, twice ? index : 0))), villageById(roster, village) ?? roster.villages[0])
    const notice = !official && firstContact && plainly.length > 0 && outcome.kind !== 'erased'
    const spoken = notice ? withNotice(plainly, message, settings.retentionDays) : plainly
    const cards = cardsOf(openings, { roster, now: now() })
    const conversation = official ? undefined : remember({ ...before, ...withAlarm(outcome, message.at) }, message, beside && asksBack(beside) ? beside : outcome)
    const offered = moved?.ticket.status === 'closed' && settings.draftsDir !== undefined ? draftEntry(moved.ticket, assistant.laws(), dayOf(now())) : undefined
    const here = villageOf(roster, message.from)?.id
    return {
      message, gathered, kind,
      trace: { entries: entries.slice(0, 5), confidence, reason, ...(outcome.kind === 'answered' && !outcome.repeats && !outcome.discreet ? { said: outcome.answer.entry.id } : {}) },
      replies: [...spoken, ...cards].map((reply, index): Outbound => ({ ...reply, id: replyId(message, index) })),
      spoken: plainly.map(({ text }) => text).join('\n\n'),
      ...(ticket ? { ticket } : {}),
      ...(second ? { beside: second } : {}),
      ...(vote ? { vote } : {}),
      ...(moved ? { moved: { ticket: moved.ticket, before: moved.before.version } } : {}),
      ...('log' in outcome && outcome.log ? { log: outcome.log } : {}),
      ...(offered ? { draft: offered } : {}),
      ...(conversation ? { conversation } : {}),
      ...(notice ? { notice: placeOf(message) } : {}),
      ...(here === undefined ? {} : { village: here }),
      ...(outcome.kind === 'switched' ? { muted: { groups: outcome.groups, muted: outcome.muted } } : {}),
      ...(outcome.kind === 'signed' ? { signed: { adviser: outcome.adviser.id, month: outcome.month } } : {}),
      ...(outcome.kind === 'told' && outcome.audit !== undefined ? { audit: outcome.audit } : {}),
      ...(outcome.kind === 'erased' ? { erase: true } : {}),
    }
  }
}

export function replyId({ from, id }: Inbound, index: number): string {
  return `${from.channel}:${id}:${index}`
}

/** The group, or empty for one-to-one. */
export function placeOf({ place, from }: Inbound): string {
  return place === 'group' ? from.conversation : ''
}
