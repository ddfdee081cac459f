import { articleName } from './law.ts'
import type { Outcome } from './outcome.ts'

/** An outcome as programs read it: what `ask --json`, `evaluate --out` and `POST /api/ask` give. */
export type Result = {
  readonly kind: 'answered' | 'escalated' | 'refused' | 'ignored'
  readonly confidence: number
  readonly text: string
  readonly citations: readonly { law: string; article: string; entry: string }[]
  /** Ids, best first, whatever the kind. */
  readonly entries: readonly string[]
  readonly reason: string
  /** Articles of the imported statutes that may bear on an escalated question; the confidence is that one of the first three does. */
  readonly likely?: { readonly confidence: number; readonly day: string; readonly articles: readonly { law: string; article: string; start: string }[] }
  readonly ms: number
}

/** `text` is what the resident reads, `ms` how long deciding took. */
export function toResult(outcome: Outcome, text: string, ms: number): Result {
  const citations = outcome.kind === 'answered' ? outcome.answer.citations.map(({ law, article }) => ({ law, article: articleName(article), entry: outcome.answer.entry.id })) : []
  const kind = kinds.has(outcome.kind) ? (outcome.kind as Result['kind']) : 'answered'
  const found = outcome.kind === 'escalated' ? outcome.ticket.likely : undefined
  const likely = found ? { likely: { ...found, confidence: round(found.confidence), articles: found.articles.map((one) => ({ ...one, article: articleName(one.article) })) } } : {}
  return { kind, confidence: round(outcome.confidence), text, citations, entries: outcome.entries, reason: outcome.reason, ...likely, ms: round(ms) }
}

const kinds: ReadonlySet<string> = new Set<Result['kind']>(['answered', 'escalated', 'refused', 'ignored'])

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
