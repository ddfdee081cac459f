import type { Response } from './entry.ts'

/** Chance that an adviser would call the answer right, from 0 to 1; fitted by scripts/calibrate.ts. */
export type Confidence = number & { readonly unit: 'calibrated' }

/** What kind of message it is: a legal question, or what the situations in the knowledge folder describe. */
export type Intent = 'question' | Response

/** One entry that retrieval found; `score` orders, it is no probability. */
export type Match = {
  readonly entry: string
  readonly score: number
  /** The known wording that came closest, where one did. */
  readonly wording?: string
}

/**
 * What retrieval found, best first, and how far to trust it.
 *
 * `matches` holds guides, services and articles of the constitution; situations show in `intents`
 * (probabilities that add up to 1) and in `situations`, the nearest one of each response.
 */
export type Evidence = {
  readonly matches: readonly Match[]
  readonly confidence: Confidence
  /** The chance that the first entry is the right one supposing that one of them is: what the question is nearest to, answered there or not. */
  readonly closedSet?: Confidence
  readonly intents: Readonly<Record<Intent, number>>
  readonly situations: Readonly<Partial<Record<Response, Match>>>
  /** It is clearly nearer to a question that no entry answers than to any that one does. */
  readonly uncovered?: true
  /** Short as it is, it asks of another matter: what went before is no part of it. */
  readonly alone?: true
}
