import { expect, test } from 'vitest'
import { measure } from '../../scripts/statute-measures.ts'

test('any member of a group counts for the group', () => {
  expect(measure([9, 2, 1], [[1], [2, 3]])).toMatchObject({ recall5: 1, mrr10: 0.5 })
  expect(measure([9, 8], [[1], [2, 3]])).toMatchObject({ recall10: 0, recall100: 0, mrr10: 0, ndcg10: 0 })
})

test('the best order gains 1 and no order more, also where one article answers several groups', () => {
  expect(measure([1, 2], [[1], [2]]).ndcg10).toBeCloseTo(1)
  expect(measure([1, 2], [[1, 5], [2], [1]]).ndcg10).toBeCloseTo(1)
  expect(measure([2, 1], [[1, 5], [2], [1]]).ndcg10).toBeLessThan(1)
})
