// Builds and saves a statute index in a process of its own, so that the memory of building does not count as that of serving.
// Arguments: articles file, model folder or '', embedding folder, output folder. Prints the seconds that it took.
import { openEmbedding } from '../src/retrieval/embedding.ts'
import type { StatuteArticle } from '../src/retrieval/article.ts'
import { buildStatutes, readStatuteModel } from '../src/retrieval/statutes.ts'
import { readLines } from './json-lines.ts'

const [articles = '', model = '', embeddingDir = '', out = ''] = process.argv.slice(2)
const begun = performance.now()
const embedding = await openEmbedding({ dir: embeddingDir })
const built = await buildStatutes(readLines<StatuteArticle>(articles), await readStatuteModel(model || undefined), embedding)
await built.save(out)
console.log((performance.now() - begun) / 1000)
