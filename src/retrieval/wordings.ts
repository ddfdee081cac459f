import { readFile } from 'node:fs/promises'
import type { Embedding } from './embedding.ts'
import { createQuantised } from './quantised.ts'
import { createTop } from './top.ts'

/** A layperson's words and the articles that answer them. */
export type Wording = {
  /** `asked`: somebody marked the articles; `told`: an adviser's answer, or articles a machine named. */
  readonly kind: 'asked' | 'told'
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
}

const neighbours = 60
/** Likeness that counts for nothing: any two wordings have that much in common. */
const floor = 0.2

/** Reads wordings from JSON lines. */
export async function readWordings(path: string): Promise<Wording[]> {
  const text = await readFile(path, 'utf8')
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Wording)
}

/** Indexes wordings by vector. `resolve` gives the numbers of the articles that a wording names, `lawOf` an article's law. */
export async function createWordings(
  wordings: readonly Wording[],
  embedding: Embedding,
  resolve: (article: Wording['articles'][number]) => readonly number[],
  lawOf: (article: number) => number,
): Promise<Wordings> {
  const named: number[][] = []
  const kept: string[] = []
  const articleCounts = new Map<number, number>()
  const lawCounts = new Map<number, number>()
  for (const wording of wordings) {
    const ids = [...new Set(wording.articles.flatMap((article) => resolve(article)))]
    if (ids.length === 0) continue
    for (const id of ids) {
      add(articleCounts, id, 1)
      add(lawCounts, lawOf(id), 1)
    }
    named.push(ids)
    kept.push(wording.text)
  }
  const vectors = createQuantised(embedding.dimensions, kept.length)
  const encoded = await embedding.embed(kept)
  for (const [i, vector] of encoded.entries()) vectors.set(i, vector)

  return {
    articleCounts,
    lawCounts,
    votes(question) {
      const top = createTop(Math.min(neighbours, kept.length))
      for (let i = 0; i < kept.length; i++) top.offer(i, vectors.dot(i, question))
      const { ids, scores } = top.take()
      const nearest = new Map<number, number>()
      const articles = new Map<number, number>()
      const laws = new Map<number, number>()
      let total = 0
      for (const [i, wording] of ids.entries()) {
        const likeness = scores[i]!
        const weight = Math.max(0, likeness - floor) ** 2
        total += weight
        for (const id of named[wording]!) {
          if (likeness > (nearest.get(id) ?? 0)) nearest.set(id, likeness)
          add(articles, id, weight)
          add(laws, lawOf(id), weight / named[wording]!.length)
        }
      }
      for (const shares of [articles, laws]) for (const [id, weight] of shares) shares.set(id, weight / (total || 1))
      return { nearest, articles, laws }
    },
  }
}

function add(counts: Map<number, number>, id: number, by: number): void {
  counts.set(id, (counts.get(id) ?? 0) + by)
}
