import type { ArticleRef } from './law.ts'
import type { NearbyGuide } from './outcome.ts'

/** What we remember of one person in one conversation, so that the next message is understood. */
export type Conversation = {
  /** The entry last answered from; 「详细」 and follow-ups refer to it. */
  readonly lastEntry?: string
  readonly lastQuestion?: string
  /** The last question as the resident wrote it, where it was turned into simplified characters. Never stored. */
  readonly lastWords?: string
  readonly lastAt?: string
  /** Articles that were shown with an escalation as likely, and the ISO day of their text; 「原文」 means them. */
  readonly likely?: { readonly day: string; readonly articles: readonly ArticleRef[] }
  /** The entry whose branch we asked and wait for; `asked` counts questions in a row. */
  readonly pending?: { readonly entry: string; readonly question: string; readonly asked: number }
  /** The case of an entry's branch that the resident chose. */
  readonly chosen?: { readonly entry: string; readonly label: string }
  /** Guides that were offered with an escalation, and when, in ISO: for a while a number or a title opens one. */
  readonly offered?: { readonly guides: readonly NearbyGuide[]; readonly at: string }
  /** The emergency told last, and when anything was last said of it, in ISO. */
  readonly alarm?: { readonly situation: string; readonly at: string }
  /** The ticket whose adviser holds the conversation: the assistant is silent. Never stored: the tickets know. */
  readonly ticket?: number
  /** The person's latest ticket in this conversation that nobody has answered. Never stored either. */
  readonly waiting?: number
  /** When, in ISO, we asked for facts that a ticket lacks; an answer soon after joins the ticket. */
  readonly factsAskedAt?: string
}
