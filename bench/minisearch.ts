import MiniSearch from 'minisearch'
import { words } from '../src/retrieval/segment.ts'
import { enter } from './contest.ts'

await enter('MiniSearch, jieba', (articles) => {
  const index = new MiniSearch({ fields: ['law', 'heading', 'text'], tokenize: words, processTerm: (term) => term })
  index.addAll(articles)
  return (question, k) => index.search(question).slice(0, k).map(({ id }) => id as number)
})
