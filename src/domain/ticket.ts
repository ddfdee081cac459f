import type { ArticleRef } from './law.ts'
import type { Address } from './message.ts'

/** open → claimed → answered → closed; a dissatisfied resident reopens it. */
export type TicketStatus = 'open' | 'claimed' | 'answered' | 'closed'
export type Urgency = 'urgent' | 'normal'

/** Why the assistant did not answer by itself. */
export type EscalationReason = 'urgent' | 'nothing-found' | 'unsure' | 'outside-mainland' | 'asked-for-a-person' | 'failed' | 'out-of-date'

/** A case for an adviser, as deciding proposes it; recording gives it its number. */
export type TicketDraft = {
  readonly question: string
  readonly because: EscalationReason
  readonly urgency: Urgency
  readonly domain?: string
  /** What the assistant would have said, with its sources and how sure it was. */
  readonly draft?: { readonly entry: string; readonly text: string; readonly basis: readonly ArticleRef[]; readonly confidence: number }
  /** Articles that may bear on it, found by searching the imported statutes as of the day; the confidence is that one of the first three does. */
  readonly likely?: { readonly day: string; readonly confidence: number; readonly articles: readonly { readonly law: string; readonly article: string; readonly start: string }[] }
}

/** Who signs: what the resident sees under an answer. */
export type Signer = { readonly id: string; readonly name: string; readonly kind: string; readonly licence?: string }

/** Stands for the words of somebody who had them erased. */
export const erasedWords = '〔已删除〕'

/** Something said about a ticket, masked. */
export type Said = { readonly by: 'resident' | 'adviser'; readonly name?: string; readonly text: string; readonly at: string; readonly reply?: boolean }

/** Days are ISO times, so that a ticket is written down as it is. */
export type Ticket = TicketDraft & {
  readonly number: number
  readonly status: TicketStatus
  readonly from: Address
  readonly resident: string
  readonly residentName?: string
  /** The platform id of the message it began with. */
  readonly message: string
  readonly place: 'direct' | 'group'
  readonly village: string
  /** The matter is not for a group to read. */
  readonly intimate?: boolean
  /** Where advisers handle it: their group, or one of them one-to-one. */
  readonly desk?: Address
  /** What the resident was asked along with the first words. */
  readonly missing?: readonly string[]
  readonly adviser?: Signer
  /** Nobody of the village's own was on duty. */
  readonly crossRegion?: boolean
  /** The adviser asked back: the resident's next message belongs here. */
  readonly awaiting?: boolean
  /** Nobody took it in time: any adviser may take it over. */
  readonly free?: boolean
  readonly said: readonly Said[]
  readonly openedAt: string
  readonly claimedAt?: string
  readonly answeredAt?: string
  readonly closedAt?: string
  /** How often, and when last. */
  readonly reopened?: number
  readonly reopenedAt?: string
  readonly satisfied?: boolean
  /** Grows with every change, so that two changes at once are noticed. */
  readonly version: number
}

/** A step that somebody takes on a ticket. */
export type Move =
  | { readonly kind: 'claim'; readonly by: Signer; readonly crossRegion?: boolean }
  | { readonly kind: 'answer'; readonly by: Signer; readonly text: string; readonly crossRegion?: boolean }
  | { readonly kind: 'ask'; readonly by: Signer; readonly text: string; readonly crossRegion?: boolean }
  | { readonly kind: 'hand-on'; readonly by: Signer; readonly to: Signer }
  | { readonly kind: 'experts'; readonly by: Signer }
  | { readonly kind: 'close'; readonly by: Signer }
  | { readonly kind: 'join'; readonly text: string }
  | { readonly kind: 'vote'; readonly up: boolean }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'withdraw' }

export type Illegal = 'held-by-another' | 'held-already' | 'closed' | 'not-yours' | 'nobody-answered' | 'not-answered' | 'to-oneself'
export type Moved = { readonly ok: true; readonly ticket: Ticket } | { readonly ok: false; readonly why: Illegal }

