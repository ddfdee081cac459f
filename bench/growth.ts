// How cost grows with the number of passages. Beyond the articles given, passages are put together from their sentences.
import { fileURLToPath } from 'node:url'
import { readLines } from '../scripts/json-lines.ts'
import { percentile, type Question } from '../scripts/statute-measures.ts'
import type { StatuteArticle } from '../src/retrieval/article.ts'
import { openEmbedding } from '../src/retrieval/embedding.ts'
import { buildStatutes, readStatuteModel } from '../src/retrieval/statutes.ts'

const [articlesFile = '', questionsFile = '', size = '62000'] = process.argv.slice(2)
const embedding = await openEmbedding({ dir: fileURLToPath(new URL('../models/lay-law-zh', import.meta.url)) })
const questions = readLines<Question>(questionsFile)
const begun = performance.now()
const statutes = await buildStatutes(passages(readLines<StatuteArticle>(articlesFile), Number(size)), await readStatuteModel(), embedding)
const buildSeconds = Math.round((performance.now() - begun) / 1000)
for (const { text } of questions.slice(0, 50)) statutes.search(text)
const took = questions.map(({ text }) => {
  const start = performance.now()
  statutes.search(text, { k: 10 })
  return performance.now() - start
})
globalThis.gc?.()
console.log(JSON.stringify({
  system: `${size} passages`, p50ms: percentile(took, 0.5), p95ms: percentile(took, 0.95),
  rssMB: Math.round(process.memoryUsage().rss / 1048576), buildSeconds,
}))

function* passages(articles: StatuteArticle[], count: number): Generator<StatuteArticle> {
  const sentences = articles.map(({ text }) => text.split(/(?<=[。；])/))
  let seed = 1
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below
  for (let id = 0; id < count; id++) {
    const article = articles[id]
    if (article) yield { ...article, id }
    else {
      const host = articles[random(articles.length)]!
      const pick = () => {
        const some = sentences[random(sentences.length)]!
        return some[random(some.length)]!
      }
      yield { ...host, id, version: `made-${Math.floor(id / articles.length)}`, text: pick() + pick() + pick() }
    }
  }
}
