import { mkdirSync, statSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Confidence } from '../domain/evidence.ts'
import type { StatuteArticle } from './article.ts'
import { createCompanions, openCompanions, readCompanions, type Companions, type Companionship } from './companions.ts'
import type { Embedding } from './embedding.ts'
import { askedOf, featureNames, featureRows } from './features.ts'
import { depth, fuse, lawWeights } from './fuse.ts'
import { openLexical } from './lexical.ts'
import { createQuantised } from './quantised.ts'
import { openArrays, saveArrays } from './array-file.ts'
import { confidenceOf, createRanker, readRankingModel, type RankingModel } from './rerank.ts'
import { settler } from './settle.ts'
import { openShelf } from './shelf.ts'
import { encoder, indexStatutes, placeSections, shelve, type StatuteIndex } from './statute-index.ts'
import { createVectors, leadingOf, leadingWith, openVectors, type Vectors } from './vectors.ts'
import { createWordings, encodeWordings, openWordings, readLayQuestions, readWordings, wordingKinds, type Wording, type WordingKind, type Wordings } from './wordings.ts'

/** An article that may answer the question, `id` its own; `score` orders, it is no probability. */
export type StatuteMatch = { readonly id: number; readonly article: StatuteArticle; readonly score: number }

/** Articles best first, the chance that the first one is right, and the chance that one of the first three is. */
export type StatuteEvidence = { readonly matches: readonly StatuteMatch[]; readonly confidence: Confidence; readonly ofThree: Confidence }

/** The whole body of statutes, searchable by a layperson's words. */
export type Statutes = {
  readonly size: number
  /** The best `k` articles, of those in force on the ISO day `asOf` where one is given. */
  search(question: string, options?: { asOf?: string; k?: number }): StatuteEvidence
  /** Takes an article in; one with the same id is replaced. */
  add(article: StatuteArticle): void
  remove(id: number): void
  /** Verbatim, by law and number; several when several versions are held. */
  find(law: string, article: string): StatuteArticle[]
  save(folder: string): Promise<void>
}

/** The fitted parts: weights and wordings, as scripts/train-statutes.py writes them into a folder of models/. */
export type StatuteModel = {
  readonly ranking: RankingModel
  /** Tells one set of wordings and companions from another without reading it. */
  readonly edition: string
  /** Read when an index is built: opening one needs only what it keeps of them. */
  wordings(): Promise<Wording[]>
  companions(): Promise<Companionship[]>
}

const shipped = fileURLToPath(new URL('../../models/statutes', import.meta.url))

/** Reads the fitted parts that ship, or those of another folder. */
export async function readStatuteModel(folder = shipped): Promise<StatuteModel> {
  const [marked, own, together] = [join(folder, 'wordings.jsonl'), join(folder, 'lay-questions.jsonl.gz'), join(folder, 'companions.jsonl')]
  const sizes = [marked, own, together].map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0)
  return {
    ranking: await readRankingModel(join(folder, 'ranking.json'), featureNames),
    edition: sizes.join('+'),
    wordings: async () => [...(await readWordings(marked)), ...(await readLayQuestions(own))],
    companions: () => readCompanions(together),
  }
}

/** Indexes a body of statutes: about a minute for sixty thousand articles. */
export async function buildStatutes(articles: Iterable<StatuteArticle>, model: StatuteModel, embedding: Embedding): Promise<Statutes> {
  const index = indexStatutes(articles, embedding)
  const known = await encodeWordings(await model.wordings(), embedding, index.shelf)
  const settle = settler(known, index.shelf, index.whole)
  const of = (kind: WordingKind) => createWordings(known.filter((wording) => wording.kind === kind), embedding.dimensions, index.shelf, settle)
  const wordings = { asked: of('asked'), written: of('written') }
  const companions = createCompanions(await model.companions(), index.shelf, settle)
  const lean = leaning(index, lawWeights(wordings), model.ranking.fusion.law)
  const vectors = createVectors(leadingOf(embedding.dimensions + 1), { room: index.shelf.length, effort: depth.each })
  for (let slot = 0; slot < index.shelf.length; slot++) vectors.add(slot, lean(slot))
  return over({ index, wordings, companions, vectors }, model, embedding)
}

