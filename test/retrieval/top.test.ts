import { expect, test } from 'vitest'
import { createTop } from '../../src/retrieval/top.ts'

test('keeps the highest scores, best first, and of equal ones the lower number', () => {
  const top = createTop(3)
  for (const [id, score] of [[7, 0.5], [3, 0.25], [9, 0.75], [1, 0.5], [4, 0.5]] as const) top.offer(id, score)
  const { ids, scores } = top.take()
  expect([...ids]).toEqual([9, 1, 4])
  expect([...scores]).toEqual([0.75, 0.5, 0.5])
})

test('tells below what score nothing gets in: nothing is refused before it is full, everything when it keeps none', () => {
  const top = createTop(2)
  expect(top.offer(1, 0.5)).toBe(-Infinity)
  expect(top.offer(2, 0.25)).toBe(0.25)
  expect(top.offer(3, 0.75)).toBe(0.5)
  expect(createTop(0).offer(1, 0.5)).toBe(Infinity)
})

test('leaving out what is below the floor changes nothing', () => {
  const scores = Array.from({ length: 500 }, (_, i) => Math.fround(((i * 7919) % 101) / 101))
  const [all, some] = [createTop(20), createTop(20)]
  let floor = -Infinity
  for (const [id, score] of scores.entries()) {
    all.offer(id, score)
    if (score >= floor) floor = some.offer(id, score)
  }
  expect(some.take()).toEqual(all.take())
})
