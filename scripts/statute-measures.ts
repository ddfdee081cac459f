/** A question and the articles that answer it: groups of ids, any member of a group counts for the group. */
export type Question = { id: string; text: string; gold: number[][] }

export type Measures = { recall5: number; recall10: number; recall100: number; mrr10: number; ndcg10: number }

/** How well one ranking answers one question. */
export function measure(found: readonly number[], gold: readonly (readonly number[])[]): Measures {
  const places = new Map(found.map((id, place) => [id, place]))
  const ranks = gold.map((group) => Math.min(...group.map((id) => places.get(id) ?? Infinity)))
  const within = (k: number) => ranks.filter((rank) => rank < k).length / ranks.length
  const gain = ranks.reduce((sum, rank) => sum + (rank < 10 ? 1 / Math.log2(rank + 2) : 0), 0)
  const first = Math.min(...ranks)
  return { recall5: within(5), recall10: within(10), recall100: within(100), mrr10: first < 10 ? 1 / (first + 1) : 0, ndcg10: gain / mostGain(gold) }
}

/** What a ranking gains that puts first the article of the most groups, then that of the most that are left. */
function mostGain(gold: readonly (readonly number[])[]): number {
  let gain = 0
  let left = gold
  for (let place = 0; left.length > 0 && place < 10; place++) {
    const groupsOf = (id: number) => left.filter((group) => group.includes(id)).length
    const best = left.flat().reduce((most, id) => (groupsOf(id) > groupsOf(most) ? id : most))
    gain += groupsOf(best) / Math.log2(place + 2)
    left = left.filter((group) => !group.includes(best))
  }
  return gain
}

/** The mean of each measure. */
export function meanOf(all: readonly Measures[]): Measures {
  const names = ['recall5', 'recall10', 'recall100', 'mrr10', 'ndcg10'] as const
  return Object.fromEntries(names.map((name) => [name, round(all.reduce((sum, one) => sum + one[name], 0) / all.length, 4)])) as Measures
}

/** The value below which that share of them lies. */
export function percentile(values: readonly number[], share: number): number {
  return round(values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0)
}

function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}
