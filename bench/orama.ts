import { create, insertMultiple, search } from '@orama/orama'
import { createTokenizer } from '@orama/tokenizers/mandarin'
import { enter } from './contest.ts'

await enter('Orama, Mandarin', async (articles) => {
  const index = create({ schema: { law: 'string', heading: 'string', text: 'string' }, components: { tokenizer: createTokenizer() } })
  await insertMultiple(index, articles.map(({ id, law, heading, text }) => ({ id: String(id), law, heading, text })), 2000)
  return async (question, k) => {
    const { hits } = await search(index, { term: question, limit: k, threshold: 1 })
    return hits.map(({ id }) => Number(id))
  }
})
