import type { Embedding } from './embedding.ts'
import { createTop } from './top.ts'

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
/** The first numbers of a direction, which tell most, choose whom to look at with all of them. */
const glanced = 64
const chosen = 48

export async function createUncovered(texts: readonly string[], embedding: Embedding): Promise<Uncovered> {
  const directions = await embedding.embed([...texts])
  const width = Math.min(glanced, embedding.dimensions)
  const fronts = new Float32Array(texts.length * width)
  for (const [row, direction] of directions.entries()) fronts.set(direction.subarray(0, width), row * width)

  return {
    near(direction, later = [], apart) {
      const top = createTop(chosen)
      for (let row = 0; row < texts.length; row++) if (!apart?.has(texts[row]!)) top.offer(row, product(fronts, row * width, direction, width))
      const nearest = Array.from(top.take().ids, (row) => ({ row, likeness: product(directions[row]!, 0, direction, direction.length) }))
        .sort((one, other) => other.likeness - one.likeness)
        .slice(0, looked)
      const found = nearest.filter(({ row, likeness }) => likeness > 0 && !later.some((wording) => product(directions[row]!, 0, wording, wording.length) >= alike)).slice(0, counted)
      return { nearest: found[0]?.likeness ?? 0, near3: found.reduce((sum, { likeness }) => sum + likeness, 0) / counted }
    },
  }
}

/** The inner product of a vector that starts somewhere with the first numbers of another; four sums at once, so that none waits for the one before. */
function product(one: Float32Array, start: number, other: Float32Array, width: number): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  let i = 0
  for (; i + 3 < width; i += 4) {
    a += one[start + i]! * other[i]!
    b += one[start + i + 1]! * other[i + 1]!
    c += one[start + i + 2]! * other[i + 2]!
    d += one[start + i + 3]! * other[i + 3]!
  }
  for (; i < width; i++) a += one[start + i]! * other[i]!
  return a + b + c + d
}
