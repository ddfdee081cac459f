import { fileURLToPath } from 'node:url'
import { openEmbedding } from '../src/retrieval/embedding.ts'
import { createTop } from '../src/retrieval/top.ts'
import { enter } from './contest.ts'

await enter('dense, every vector compared', async (articles) => {
  const embedding = await openEmbedding({ dir: fileURLToPath(new URL('../models/lay-law-zh', import.meta.url)) })
  const embed = embedding.embedNow!
  const width = embedding.dimensions
  const vectors = new Float32Array(articles.length * width)
  for (const [i, { law, heading, text }] of articles.entries()) vectors.set(embed(law, heading, text), i * width)
  return (question, k) => {
    const vector = embed(question)
    const top = createTop(k)
    for (let i = 0, at = 0; i < articles.length; i++) {
      let even = 0
      let odd = 0
      for (let j = 0; j < width; j += 2, at += 2) {
        even += vectors[at]! * vector[j]!
        odd += vectors[at + 1]! * vector[j + 1]!
      }
      top.offer(i, even + odd)
    }
    return Array.from(top.take().ids, (i) => articles[i]!.id)
  }
})