/** Takes a step; one that the ticket's state does not allow says why. `now` is an ISO time. */
export function move(ticket: Ticket, step: Move, now: string): Moved {
  const holder = ticket.status === 'claimed' || ticket.status === 'answered' ? ticket.adviser : undefined
  switch (step.kind) {
    case 'claim':
      if (ticket.status === 'closed') return no('closed')
      if (holder?.id === step.by.id && ticket.status === 'claimed') return no('held-already')
      if (holder && holder.id !== step.by.id && !ticket.free) return no('held-by-another')
      return yes(held(ticket, step, now), { status: 'claimed' })
    case 'answer': {
      if (ticket.status === 'closed') return no('closed')
      if (holder && holder.id !== step.by.id && !ticket.free) return no('held-by-another')
      const { awaiting: _done, ...rest } = held(ticket, step, now)
      return yes(rest, { status: 'answered', answeredAt: now, said: [...ticket.said, spoken(step.by, step.text, now, true)] })
    }
    case 'ask':
      if (ticket.status === 'closed') return no('closed')
      if (holder && holder.id !== step.by.id && !ticket.free) return no('held-by-another')
      return yes(held(ticket, step, now), { status: 'claimed', awaiting: true, said: [...ticket.said, spoken(step.by, step.text, now)] })
    case 'hand-on':
      if (ticket.status === 'closed') return no('closed')
      if (holder && holder.id !== step.by.id && !ticket.free) return no('not-yours')
      if (holder?.id === step.to.id) return no('to-oneself')
      return yes(held(ticket, { by: step.to }, now), { status: 'claimed' })
    case 'experts': {
      if (ticket.status === 'closed') return no('closed')
      if (holder && holder.id !== step.by.id && !ticket.free) return no('not-yours')
      const { adviser: _adviser, claimedAt: _claimed, awaiting: _asked, ...rest } = ticket
      return yes(rest, { status: 'open', free: true })
    }
    case 'close':
      if (ticket.status === 'closed') return no('closed')
      if (holder && holder.id !== step.by.id && !ticket.free) return no('not-yours')
      if (ticket.status === 'open') return no('nobody-answered')
      return yes(ticket, { status: 'closed', closedAt: now })
    case 'join': {
      if (ticket.status === 'closed') return no('closed')
      const { awaiting: _heard, ...rest } = ticket
      return yes(rest, { said: [...ticket.said, { by: 'resident', text: step.text, at: now }] })
    }
    case 'vote':
      if (ticket.status !== 'answered') return no('not-answered')
      return step.up ? yes(ticket, { status: 'closed', closedAt: now, satisfied: true }) : yes(ticket, reopened(ticket, now))
    case 'reopen':
      if (ticket.status !== 'answered' && ticket.status !== 'closed') return no('not-answered')
      return yes(ticket, reopened(ticket, now))
    case 'withdraw':
      return ticket.status === 'closed' ? no('closed') : yes(ticket, { status: 'closed', closedAt: now })
  }
}

/** Whether an adviser holds the conversation, so that the assistant is silent in it. */
export function holdsConversation({ status }: Pick<Ticket, 'status'>): boolean {
  return status === 'claimed'
}

function held(ticket: Ticket, { by, crossRegion }: { by: Signer; crossRegion?: boolean }, now: string): Ticket {
  const { crossRegion: _before, free: _free, ...rest } = ticket
  return { ...rest, adviser: by, claimedAt: ticket.adviser?.id === by.id && ticket.claimedAt ? ticket.claimedAt : now, ...(crossRegion ? { crossRegion } : {}) }
}

/** Back to be taken; any adviser may, for the one who answered may not be there. */
function reopened(ticket: Ticket, now: string): Partial<Ticket> {
  return { status: 'open', free: true, satisfied: false, reopened: (ticket.reopened ?? 0) + 1, reopenedAt: now }
}

function spoken(by: Signer, text: string, at: string, reply = false): Said {
  return { by: 'adviser', name: by.name, text, at, ...(reply ? { reply } : {}) }
}

function yes(ticket: Ticket, change: Partial<Ticket>): Moved {
  return { ok: true, ticket: { ...ticket, ...change, version: ticket.version + 1 } }
}

function no(why: Illegal): Moved {
  return { ok: false, why }
}
