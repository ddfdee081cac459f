import { fileURLToPath } from 'node:url'
import { openEmbedding } from '../src/retrieval/embedding.ts'
import { buildStatutes, readStatuteModel } from '../src/retrieval/statutes.ts'
import { enter } from './contest.ts'

await enter('village-counsel', async (articles) => {
  const embedding = await openEmbedding({ dir: fileURLToPath(new URL('../models/lay-law-zh', import.meta.url)) })
  const statutes = await buildStatutes(articles, await readStatuteModel(), embedding)
  return (question, k) => statutes.search(question, { k }).matches.map(({ article }) => article.id)
})
