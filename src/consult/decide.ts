import type { Entry, Risk } from '../domain/entry.ts'
import type { Evidence } from '../domain/evidence.ts'
import type { EscalationReason } from '../domain/ticket.ts'

/** The confidence an answer needs, by domain and risk; `default` serves what is not listed. */
export type Bars = { readonly default: number; readonly domains?: Readonly<Record<string, number>>; readonly risks?: Readonly<Partial<Record<Risk, number>>> }

export type Decision = { readonly kind: 'answer'; readonly entry: Entry } | { readonly kind: 'escalate'; readonly because: EscalationReason; readonly nearest?: Entry }

/**
 * Decides whether the assistant speaks for itself.
 *
 * Doubt goes to a person: with nothing found, or a confidence below the bar, an adviser answers. The
 * bars differ because a wrong answer on custody costs more than one on a refund.
 */
export function decide(evidence: Evidence, entryOf: (id: string) => Entry | undefined, bars: Bars): Decision {
  const [best] = evidence.matches
  const entry = best && entryOf(best.entry)
  if (!entry) return { kind: 'escalate', because: 'nothing-found' }
  if (evidence.confidence < barFor(entry, bars)) return { kind: 'escalate', because: 'unsure', nearest: entry }
  return { kind: 'answer', entry }
}

/** The bar of an entry: the stricter one of its domain's and its risk's. */
export function barFor(entry: Entry, bars: Bars): number {
  if (entry.kind !== 'guide') return bars.default
  return Math.max(bars.domains?.[entry.domain] ?? bars.default, bars.risks?.[entry.risk] ?? 0)
}
