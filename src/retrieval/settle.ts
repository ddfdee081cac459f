import type { ArticleName } from './article.ts'
import { toUnit, type Quantised } from './quantised.ts'
import type { Shelf } from './shelf.ts'

/** Tells where an article that was named stands in the version of a slot. */
export type Settle = (slot: number, named: ArticleName) => number

/** How much less like its questions an article may be than another of the same law before it is taken for renumbered. */
const mostBehind = 0.2

/** What somebody may ask, where that points, and the articles it is for. */
type Pointer = { readonly articles: readonly ArticleName[]; readonly direction: Float32Array }

/**
 * A law that is revised renumbers its articles.
 *
 * An article whose number stands at something else in another version is there the one that its questions – the
 * wordings for it alone – are on the whole most like; what nobody asks about keeps its number. `whole` holds
 * the articles' directions.
 */
export function settler(
  wordings: readonly Pointer[],
  shelf: Pick<Shelf, 'law' | 'version' | 'has' | 'length'>,
  whole: Quantised,
): Settle {
  const keyOf = ({ law, article, version = '' }: ArticleName) => `${law} ${article} ${version}`
  const middles = new Map<string, Float32Array>()
  for (const { articles, direction } of wordings) {
    if (articles.length !== 1) continue
    const key = keyOf(articles[0]!)
    const sum = middles.get(key) ?? new Float32Array(whole.dimensions)
    for (let j = 0; j < sum.length; j++) sum[j]! += direction[j]!
    middles.set(key, sum)
  }
  const keyAt = (slot: number) => `${shelf.law(slot)} ${shelf.version(slot)}`
  const together = new Map<string, number[]>()
  for (let slot = 0; slot < shelf.length; slot++) {
    if (!shelf.has(slot)) continue
    const same = together.get(keyAt(slot))
    if (same) same.push(slot)
    else together.set(keyAt(slot), [slot])
  }
  const known = new Map<string, number>()
  return (slot, named) => {
    const sum = shelf.version(slot) === (named.version ?? '') ? undefined : middles.get(keyOf(named))
    if (!sum) return slot
    const key = `${keyOf(named)} ${slot}`
    const before = known.get(key)
    if (before !== undefined) return before
    const middle = toUnit(sum.slice())
    let [best, most] = [slot, whole.dot(slot, middle) + mostBehind]
    for (const other of together.get(keyAt(slot))!) {
      const likeness = whole.dot(other, middle)
      if (likeness > most) [best, most] = [other, likeness]
    }
    known.set(key, best)
    return best
  }
}
