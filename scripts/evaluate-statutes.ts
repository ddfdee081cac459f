import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openEmbedding } from '../src/retrieval/embedding.ts'
import { openStatutes, readStatuteModel } from '../src/retrieval/statutes.ts'
import { readLines } from './json-lines.ts'

type Question = { id: string; text: string; gold: number[][] }

const usage = `npm run --silent evaluate -- statutes --articles FILE --questions FILE [--model DIR] [--embedding DIR] [--json]

Articles: lines of {id, law, article, version, heading, text}. Questions: lines of {id, text, gold}; gold is a
list of groups of article ids, and any member of a group counts for the group. The shipped model was fitted to
public questions: what it scores on those says nothing; its card holds the cross-validated figures.`

/** Measures the search for statutes: how well, how fast, how large. */
export async function evaluateStatutes(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      articles: { type: 'string' },
      questions: { type: 'string' },
      model: { type: 'string' },
      embedding: { type: 'string', default: fileURLToPath(new URL('../models/lay-law-zh', import.meta.url)) },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help || !values.articles || !values.questions) {
    console.log(usage)
    process.exitCode = values.help ? 0 : 2
    return
  }
  for (const file of [values.articles, values.questions]) {
    if (!existsSync(file)) throw new Error(`${file} is not there; name a file of JSON lines`)
  }
  const questions = readLines<Question>(values.questions)
  const folder = await mkdtemp(join(tmpdir(), 'statutes-'))
  try {
    const buildSeconds = buildIn(folder, values.articles, values.model ?? '', values.embedding)
    const embedding = await openEmbedding({ dir: values.embedding })
    const model = await readStatuteModel(values.model)
    const opening = performance.now()
    const statutes = await openStatutes(folder, model, embedding)
    const openSeconds = (performance.now() - opening) / 1000
    if (!statutes) throw new Error('the saved index does not open')
    for (const { text } of questions.slice(0, 50)) statutes.search(text)

    const took: number[] = []
    const each = questions.map(({ text, gold }) => {
      const start = performance.now()
      const { matches } = statutes.search(text, { k: 100 })
      took.push(performance.now() - start)
      return measure(matches.map(({ article }) => article.id), gold)
    })
    const result = {
      n: questions.length,
      ...meanOf(each),
      p50ms: percentile(took, 0.5),
      p95ms: percentile(took, 0.95),
      rssMB: Math.round(process.memoryUsage().rss / 1048576),
      buildSeconds: round(buildSeconds),
      openSeconds: round(openSeconds),
    }
    if (values.json) console.log(JSON.stringify(result))
    else console.table(result)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export type Measures = { recall5: number; recall10: number; recall100: number; mrr10: number; ndcg10: number }

/** How well one ranking answers one question. */
export function measure(found: readonly number[], gold: readonly (readonly number[])[]): Measures {
  const places = new Map(found.map((id, place) => [id, place]))
  const ranks = gold.map((group) => Math.min(...group.map((id) => places.get(id) ?? Infinity)))
  const within = (k: number) => ranks.filter((rank) => rank < k).length / ranks.length
  const gain = ranks.reduce((sum, rank) => sum + (rank < 10 ? 1 / Math.log2(rank + 2) : 0), 0)
  const ideal = ranks.slice(0, 10).reduce((sum, _, place) => sum + 1 / Math.log2(place + 2), 0)
  const first = Math.min(...ranks)
  return { recall5: within(5), recall10: within(10), recall100: within(100), mrr10: first < 10 ? 1 / (first + 1) : 0, ndcg10: gain / ideal }
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

function buildIn(folder: string, articles: string, model: string, embedding: string): number {
  const script = fileURLToPath(new URL('index-statutes.ts', import.meta.url))
  const printed = execFileSync(process.execPath, [...process.execArgv, script, articles, model, embedding, folder], { encoding: 'utf8' })
  return Number(printed.trim().split('\n').at(-1))
}

function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}
