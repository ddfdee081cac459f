import type { Companions } from './companions.ts'
import type { Asked, Candidates } from './features.ts'
import type { StatuteIndex } from './statute-index.ts'
import { createTop } from './top.ts'
import { wordingKinds, type WordingKind, type Wordings } from './wordings.ts'

/** How the parts of the fused score count; the direction of the article counts 1. */
export type FusionWeights = {
  /** BM25 as a share of the best article's. */
  readonly lexical: number
  /** The logarithm of how often the law is asked about. */
  readonly law: number
  /** The likeness of the nearest wording that names the article. */
  readonly asked: number
  readonly written: number
  /** The root of the share of the leading articles that the article is cited beside. */
  readonly company: number
}

/** How many of each list are looked at, how many go on to be ranked, and of how many the words alone suffice for that. */
export const depth = { each: 200, fused: 150, byWords: 30 }

/** How many articles lead, and bring with them what is cited beside them. */
const leaders = 30

/**
 * Puts the lists together: a weighted sum, because the scores say more than the ranks do.
 *
 * The best by words go on whatever their sum: about a law of which no wording is known they are often all there is.
 * `nearest` gives slots by direction; whatever is in none of the lists, and cited beside none of the articles that
 * then lead, is not considered. `allowed` holds back what does not bind on the day.
 */
export function fuse(options: {
  index: StatuteIndex
  asked: Asked
  companions: Companions
  lawWeight: (law: number) => number
  weights: FusionWeights
  nearest: (vector: Float32Array, k: number) => ArrayLike<number>
  allowed: (slot: number) => boolean
}): Candidates {
  const { index, asked, lawWeight, weights } = options
  const { shelf } = index
  const { votes } = asked
  const byWords = index.lexical.search(asked.terms, depth.each)
  index.headings.search(asked.terms, 1)
  const perLexical = weights.lexical / (byWords.scores[0] ?? 1)
  const considered = distinct(byWords.ids, options.nearest(asked.vector, depth.each), ...wordingKinds.map((kind) => votes[kind].named))

  const slots: number[] = []
  const likenesses: number[] = []
  const scores: number[] = []
  const consider = (slot: number): void => {
    if (!shelf.has(slot) || !options.allowed(slot)) return
    const likeness = index.whole.dot(slot, asked.vector)
    slots.push(slot)
    likenesses.push(likeness)
    scores.push(
      likeness +
      perLexical * index.lexical.scoreOf(slot) +
      weights.law * lawWeight(shelf.law(slot)) +
      weights.asked * votes.asked.nearest(slot) +
      weights.written * votes.written.nearest(slot))
  }
  considered.forEach(consider)
  const lead = best(leaders, scores)
  const company = options.companions.company(Array.from(lead.ids, (i) => slots[i]!), lead.scores)
  const before = new Set(considered)
  for (const slot of company.slots) if (!before.has(slot)) consider(slot)

  const sums = scores.map((score, i) => score + weights.company * Math.sqrt(company.share(slots[i]!)))
  const ids = best(depth.fused, favoured(sums, slots, byWords.ids.filter(options.allowed).subarray(0, depth.byWords))).ids.sort((a, b) => sums[b]! - sums[a]! || a - b)
  const fused = Float32Array.from(ids, (i) => sums[i]!)
  const kept = ids.map((i) => slots[i]!)
  return {
    slots: kept,
    fused,
    dense: Float32Array.from(ids, (i) => likenesses[i]!),
    lexical: Float32Array.from(kept, (slot) => index.lexical.scoreOf(slot)),
    company,
  }
}

/** The sums, those of some slots raised above all others. */
function favoured(sums: readonly number[], slots: readonly number[], some: Uint32Array): number[] {
  const chosen = new Set(some)
  return sums.map((sum, i) => (chosen.has(slots[i]!) ? sum + raise : sum))
}

/** More than any sum. */
const raise = 100

/** The places of the `k` highest scores; of equal ones the first goes first. */
function best(k: number, scores: readonly number[]): { ids: Uint32Array; scores: Float32Array } {
  const top = createTop(k)
  for (let i = 0; i < scores.length; i++) top.offer(i, scores[i]!)
  return top.take()
}

/** Each number of the lists once, rising. */
function distinct(...lists: readonly ArrayLike<number>[]): Uint32Array {
  const all = new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0))
  let end = 0
  for (const list of lists) {
    all.set(list, end)
    end += list.length
  }
  all.sort()
  let kept = 0
  for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[kept++] = all[i]!
  return all.subarray(0, kept)
}

/** How much a question of our own says of how often a law is asked about, beside one that somebody asked. */
const ownShare = 0.1

/**
 * Tells the logarithm of how often a law is asked about; one that never was counts as a twentieth of once.
 *
 * Our own questions count too: they say which laws residents' matters rest on where nobody has asked yet.
 */
export function lawWeights({ asked, written }: Readonly<Record<WordingKind, Wordings>>): (law: number) => number {
  const known: number[] = []
  return (law) => (known[law] ??= Math.log(asked.lawCount(law) + ownShare * written.lawCount(law) + 0.05))
}
