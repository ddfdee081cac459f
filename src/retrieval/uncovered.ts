import type { Embedding } from './embedding.ts'

/** Questions of law that none of the entries named by `against` answers, as they were written beside those entries. */
export type UncoveredQuestions = { readonly against: readonly string[]; readonly texts: readonly string[] }

/** How near a question is to uncovered ones, as cosines: the nearest, and the mean of the nearest three. */
export type Nearness = { readonly nearest: number; readonly near3: number }

/** Tells a question that an entry answers from one that only sounds like it. */
export type Uncovered = {
  /**
   * How near the question of that direction is. What a wording of a later entry is like is uncovered no more:
   * `later` are the directions of such wordings. The texts `apart` are left out.
   */
  near(direction: Float32Array, later?: readonly Float32Array[], apart?: ReadonlySet<string>): Nearness
}

/** How like an uncovered question a later entry's wording must be to cover it. */
const alike = 0.7
const counted = 3
/** So many of the nearest are looked at; when later entries cover all of them, nothing uncovered is near. */
const looked = 12

export async function createUncovered(texts: readonly string[], embedding: Embedding): Promise<Uncovered> {
  const width = embedding.dimensions
  const rows = new Float32Array(texts.length * width)
  for (const [row, direction] of (await embedding.embed([...texts])).entries()) rows.set(direction, row * width)
  const likenesses = new Float32Array(texts.length)

  /** Four sums at once: the processor need not wait for the one before. */
  function likeness(row: number, direction: Float32Array): number {
    let [a, b, c, d] = [0, 0, 0, 0]
    const start = row * width
    let i = 0
    for (; i + 3 < width; i += 4) {
      a += rows[start + i]! * direction[i]!
      b += rows[start + i + 1]! * direction[i + 1]!
      c += rows[start + i + 2]! * direction[i + 2]!
      d += rows[start + i + 3]! * direction[i + 3]!
    }
    for (; i < width; i++) a += rows[start + i]! * direction[i]!
    return a + b + c + d
  }

  return {
    near(direction, later = [], apart) {
      for (let row = 0; row < texts.length; row++) likenesses[row] = apart?.has(texts[row]!) ? 0 : likeness(row, direction)
      const found: number[] = []
      for (let tries = 0; tries < looked && found.length < counted; tries++) {
        let best = 0
        for (let row = 1; row < texts.length; row++) if (likenesses[row]! > likenesses[best]!) best = row
        const most = likenesses[best] ?? 0
        if (most <= 0) break
        likenesses[best] = 0
        if (!later.some((wording) => likeness(best, wording) >= alike)) found.push(most)
      }
      return { nearest: found[0] ?? 0, near3: found.reduce((sum, one) => sum + one, 0) / counted }
    },
  }
}
