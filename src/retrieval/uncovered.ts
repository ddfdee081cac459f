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

const none: readonly Float32Array[] = []
/** How like an uncovered question a later entry's wording must be to cover it. */
const alike = 0.7
const counted = 3
/** The first numbers of a direction, which tell most, choose whom to look at with all of them. */
const glanced = 64
const chosen = 48

/** Encodes the questions once; `near` then takes under a millisecond for some thousands of them. */
export async function createUncovered(texts: readonly string[], embedding: Embedding): Promise<Uncovered> {
  const directions = await embedding.embed([...texts])
  const width = Math.min(glanced, embedding.dimensions)
  const fronts = new Float32Array(texts.length * width)
  for (const [row, direction] of directions.entries()) fronts.set(direction.subarray(0, width), row * width)
  let known: { of: readonly Float32Array[]; rows: Map<number, boolean> } = { of: [], rows: new Map() }

  /** Looked up once for each list of later wordings: where the whole library is another, there are thousands. */
  function isCovered(row: number, later: readonly Float32Array[]): boolean {
    if (known.of !== later) known = { of: later, rows: new Map() }
    const before = known.rows.get(row)
    if (before !== undefined) return before
    const covered = later.some((wording) => product(directions[row]!, 0, wording, wording.length) >= alike)
    known.rows.set(row, covered)
    return covered
  }

  return {
    near(direction, later = none, apart) {
      const top = createTop(chosen)
      for (let row = 0; row < texts.length; row++) if (!apart?.has(texts[row]!)) top.offer(row, product(fronts, row * width, direction, width))
      const nearest = Array.from(top.take().ids, (row) => ({ row, likeness: product(directions[row]!, 0, direction, direction.length) }))
      const found: { likeness: number }[] = []
      for (const one of nearest.sort((first, second) => second.likeness - first.likeness)) {
        if (found.length === counted || one.likeness <= 0) break
        if (!isCovered(one.row, later)) found.push(one)
      }
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
