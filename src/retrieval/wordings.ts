import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { openArrays, saveArrays } from './array-file.ts'
import type { Embedding } from './embedding.ts'
import { toUnit, type Quantised } from './quantised.ts'
import type { Shelf } from './shelf.ts'
import { createVectors, leading, leadingOf, openVectors, type Vectors } from './vectors.ts'

export const wordingKinds = ['asked', 'written'] as const
export type WordingKind = (typeof wordingKinds)[number]

/** A layperson's words and the articles that answer them. */
export type Wording = {
  /** `asked`: somebody's question, the articles marked by lawyers; `written`: a question of our own for the article. */
  readonly kind: WordingKind
  readonly text: string
  readonly articles: readonly { readonly law: string; readonly article: string; readonly version?: string }[]
}

/** How near the wordings that name an article, or its law, come to a question; holds until the next question. */
export type Votes = {
  /** The articles that the nearest wordings name, by slot. */
  readonly named: Uint32Array
  /** The likeness of the nearest wording of all. */
  readonly most: number
  /** The likeness of the nearest wording that names the article; 0 where none does. */
  nearest(slot: number): number
  /** Shares of the neighbourhood. */
  share(slot: number): number
  lawShare(law: number): number
}

export type Wordings = {
  votes(question: Float32Array): Votes
  /** In how many wordings an article, a law is named. */
  articleCount(slot: number): number
  lawCount(law: number): number
  save(path: string): void
}

const neighbours = 60
/** How widely the neighbourhood is searched. */
const effort = 120
/** Likeness that counts for nothing: any two wordings have that much in common. */
const floor = 0.2

/** Reads wordings from JSON lines. */
export async function readWordings(path: string): Promise<Wording[]> {
  const text = await readFile(path, 'utf8')
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Wording)
}

/** Reads questions of our own for single articles: lines of {law, article, version?, questions}. An absent file holds none. */
export async function readLayQuestions(path: string): Promise<Wording[]> {
  if (!existsSync(path)) return []
  const text = await readFile(path, 'utf8')
  return text.split('\n').filter(Boolean).flatMap((line) => {
    const { questions, ...article } = JSON.parse(line) as { law: string; article: string; version?: string; questions: string[] }
    return questions.map((text): Wording => ({ kind: 'written', text, articles: [article] }))
  })
}

/** Wordings as arrays: vectors, and the slots that each one names. */
type Layout = { readonly vectors: Vectors; readonly starts: Uint32Array; readonly named: Uint32Array }

/** How much less like its questions an article may be than another of the same law before it is taken for renumbered. */
const mostBehind = 0.2

/**
 * Indexes wordings by vector, those that name an article on the shelf.
 *
 * A law that is revised renumbers its articles. With `whole`, the articles' directions, the wordings for one article
 * whose number stands at something else in another version go to the article there that they are on the whole most like.
 */
export async function createWordings(
  wordings: readonly Wording[],
  embedding: Embedding,
  shelf: Pick<Shelf, 'find' | 'law' | 'version' | 'has' | 'length'>,
  whole?: Quantised,
): Promise<Wordings> {
  const held = wordings.filter(({ articles }) => articles.some(({ law, article }) => shelf.find(law, article).length > 0))
  const directions: Float32Array[] = []
  for (const { text } of held) directions.push(...(await embedding.embed([text])))
  const settle = whole ? settler(held, directions, shelf, whole) : (slot: number) => slot
  const starts = [0]
  const named: number[] = []
  const vectors = createVectors(leadingOf(embedding.dimensions), { effort })
  for (const [i, { articles }] of held.entries()) {
    const slots = new Set(articles.flatMap(({ law, article, version = '' }) =>
      shelf.find(law, article, version).map((slot) => (articles.length === 1 ? settle(slot, articles[0]!) : slot))))
    named.push(...slots)
    starts.push(named.length)
    vectors.add(i, toUnit(leading(directions[i]!)))
  }
  return over({ vectors, starts: Uint32Array.from(starts), named: Uint32Array.from(named) }, shelf)
}

