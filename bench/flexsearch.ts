import FlexSearch from 'flexsearch'
import { words } from '../src/retrieval/segment.ts'
import { enter } from './contest.ts'

await enter('FlexSearch, jieba', (articles) => {
  const index = new FlexSearch.Index({ encode: words, tokenize: 'strict', resolution: 9 })
  for (const { id, law, heading, text } of articles) index.add(id, `${law} ${heading} ${text}`)
  return (question, k) => index.search(question, { limit: k, suggest: true }) as number[]
})
