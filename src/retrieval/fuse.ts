import type { Asked, Candidates } from './features.ts'
import { terms } from './segment.ts'
import type { StatuteIndex } from './statute-index.ts'
import { createTop } from './top.ts'
import { wordingKinds, type Wordings } from './wordings.ts'

/** How the parts of the fused score count; the direction of the article counts 1. */
export type FusionWeights = {
  /** BM25 as a share of the best article's. */
  readonly lexical: number
  /** The logarithm of how often the law was the answer. */
  readonly law: number
  /** The likeness of the nearest wording that names the article. */
  readonly asked: number
  readonly told: number
  readonly written: number
}

/** How many of each list are looked at, and how many go on to be ranked. */
export type Depth = { readonly each: number; readonly fused: number }

/**
 * Puts the lists together: a weighted sum, because the scores say more than the ranks do.
 *
 * `nearest` gives slots by direction; whatever is in none of the lists is not considered. `allowed` holds
 * back what does not bind on the day.
 */
export function fuse(options: {
  index: StatuteIndex
  asked: Asked
  counts: Wordings
  weights: FusionWeights
  depth: Depth
  nearest: (vector: Float32Array, k: number) => Iterable<number>
  allowed: (slot: number) => boolean
}): Candidates {
  const { index, asked, counts, weights, depth } = options
  const { shelf } = index
  const { votes } = asked
  const words = terms(asked.text)
  const byWords = index.lexical.search(words, depth.each)
  index.headings.search(words, 1)
  const best = byWords.scores[0] ?? 1
  const considered = new Set<number>(byWords.ids)
  for (const slot of options.nearest(asked.vector, depth.each)) considered.add(slot)
  for (const kind of wordingKinds) for (const slot of votes[kind].nearest.keys()) considered.add(slot)

  const dense = new Map<number, number>()
  const top = createTop(depth.fused)
  for (const slot of considered) {
    if (!shelf.has(slot) || !options.allowed(slot)) continue
    const likeness = index.whole.dot(slot, asked.vector)
    dense.set(slot, likeness)
    top.offer(slot,
      likeness +
      (weights.lexical * index.lexical.scoreOf(slot)) / best +
      weights.law * lawWeight(counts, shelf.law(slot)) +
      weights.asked * (votes.asked.nearest.get(slot) ?? 0) +
      weights.told * (votes.told.nearest.get(slot) ?? 0) +
      weights.written * (votes.written.nearest.get(slot) ?? 0))
  }
  const { ids, scores } = top.take()
  return {
    slots: ids,
    fused: scores,
    dense: Float32Array.from(ids, (slot) => dense.get(slot)!),
    lexical: Float32Array.from(ids, (slot) => index.lexical.scoreOf(slot)),
  }
}

/** The logarithm of how often a law was the answer; a law that never was counts as a twentieth of once. */
export function lawWeight(counts: Wordings, law: number): number {
  return Math.log((counts.lawCounts.get(law) ?? 0) + 0.05)
}
