import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import type { ArticleName } from './article.ts'
import { openArrays, saveArrays } from './array-file.ts'
import type { Embedding } from './embedding.ts'
import { toUnit } from './quantised.ts'
import type { Settle } from './settle.ts'
import type { Shelf } from './shelf.ts'
import { createVectors, leading, leadingOf, openVectors, type Vectors } from './vectors.ts'

export const wordingKinds = ['asked', 'written'] as const
export type WordingKind = (typeof wordingKinds)[number]

/** A layperson's words and the articles that answer them. */
export type Wording = {
  /** `asked`: somebody's question, the articles marked by lawyers; `written`: a question of our own for the article. */
  readonly kind: WordingKind
  readonly text: string
  readonly articles: readonly ArticleName[]
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

/** Reads questions of our own for single articles: gzipped lines of {law, article, version?, questions}. An absent file holds none. */
export async function readLayQuestions(path: string): Promise<Wording[]> {
  if (!existsSync(path)) return []
  const text = gunzipSync(await readFile(path)).toString('utf8')
  return text.split('\n').filter(Boolean).flatMap((line) => {
    const { questions, ...article } = JSON.parse(line) as { law: string; article: string; version?: string; questions: string[] }
    return questions.map((text): Wording => ({ kind: 'written', text, articles: [article] }))
  })
}

/** Wordings as arrays: vectors, and the slots that each one names. */
type Layout = { readonly vectors: Vectors; readonly starts: Uint32Array; readonly named: Uint32Array }

/** A wording and where it points. */
export type Encoded = Wording & { readonly direction: Float32Array }

/** Encodes the wordings that name an article on the shelf. */
export async function encodeWordings(wordings: readonly Wording[], embedding: Embedding, shelf: Pick<Shelf, 'find'>): Promise<Encoded[]> {
  const encoded: Encoded[] = []
  for (const wording of wordings) {
    if (!wording.articles.some(({ law, article }) => shelf.find(law, article).length > 0)) continue
    const [direction] = await embedding.embed([wording.text])
    encoded.push({ ...wording, direction: direction! })
  }
  return encoded
}

/** Indexes wordings by their directions; `settle` says where an article stands in another version. */
export function createWordings(
  wordings: readonly Encoded[],
  dimensions: number,
  shelf: Pick<Shelf, 'find' | 'law' | 'version'>,
  settle: Settle = (slot) => slot,
): Wordings {
  const starts = [0]
  const named: number[] = []
  const vectors = createVectors(leadingOf(dimensions), { effort })
  for (const [i, { articles, direction }] of wordings.entries()) {
    const slots = new Set(articles.flatMap((name) => shelf.find(name.law, name.article, name.version ?? '').map((slot) => settle(slot, name))))
    named.push(...slots)
    starts.push(named.length)
    vectors.add(i, toUnit(leading(direction)))
  }
  return over({ vectors, starts: Uint32Array.from(starts), named: Uint32Array.from(named) }, shelf)
}

/** Opens what `save` wrote. */
export function openWordings(path: string, dimensions: number, shelf: Pick<Shelf, 'law' | 'version'>): Wordings {
  const { starts, named } = openArrays(path).arrays
  const vectors = openVectors(vectorsOf(path), leadingOf(dimensions), { effort })
  return over({ vectors, starts: starts as Uint32Array, named: named as Uint32Array }, shelf)
}

function over({ vectors, starts, named }: Layout, shelf: Pick<Shelf, 'law' | 'version'>): Wordings {
  const lawsNamed = named.map((slot) => shelf.law(slot))
  const articleCounts = counts(named)
  const lawCounts = lawCountsOf(starts, named, shelf)
  // What the last question found, by slot and by law; `reached` tells which slots to wipe.
  const nearest = new Float32Array(articleCounts.length)
  const shares = new Float32Array(articleCounts.length)
  const lawShares = new Float32Array(lawsNamed.reduce((most, law) => Math.max(most, law + 1), 0))
  let reached: number[] = []

  return {
    articleCount: (slot) => articleCounts[slot] ?? 0,
    lawCount: (law) => lawCounts.get(law) ?? 0,
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

/** How often each law is named; the dated versions of one article are named together and count once. */
function lawCountsOf(starts: Uint32Array, named: Uint32Array, shelf: Pick<Shelf, 'law' | 'version'>): Map<number, number> {
  const found = new Map<number, number>()
  for (let wording = 0; wording + 1 < starts.length; wording++) {
    const [from, to] = [starts[wording]!, starts[wording + 1]!]
    for (let at = from; at < to; at++) {
      const law = shelf.law(named[at]!)
      const versions = to === from + 1 ? 1 : datedVersions(named.subarray(from, to), law, shelf)
      found.set(law, (found.get(law) ?? 0) + 1 / Math.max(1, versions))
    }
  }
  return found
}

function datedVersions(slots: Uint32Array, law: number, shelf: Pick<Shelf, 'law' | 'version'>): number {
  return new Set(Array.from(slots).filter((slot) => shelf.law(slot) === law).map(shelf.version).filter((version) => /^\d/.test(version))).size
}

function vectorsOf(path: string): string {
  return `${path}.vectors`
}
