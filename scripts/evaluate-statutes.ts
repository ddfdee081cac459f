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
import { measure, meanOf, percentile, type Question } from './statute-measures.ts'

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
      return measure(matches.map(({ id }) => id), gold)
    })
    const result = {
      n: questions.length,
      ...meanOf(each),
      p50ms: percentile(took, 0.5),
      p95ms: percentile(took, 0.95),
      rssMB: Math.round(process.memoryUsage().rss / 1048576),
      buildSeconds: Number(buildSeconds.toFixed(2)),
      openSeconds: Number(openSeconds.toFixed(2)),
    }
    if (values.json) console.log(JSON.stringify(result))
    else console.table(result)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function buildIn(folder: string, articles: string, model: string, embedding: string): number {
  const script = fileURLToPath(new URL('index-statutes.ts', import.meta.url))
  const printed = execFileSync(process.execPath, [...process.execArgv, script, articles, model, embedding, folder], { encoding: 'utf8' })
  return Number(printed.trim().split('\n').at(-1))
}
