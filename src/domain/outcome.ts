import type { Branch, Entry, Situation } from './entry.ts'
import type { ArticleRef } from './law.ts'
import type { TicketDraft } from './ticket.ts'

/** Why a message was left alone. */
export type Silence = 'chatter' | 'bot' | 'not-addressed' | 'muted' | 'held-by-adviser' | 'unclear' | 'among-advisers'

/** How it came about, for the log, the card and `--json`: entries best first, and how sure we were. */
export type Trace = { readonly entries: readonly string[]; readonly confidence: number; readonly reason: string }

/** An answer with what it rests on: at least one article or one service, or it is no answer. */
export type Answer = {
  readonly entry: Entry
  readonly text: string
  readonly steps: readonly string[]
  readonly citations: readonly ArticleRef[]
  readonly services: readonly Entry[]
  /** The fact that would sharpen it, asked along with it. */
  readonly branch?: Branch
  /** Says that the facts were last checked more than a year ago. */
  readonly stale: boolean
}

/** What a message has come to. Nothing is written or sent yet: that is the desk's work. */
export type Outcome = Trace &
  (
    | { readonly kind: 'answered'; readonly answer: Answer }
    | { readonly kind: 'escalated'; readonly ticket: TicketDraft; readonly situation?: Situation; readonly services: readonly Entry[] }
    | { readonly kind: 'refused'; readonly situation: Situation | undefined }
    | { readonly kind: 'asked'; readonly ask: string; readonly options: readonly { readonly label: string; readonly entry: string }[] }
    | { readonly kind: 'told'; readonly text: string }
    | { readonly kind: 'ignored'; readonly because: Silence }
  )
