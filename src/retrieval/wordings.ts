import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { openArrays, saveArrays } from './array-file.ts'
import type { Embedding } from './embedding.ts'
import { toUnit, type Quantised } from './quantised.ts'
import type { Shelf } from './shelf.ts'
import { createVectors, leading, leadingOf, openVectors, type Vectors } from './vectors.ts'

export const wordingKinds = ['asked', 'told', 'written'] as const
export type WordingKind = (typeof wordingKinds)[number]

/** A layperson's words and the articles that answer them. */
export type Wording = {
  /**
   * `asked`: somebody's question, the articles marked by lawyers; `told`: an adviser's answer, or articles a
   * machine named; `written`: a question written for the article.
   */
  readonly kind: WordingKind
  readonly text: string
  readonly articles: readonly { readonly law: string; readonly article: string; readonly version?: string }[]
}

/** How near the wordings that name an article, or its law, come to a question. */
export type Votes = {
  /** The likeness of the nearest wording, by article number. */
  readonly nearest: ReadonlyMap<number, number>
  /** Shares of the neighbourhood, by article number and by law number. */
  readonly articles: ReadonlyMap<number, number>
  readonly laws: ReadonlyMap<number, number>
}

export type Wordings = {
  votes(question: Float32Array): Votes
  /** In how many wordings each article, each law is named. */
  readonly articleCounts: ReadonlyMap<number, number>
  readonly lawCounts: ReadonlyMap<number, number>
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

/** How much less like a wording its article may be than another of the same law before it is taken for renumbered. */
const mostBehind = 0.2

/**
 * Indexes wordings by vector. `find` gives the slots of an article that a wording names.
 *
 * A law that is revised renumbers its articles. With `whole`, the articles' directions, a wording for one article
 * whose number stands at something else in another version goes to the article there that it is most like.
 */
export async function createWordings(
  wordings: readonly Wording[],
  embedding: Embedding,
  shelf: Pick<Shelf, 'find' | 'law' | 'version' | 'has' | 'length'>,
  whole?: Quantised,
): Promise<Wordings> {
  const starts = [0]
  const named: number[] = []
  const byLaw = new Map<number, number[]>()
  for (let slot = 0; slot < shelf.length; slot++) {
    if (!shelf.has(slot)) continue
    const same = byLaw.get(shelf.law(slot))
    if (same) same.push(slot)
    else byLaw.set(shelf.law(slot), [slot])
  }
  const vectors = createVectors(leadingOf(embedding.dimensions), { effort })
  let kept = 0
  for (const { text, articles } of wordings) {
    const [vector] = await embedding.embed([text])
    const slots = new Set<number>()
    for (const { law, article, version = '' } of articles) {
      for (const slot of shelf.find(law, article, version)) {
        const renumbered = whole && articles.length === 1 && shelf.version(slot) !== version
        slots.add(renumbered ? settled(slot, vector!, byLaw.get(shelf.law(slot))!, whole) : slot)
      }
    }
    if (slots.size === 0) continue
    named.push(...slots)
    starts.push(named.length)
    vectors.add(kept++, toUnit(leading(vector!)))
  }
  return over({ vectors, starts: Uint32Array.from(starts), named: Uint32Array.from(named) }, shelf)
}

/** The slot itself, or where another article of its law is far more like the wording, that one. */
function settled(slot: number, vector: Float32Array, sameLaw: readonly number[], whole: Quantised): number {
  let [best, most] = [slot, whole.dot(slot, vector) + mostBehind]
  for (const other of sameLaw) {
    const likeness = whole.dot(other, vector)
    if (likeness > most) [best, most] = [other, likeness]
  }
  return best
}

/** Opens what `save` wrote. */
export function openWordings(path: string, dimensions: number, shelf: Pick<Shelf, 'law'>): Wordings {
  const { starts, named } = openArrays(path).arrays
  const vectors = openVectors(vectorsOf(path), leadingOf(dimensions), { effort })
  return over({ vectors, starts: starts as Uint32Array, named: named as Uint32Array }, shelf)
}

function over({ vectors, starts, named }: Layout, shelf: Pick<Shelf, 'law'>): Wordings {
  const articleCounts = new Map<number, number>()
  const lawCounts = new Map<number, number>()
  for (const slot of named) {
    add(articleCounts, slot, 1)
    add(lawCounts, shelf.law(slot), 1)
  }
  return {
    articleCounts,
    lawCounts,
    votes(question) {
      const nearest = new Map<number, number>()
      const articles = new Map<number, number>()
      const laws = new Map<number, number>()
      let total = 0
      for (const { id: wording, likeness } of vectors.nearest(toUnit(leading(question)), neighbours)) {
        const weight = Math.max(0, likeness - floor) ** 2
        const [from, to] = [starts[wording]!, starts[wording + 1]!]
        total += weight
        for (let at = from; at < to; at++) {
          const slot = named[at]!
          if (likeness > (nearest.get(slot) ?? 0)) nearest.set(slot, likeness)
          add(articles, slot, weight)
          add(laws, shelf.law(slot), weight / (to - from))
        }
      }
      for (const shares of [articles, laws]) for (const [id, weight] of shares) shares.set(id, weight / (total || 1))
      return { nearest, articles, laws }
    },
    save(path) {
      vectors.save(vectorsOf(path))
      saveArrays(path, { kind: 'wordings' }, { starts, named })
    },
  }
}

function vectorsOf(path: string): string {
  return `${path}.vectors`
}

function add(counts: Map<number, number>, id: number, by: number): void {
  counts.set(id, (counts.get(id) ?? 0) + by)
}
