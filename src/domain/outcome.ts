import type { Branch, Entry, Situation } from './entry.ts'
import type { Evidence } from './evidence.ts'
import type { ArticleRef } from './law.ts'
import type { Address } from './message.ts'
import type { LikelyArticles } from './statute.ts'
import type { Move, Signer, Ticket, TicketDraft } from './ticket.ts'
import type { Service, ServiceNote } from './worklog.ts'

/** Why a message was left alone. */
export type Silence = 'chatter' | 'bot' | 'not-addressed' | 'muted' | 'held-by-adviser' | 'unclear' | 'among-advisers' | 'too-fast'

/** How it came about, for the log, the card and `--json`: entries best first, how sure we were, and what kind of message it looked like; `alone` and `closedSet` as in Evidence. */
export type Trace = Pick<Evidence, 'alone' | 'closedSet'> & { readonly entries: readonly string[]; readonly confidence: number; readonly reason: string; readonly intents?: Evidence['intents'] }

/** An answer with what it rests on: at least one article or one service, or it is no answer. */
export type Answer = {
  readonly entry: Entry
  readonly text: string
  readonly steps: readonly string[]
  readonly citations: readonly ArticleRef[]
  readonly services: readonly Entry[]
  /** The fact that would sharpen it, asked along with it. */
  readonly branch?: Branch
  /** The label of the branch's case that the text answers, where the resident chose one. */
  readonly chosen?: string
  /** Says that the facts were last checked more than a year ago. */
  readonly stale: boolean
  /** The past ISO day whose rules were asked for, while the answer says today's. */
  readonly past?: string
  /** The language model that worded the text, where one did. */
  readonly model?: string
}

/** A guide offered by its title. */
export type NearbyGuide = { readonly label: string; readonly entry: string }

/** An emergency; `discreet`: not for this group to read. */
export type Alarm = { readonly situation: Situation; readonly discreet?: true }

/** What a message has come to. Nothing is written or sent yet: that is the desk's work. */
export type Outcome = Trace &
  (
    /** `discreet`: not for this group to read. `repeats`: it was said here at that ISO time. */
    | { readonly kind: 'answered'; readonly answer: Answer; readonly discreet?: true; readonly repeats?: string }
    | { readonly kind: 'escalated'; readonly ticket: TicketDraft; readonly situation?: Situation; /** More of an emergency told before, whose ticket it joins. */ readonly goesOn?: true; readonly services: readonly Entry[]; readonly discreet?: true; readonly missing?: readonly string[]; /** Articles that the resident may be shown along with it. */ readonly likely?: LikelyArticles; /** Guides one of which may be meant. */ readonly nearby?: readonly NearbyGuide[]; /** The matter in the resident's words, where the message held another. */ readonly about?: string }
    | { readonly kind: 'refused'; readonly situation: Situation | undefined }
    /** `audit` names what of the person's data was shown; `label` says who made the text, where it is not our own words. */
    | { readonly kind: 'told'; readonly text: string; readonly audit?: string; readonly label?: string }
    /** A step on a ticket, by an adviser or by the resident whose it is; `alarm`: their words go on with the emergency that it is about. */
    | { readonly kind: 'moved'; readonly step: Move; readonly before: Ticket; readonly ticket: Ticket; readonly log?: Service | ServiceNote; readonly alarm?: Alarm }
    /** A draft for an adviser to paste elsewhere. */
    | { readonly kind: 'drafted'; readonly text: string; readonly log: Service }
    /** An adviser or admin silenced the assistant in a group, or let it speak again. */
    | { readonly kind: 'switched'; readonly groups: readonly [Address, ...Address[]]; readonly muted: boolean }
    /** An adviser signed their work log of a month. */
    | { readonly kind: 'signed'; readonly adviser: Signer; readonly month: string; readonly text: string }
    /** A resident had everything about them erased; `open` are their tickets that somebody worked on. */
    | { readonly kind: 'erased'; readonly open: readonly Ticket[] }
    | { readonly kind: 'ignored'; readonly because: Silence }
  )
