import { readLines } from '../scripts/json-lines.ts'
import { measure, meanOf, percentile, type Question } from '../scripts/statute-measures.ts'
import type { StatuteArticle } from '../src/retrieval/article.ts'

/** Finds at most `k` article ids for a question, best first. */
export type Search = (question: string, k: number) => number[] | Promise<number[]>

/** Builds one system over the articles named on the command line, asks it the questions named there, prints the figures. */
export async function enter(system: string, build: (articles: StatuteArticle[]) => Search | Promise<Search>): Promise<void> {
  const [articlesFile = '', questionsFile = ''] = process.argv.slice(2)
  const questions = readLines<Question>(questionsFile)
  const begun = performance.now()
  const search = await build(readLines<StatuteArticle>(articlesFile))
  const buildSeconds = Math.round((performance.now() - begun) / 10) / 100
  for (const { text } of questions.slice(0, 20)) await search(text, 100)
  const took: number[] = []
  const each = []
  for (const { text, gold } of questions) {
    const start = performance.now()
    const found = await search(text, 100)
    took.push(performance.now() - start)
    each.push(measure(found, gold))
  }
  console.log(JSON.stringify({
    system,
    n: questions.length,
    ...meanOf(each),
    p50ms: percentile(took, 0.5),
    p95ms: percentile(took, 0.95),
    rssMB: Math.round(process.memoryUsage().rss / 1048576),
    buildSeconds,
  }))
}