/** Opens what `save` wrote, if the same model made it; undefined when it must be built anew. */
export async function openStatutes(folder: string, model: StatuteModel, embedding: Embedding): Promise<Statutes | undefined> {
  const label = await readFile(join(folder, 'label'), 'utf8').catch(() => undefined)
  if (label !== labelOf(model, embedding)) return undefined
  const { dimensions } = embedding
  const shelf = openShelf(join(folder, 'shelf'))
  const { arrays } = openArrays(join(folder, 'directions'))
  const directions = (name: string) =>
    createQuantised(dimensions, 0, { rows: arrays[`${name}Rows`] as Int8Array, scales: arrays[`${name}Scales`] as Float32Array })
  const index: StatuteIndex = {
    shelf,
    lexical: openLexical(join(folder, 'lexical')),
    headings: openLexical(join(folder, 'headings')),
    whole: directions('whole'),
    sections: directions('sections'),
  }
  const of = (kind: WordingKind) => openWordings(join(folder, kind), dimensions, shelf)
  const wordings = { asked: of('asked'), written: of('written') }
  const companions = openCompanions(join(folder, 'companions'))
  const vectors = openVectors(join(folder, 'vectors'), leadingOf(dimensions + 1), { effort: depth.each })
  return over({ index, wordings, companions, vectors }, model, embedding)
}

type Parts = { index: StatuteIndex; wordings: Record<WordingKind, Wordings>; companions: Companions; vectors: Vectors }

function over({ index, wordings, companions, vectors }: Parts, model: StatuteModel, embedding: Embedding): Statutes {
  const { shelf } = index
  const encode = encoder(embedding)
  const rank = createRanker(model.ranking)
  const weights = model.ranking.fusion
  const lawWeight = lawWeights(wordings)
  const lean = leaning(index, lawWeight, weights.law)
  const nearest = (vector: Float32Array, k: number): number[] => vectors.nearest(leadingWith(vector, 1), k).map(({ id }) => id)
  let size = 0
  for (let slot = 0; slot < shelf.length; slot++) if (shelf.has(slot)) size++
  let sectionsMoved = false

  function remove(id: number): void {
    const slot = shelf.slotOf(id)
    if (slot === undefined) return
    shelf.remove(slot)
    index.lexical.remove(slot)
    vectors.remove(slot)
    size--
    sectionsMoved = true
  }

  /** The text stays in its file until somebody looks at it. */
  function matchAt(slot: number, score: number): StatuteMatch {
    return { id: shelf.id(slot), score, get article() { return shelf.article(slot) } }
  }

  return {
    get size() {
      return size
    },

    search(text, { asOf, k = 10 } = {}) {
      if (sectionsMoved) placeSections(index)
      sectionsMoved = false
      const asked = askedOf(text, encode, wordings)
      const allowed = asOf === undefined ? () => true : (slot: number) => shelf.binds(slot, asOf)
      const found = fuse({ index, asked, companions, lawWeight, weights, nearest, allowed })
      const scores = rank(featureRows({ index, companions, lawWeight, wordings }, asked, found))
      const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b)
      const { first, shown } = confidenceOf(model.ranking, order.map((i) => scores[i]!))
      return {
        matches: order.slice(0, k).map((i) => matchAt(found.slots[i]!, scores[i]!)),
        confidence: first,
        ofThree: shown,
      }
    },

    add(article) {
      remove(article.id)
      const slot = shelve(index, article, embedding)
      vectors.add(slot, lean(slot))
      size++
      sectionsMoved = true
    },

    remove,

    find: (law, article) => shelf.find(law, article).map((slot) => shelf.article(slot)),

    async save(folder) {
      mkdirSync(folder, { recursive: true })
      const { whole, sections } = index
      shelf.save(join(folder, 'shelf'))
      index.lexical.save(join(folder, 'lexical'))
      index.headings.save(join(folder, 'headings'))
      saveArrays(join(folder, 'directions'), {}, {
        wholeRows: whole.arrays.rows, wholeScales: whole.arrays.scales,
        sectionsRows: sections.arrays.rows, sectionsScales: sections.arrays.scales,
      })
      for (const kind of wordingKinds) wordings[kind].save(join(folder, kind))
      companions.save(join(folder, 'companions'))
      vectors.save(join(folder, 'vectors'))
      // Last: a folder without its label was not finished.
      await writeFile(join(folder, 'label'), labelOf(model, embedding))
    },
  }
}

/** Tells where an article points, and how much its law is favoured; 1 in a question's last number lets that count. */
function leaning({ shelf, whole }: StatuteIndex, lawWeight: (law: number) => number, weight: number): (slot: number) => Float32Array {
  return (slot) => {
    const vector = new Float32Array(whole.dimensions)
    whole.addTo(vector, slot)
    return leadingWith(vector, weight * lawWeight(shelf.law(slot)))
  }
}

/** Tells whether an index was made with this model. */
function labelOf({ ranking, edition }: StatuteModel, embedding: Embedding): string {
  return JSON.stringify({ embedding: embedding.name, dimensions: embedding.dimensions, made: ranking.made, wordings: edition })
}
