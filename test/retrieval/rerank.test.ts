import { expect, test } from 'vitest'
import { confidenceOf, createRanker, type RankingModel } from '../../src/retrieval/rerank.ts'

/** A tree of one question: below the threshold the first value, else the second. */
const stump = (feature: number, threshold: number, below: number, else_: number) =>
  ({ feature: [feature, -1, -1], value: [threshold, below, else_], left: [1, 0, 0], right: [2, 0, 0] })

const model: RankingModel = {
  features: ['a', 'b'],
  fusion: { lexical: 0, law: 0, asked: 0, written: 0, company: 0 },
  base: 0.5,
  head: 1,
  closely: 2,
  trees: [stump(0, 0.5, 0, 1), stump(1, 0.5, 0, 4)],
  confidence: { first: { bias: -1, score: 1, lead: 1, further: 0 }, shown: { bias: 0, score: 1, lead: 0, further: 1 } },
  made: 'for a test',
}

test('the first trees sort all rows, the others only those that then lead; the rest stays behind', () => {
  const scores = createRanker(model)(Float32Array.from([0, 1, 1, 0, 1, 1]))
  expect([...scores]).toEqual([0.5 - 1000, 1.5, 5.5])
})

test('of equal rows the first leads, and what lies on a threshold goes right', () => {
  const scores = createRanker({ ...model, closely: 1 })(Float32Array.from([0.5, 1, 0.5, 1]))
  expect([...scores]).toEqual([5.5, 1.5 - 1000])
})

test('nothing found is no confidence; a lead adds to it', () => {
  expect(confidenceOf(model, [])).toEqual({ first: 0, shown: 0 })
  expect(confidenceOf(model, [2, 1]).first).toBeGreaterThan(confidenceOf(model, [2, 2]).first)
  expect(confidenceOf(model, [2, 2, 1]).shown).toBeGreaterThan(confidenceOf(model, [2, 2, 2]).shown)
  expect(confidenceOf(model, [2, 2]).shown).toBeCloseTo(1 / (1 + Math.exp(-24)), 12)
})
