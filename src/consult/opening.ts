import type { Outcome } from '../domain/outcome.ts'
import type { Roster } from '../domain/person.ts'
import type { Ticket, TicketDraft } from '../domain/ticket.ts'
import { cardText, deskFor } from './card.ts'
import { short } from './relay-wording.ts'
import type { Reply } from './wording.ts'

/** A ticket as it is to be opened: what deciding proposed, and where it goes. */
export type Opening = TicketDraft & { readonly village: string } & Partial<Pick<Ticket, 'intimate' | 'desk' | 'missing' | 'crossRegion'>>

type Words = { readonly roster: Roster; readonly now: Date }

/** The tickets that a message's outcomes open, in their order. */
export function openingsOf(outcomes: readonly Outcome[], village: string, { roster, now }: Words): Opening[] {
  return outcomes.flatMap((outcome) => {
    if (outcome.kind !== 'escalated') return []
    const { ticket, discreet, missing } = outcome
    const place = deskFor({ village, ...(ticket.domain === undefined ? {} : { domain: ticket.domain }) }, roster, now)
    return [{ ...ticket, ...place, village, ...(discreet ? { intimate: true } : {}), ...(missing?.length ? { missing } : {}) }]
  })
}

/** The cards of new tickets; `{ticket}` stands for the first one's number, `{beside}` for the second one's. */
export function cardsOf(openings: readonly Opening[], words: Words): Reply[] {
  return openings.flatMap((opening, index) => (opening.desk ? [forTicket({ to: opening.desk, text: cardText(opening, words) }, index)] : []))
}

/** A reply about the ticket that was opened `index`-th. */
export function forTicket(reply: Reply, index: number): Reply {
  return index === 0 ? reply : (JSON.parse(JSON.stringify(reply).replaceAll('{ticket}', '{beside}')) as Reply)
}

/**
 * Two parts of one message, so that its writer can tell them apart: no more than one of them asks back, for
 * the next message can answer only one, and of two tickets each says which matter it is about.
 */
export function toldApart<T extends { readonly outcome: Outcome }>([one, other]: readonly [T, T]): readonly [T, T] {
  const both = one.outcome.kind === 'escalated' && other.outcome.kind === 'escalated'
  if (!both) return asksBack(other.outcome) ? [withoutAsking(one), other] : [one, other]
  // What the resident says next joins the later ticket.
  return asksBack(one.outcome) && !asksBack(other.outcome) ? [about(other), about(one)] : [about(withoutAsking(one)), about(other)]
}

/** Whether the outcome asks the resident something. */
export function asksBack(outcome: Outcome): boolean {
  return (outcome.kind === 'escalated' && ((outcome.missing ?? []).length > 0 || outcome.nearby !== undefined)) || (outcome.kind === 'answered' && outcome.answer.branch !== undefined)
}

function withoutAsking<T extends { readonly outcome: Outcome }>(part: T): T {
  const { outcome } = part
  if (outcome.kind === 'escalated') {
    const { nearby: _unoffered, ...told } = outcome
    return { ...part, outcome: { ...told, missing: [] } }
  }
  if (outcome.kind !== 'answered') return part
  const { branch: _unasked, ...answer } = outcome.answer
  return { ...part, outcome: { ...outcome, answer } }
}

function about<T extends { readonly outcome: Outcome }>(part: T): T {
  const { outcome } = part
  return outcome.kind === 'escalated' ? { ...part, outcome: { ...outcome, about: short(outcome.ticket.question, 18) } } : part
}
