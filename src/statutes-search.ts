import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LikelyArticle, LikelyArticles } from './domain/statute.ts'
import { parseNumber, type ArticleRef } from './domain/law.ts'
import type { AssistantLog } from './log.ts'
import { openEmbedding, type Embedding } from './retrieval/embedding.ts'
import { searchable } from './retrieval/segment.ts'
import { readStatuteModel, type Statutes } from './retrieval/statutes.ts'
import { generationOf, hasIndex, openIndex, statuteEmbeddingDir, type Indexed, type IndexPlace } from './statutes-index.ts'

/** The search over the imported statutes; it finds nothing until its index is ready. */
export type StatuteSearch = {
  /** The articles most likely to bear on the question, of those in force on the ISO day. */
  search(question: string, day: string): LikelyArticles | undefined
  /** Follows the import: opens its index, or has one built unless told not to. Resolves when that is done; never rejects. */
  refresh(options?: { build: boolean }): Promise<void>
  /** Whether the import as it is now can be searched. */
  ready(): boolean
}

/** How often what was found must have been right among measured questions: one of the first three, for residents to be shown them; the first, for an answer to rest on it. */
export const showPrecision = 0.84

const mostArticles = 5
/** Tries for one state of the import: a build may meet files that an import is just replacing. */
const mostTries = 3

/** `verbatim` gives the text of an article as of a day; what it does not know is not found. `build` runs outside this process. */
export function openStatuteSearch(options: {
  place: IndexPlace
  /** The model of the guides, which serves here too where it is the one that the search was fitted with. */
  embedding: Embedding
  embeddingDir: string
  verbatim(ref: ArticleRef, day: string): LikelyArticle | undefined
  log: AssistantLog
  build?(place: IndexPlace): Promise<Indexed>
}): StatuteSearch {
  const { place, verbatim, log, build = buildApart } = options
  let opened: { generation: string; statutes: Statutes; bars: Record<Kind, number> } | undefined
  let following: Promise<void> | undefined
  let tries = { generation: '', count: 0 }

  async function follow(mayBuild: boolean): Promise<void> {
    const generation = generationOf(place.statutesDir)
    if (generation === undefined) opened = undefined
    if (generation === undefined || generation === opened?.generation || (await open(generation)) || !mayBuild) return
    tries = { generation, count: tries.generation === generation ? tries.count + 1 : 1 }
    if (tries.count > mostTries) return
    log.info({}, '法律原文有变化，正在建检索索引；建好之前照常答复')
    const built = await build(place)
    if (built.kind === 'busy') tries = { generation: '', count: 0 }
    if (built.kind === 'ready') log.info({ articles: built.size, added: built.added, removed: built.removed }, '法律原文的检索索引建好了')
    if (built.kind === 'ready' || built.kind === 'same') await open(generationOf(place.statutesDir) ?? generation)
  }

  async function open(generation: string): Promise<boolean> {
    if (!hasIndex(place, generation)) return false
    const [model, embedding, bars] = await Promise.all([readStatuteModel(), embeddingFor(options), readBars()])
    const statutes = await openIndex(place, generation, model, embedding)
    if (!statutes) return false
    // The first search lays out what later ones need.
    statutes.search('工资', { asOf: '2021-01-01' })
    opened = { generation, statutes, bars }
    return true
  }

  return {
    ready: () => opened !== undefined && opened.generation === generationOf(place.statutesDir),

    search(question, day) {
      if (!opened || opened.statutes.size === 0) return undefined
      const { matches, confidence, ofThree } = opened.statutes.search(searchable(question), { asOf: day, k: mostArticles })
      const found = matches.map(({ article: { law, article } }) => verbatim({ law, article: numberOf(article) }, day))
      const articles = found.filter((one) => one !== undefined)
      const [first, ...rest] = articles
      // An index that is behind the import may name an article that is gone; its chance was not the next one's.
      const ofFirst = found[0] ? confidence : 0
      const chance = found.slice(0, 3).every((one) => one !== undefined) ? ofThree : 0
      return first && { day, confidence: chance, sure: chance >= opened.bars.shown, firstSure: ofFirst >= opened.bars.first, articles: [first, ...rest] }
    },

    refresh({ build: mayBuild } = { build: true }) {
      following ??= follow(mayBuild)
        .catch((cause: unknown) => log.error({ cause: String(cause) }, '法律原文的检索索引没有建成，助手照常用知识库答复'))
        .finally(() => (following = undefined))
      return following
    },
  }
}

/** 第一千零七十七条之一 → 1077之一; 序言 stays. */
function numberOf(label: string): string {
  const [, digits = '', rest = ''] = /^第(.+?)条(之.+)?$/.exec(label) ?? []
  return digits === '' ? label : `${parseNumber(digits)}${rest}`
}

async function embeddingFor({ embedding, embeddingDir }: { embedding: Embedding; embeddingDir: string }): Promise<Embedding> {
  return embedding.encode && resolve(embeddingDir) === statuteEmbeddingDir ? embedding : openEmbedding({ dir: statuteEmbeddingDir })
}

type Kind = 'first' | 'shown'
type Curve = readonly { readonly coverage: number; readonly precision: number; readonly bar: number }[]

/** The lowest confidences above which the measured precision holds; higher than any where none does. */
async function readBars(): Promise<Record<Kind, number>> {
  const { confidence } = JSON.parse(await readFile(new URL('../models/statutes/measured.json', import.meta.url), 'utf8')) as { confidence: Record<Kind, { curve: Curve }> }
  return { first: barFor(confidence.first.curve), shown: barFor(confidence.shown.curve) }
}

/** The bar of the widest coverage that keeps the precision; above 1 where none does. */
export function barFor(curve: Curve, precision = showPrecision): number {
  return curve.filter((point) => point.precision >= precision).reduce((best, point) => (point.coverage > best.coverage ? point : best), { coverage: 0, bar: 2 }).bar
}

async function buildApart({ statutesDir, indexDir }: IndexPlace): Promise<Indexed> {
  const script = fileURLToPath(new URL('statutes-index-run.ts', import.meta.url))
  const root = fileURLToPath(new URL('..', import.meta.url))
  const printed = await new Promise<string>((done, fail) => {
    execFile(process.execPath, ['--import', 'tsx', script, statutesDir, indexDir], { cwd: root }, (cause, out) => (cause ? fail(cause) : done(out)))
  })
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '') as Indexed
}
