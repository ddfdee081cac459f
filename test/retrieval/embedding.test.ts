import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { openEmbedding, type Embedding } from '../../src/retrieval/embedding.ts'

const dir = fileURLToPath(new URL('../../models/lay-law-zh', import.meta.url))
const texts = [
  '厂里拖欠我三个月工资不给，怎么办',
  '离婚后孩子归谁',
  '用人单位应当按照劳动合同约定和国家规定，向劳动者及时足额支付劳动报酬。',
  'ＡＢＣ 12348',
  '？！',
]
const likeness = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

let table: Embedding
beforeAll(async () => {
  table = await openEmbedding({ dir })
})

test('the table looked up directly agrees with the model run by transformers.js', async () => {
  const pipeline = await openEmbedding({ dir, viaPipeline: true })
  expect(pipeline.dimensions).toBe(table.dimensions)
  const [direct, run] = [await table.embed(texts), await pipeline.embed(texts)]
  for (const [i, vector] of direct.entries()) {
    for (const [j, value] of vector.entries()) expect(Math.abs(value - run[i]![j]!)).toBeLessThan(1e-5)
  }
}, 30_000)

test('vectors have length 1, or 0 when no token is known', async () => {
  const vectors = await table.embed(texts)
  for (const vector of vectors.slice(0, 4)) expect(likeness(vector, vector)).toBeCloseTo(1, 5)
  expect(likeness(vectors[4]!, vectors[4]!)).toBe(0)
})

test('a wage question is nearer to the article on wages than a question on custody is', async () => {
  const [wages, custody, article] = await table.embed(texts)
  expect(likeness(wages!, article!)).toBeGreaterThan(likeness(custody!, article!) + 0.1)
})

test('a missing model is named, not downloaded', async () => {
  await expect(openEmbedding({ dir: 'models/no-such-model' })).rejects.toThrow(/no-such-model/)
})
