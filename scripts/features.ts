// For scripts/train-statutes.py: what the search computes for each question, fold by fold, with that fold's models.
// Standard input: {articles, questions, folds: [{model, wordings, companions, questions: [places]}], fusion, out}.
import { readFileSync, writeFileSync } from 'node:fs'
import { createCompanions, readCompanions } from '../src/retrieval/companions.ts'
import { openEmbedding } from '../src/retrieval/embedding.ts'
import { askedOf, featureNames, featureRows } from '../src/retrieval/features.ts'
import { fuse, lawWeights, type FusionWeights } from '../src/retrieval/fuse.ts'
import type { StatuteArticle } from '../src/retrieval/article.ts'
import { encoder, indexStatutes } from '../src/retrieval/statute-index.ts'
import { createTop } from '../src/retrieval/top.ts'
import { createWordings, encodeWordings, readWordings, type WordingKind } from '../src/retrieval/wordings.ts'
import { readLines } from './json-lines.ts'

type Task = {
  articles: string
  questions: string
  folds: { model: string; wordings: string; companions: string; questions: number[] }[]
  fusion: FusionWeights
  out: string
}

const task = JSON.parse(readFileSync(0, 'utf8')) as Task
const questions = readLines<{ text: string }>(task.questions)
const width = 2 + featureNames.length

for (const [number, fold] of task.folds.entries()) {
  const embedding = await openEmbedding({ dir: fold.model })
  const encode = encoder(embedding)
  const index = indexStatutes(readLines<StatuteArticle>(task.articles), embedding)
  const { shelf, whole } = index
  const all = await encodeWordings(await readWordings(fold.wordings), embedding, shelf)
  const of = (kind: WordingKind) => createWordings(all.filter((wording) => wording.kind === kind), embedding.dimensions, shelf)
  const wordings = { asked: of('asked'), written: of('written') }
  const companions = createCompanions(await readCompanions(fold.companions), shelf)
  const lawWeight = lawWeights(wordings)
  const nearest = (vector: Float32Array, k: number) => {
    const top = createTop(k)
    for (let slot = 0; slot < shelf.length; slot++) {
      top.offer(slot, whole.dot(slot, vector) + task.fusion.law * lawWeight(shelf.law(slot)))
    }
    return top.take().ids
  }
  const blocks: Float32Array[] = []
  for (const place of fold.questions) {
    const { text } = questions[place]!
    const question = askedOf(text, encode, wordings)
    const found = fuse({ index, asked: question, companions, lawWeight, weights: task.fusion, nearest, allowed: () => true })
    const rows = featureRows({ index, companions, lawWeight, wordings }, question, found)
    const block = new Float32Array(found.slots.length * width)
    for (const [i, slot] of found.slots.entries()) {
      block[i * width] = place
      block[i * width + 1] = slot
      block.set(rows.subarray(i * featureNames.length, (i + 1) * featureNames.length), i * width + 2)
    }
    blocks.push(block)
  }
  writeFileSync(`${task.out}.${number}`, Buffer.concat(blocks.map((b) => Buffer.from(b.buffer))))
  console.error(`fold ${number}: ${fold.questions.length} questions`)
}
writeFileSync(`${task.out}.names`, JSON.stringify(featureNames))