/** Tells where an article named by number stands in the version of a slot: in the slot, or where its questions say. */
function settler(
  wordings: readonly Wording[],
  directions: readonly Float32Array[],
  shelf: Pick<Shelf, 'law' | 'version' | 'has' | 'length'>,
  whole: Quantised,
): (slot: number, article: Wording['articles'][number]) => number {
  const keyOf = ({ law, article, version = '' }: Wording['articles'][number]) => `${law} ${article} ${version}`
  const middles = new Map<string, Float32Array>()
  for (const [i, { articles }] of wordings.entries()) {
    if (articles.length !== 1) continue
    const key = keyOf(articles[0]!)
    const sum = middles.get(key) ?? new Float32Array(whole.dimensions)
    for (let j = 0; j < sum.length; j++) sum[j]! += directions[i]![j]!
    middles.set(key, sum)
  }
  const byLaw = new Map<number, number[]>()
  for (let slot = 0; slot < shelf.length; slot++) {
    if (!shelf.has(slot)) continue
    const same = byLaw.get(shelf.law(slot))
    if (same) same.push(slot)
    else byLaw.set(shelf.law(slot), [slot])
  }
  const known = new Map<string, number>()
  return (slot, article) => {
    if (shelf.version(slot) === (article.version ?? '')) return slot
    const key = keyOf(article)
    const before = known.get(`${key} ${slot}`)
    if (before !== undefined) return before
    const middle = toUnit(middles.get(key)!.slice())
    let [best, most] = [slot, whole.dot(slot, middle) + mostBehind]
    for (const other of byLaw.get(shelf.law(slot))!) {
      const likeness = whole.dot(other, middle)
      if (likeness > most) [best, most] = [other, likeness]
    }
    known.set(`${key} ${slot}`, best)
    return best
  }
}

/** Opens what `save` wrote. */
export function openWordings(path: string, dimensions: number, shelf: Pick<Shelf, 'law'>): Wordings {
  const { starts, named } = openArrays(path).arrays
  const vectors = openVectors(vectorsOf(path), leadingOf(dimensions), { effort })
  return over({ vectors, starts: starts as Uint32Array, named: named as Uint32Array }, shelf)
}

function over({ vectors, starts, named }: Layout, shelf: Pick<Shelf, 'law'>): Wordings {
  const lawsNamed = named.map((slot) => shelf.law(slot))
  const articleCounts = counts(named)
  const lawCounts = counts(lawsNamed)
  // What the last question found, by slot and by law; `reached` tells which slots to wipe.
  const nearest = new Float32Array(articleCounts.length)
  const shares = new Float32Array(articleCounts.length)
  const lawShares = new Float32Array(lawCounts.length)
  let reached: number[] = []

  return {
    articleCount: (slot) => articleCounts[slot] ?? 0,
    lawCount: (law) => lawCounts[law] ?? 0,
    votes(question) {
      for (const slot of reached) nearest[slot] = shares[slot] = 0
      lawShares.fill(0)
      reached = []
      const found = vectors.nearest(toUnit(leading(question)), neighbours).filter(({ likeness }) => likeness > 0)
      let total = 0
      for (const { likeness } of found) total += weightOf(likeness)
      for (const { id: wording, likeness } of found) {
        const weight = weightOf(likeness) / (total || 1)
        const [from, to] = [starts[wording]!, starts[wording + 1]!]
        for (let at = from; at < to; at++) {
          const slot = named[at]!
          if (nearest[slot] === 0) reached.push(slot)
          nearest[slot] = Math.max(nearest[slot]!, likeness)
          shares[slot]! += weight
          lawShares[lawsNamed[at]!]! += weight / (to - from)
        }
      }
      return {
        named: Uint32Array.from(reached),
        most: found[0]?.likeness ?? 0,
        nearest: (slot) => nearest[slot] ?? 0,
        share: (slot) => shares[slot] ?? 0,
        lawShare: (law) => lawShares[law] ?? 0,
      }
    },
    save(path) {
      vectors.save(vectorsOf(path))
      saveArrays(path, { kind: 'wordings' }, { starts, named })
    },
  }
}

function weightOf(likeness: number): number {
  return Math.max(0, likeness - floor) ** 2
}

/** How often each number occurs. */
function counts(numbers: Uint32Array): Uint32Array {
  const found = new Uint32Array(numbers.reduce((most, number) => Math.max(most, number + 1), 0))
  for (const number of numbers) found[number]!++
  return found
}

function vectorsOf(path: string): string {
  return `${path}.vectors`
}
