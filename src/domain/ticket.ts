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
}

export type Ticket = TicketDraft & {
  readonly number: number
  readonly status: TicketStatus
  readonly from: Address
  readonly resident: string
  readonly residentName?: string
  readonly place: 'direct' | 'group'
  readonly village: string
  readonly adviser?: string
  readonly openedAt: Date
  readonly claimedAt?: Date
  readonly answeredAt?: Date
  readonly closedAt?: Date
}
