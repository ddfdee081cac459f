import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createVectors, openVectors } from '../../src/retrieval/vectors.ts'

const direction = (angle: number) => Float32Array.of(Math.cos(angle), Math.sin(angle))
const filled = () => {
  const index = createVectors(2)
  for (let id = 0; id < 10; id++) index.add(id, direction(id / 10))
  return index
}
const ids = (index: ReturnType<typeof filled>, angle: number, k = 2) => index.nearest(direction(angle), k).map(({ id }) => id)

test('finds the nearest first and tells how alike it is', () => {
  const [first, second] = filled().nearest(direction(0.31), 2)
  expect(first?.id).toBe(3)
  expect(first?.likeness).toBeCloseTo(Math.cos(0.01), 5)
  expect(second?.id).toBe(4)
})

test('an empty index finds nothing', () => {
  expect(createVectors(2).nearest(direction(0), 5)).toEqual([])
})

test('what is removed is not found, and may come back elsewhere', () => {
  const index = filled()
  index.remove(3)
  expect(ids(index, 0.3)).not.toContain(3)
  index.add(3, direction(3))
  expect(ids(index, 3)[0]).toBe(3)
  expect(index.size).toBe(10)
})

test('an added vector replaces the one of the same number', () => {
  const index = filled()
  index.add(3, direction(2))
  expect(ids(index, 2)[0]).toBe(3)
  expect(ids(index, 0.3)).not.toContain(3)
})

test('grows beyond the room it began with', () => {
  const index = createVectors(2, { room: 1 })
  for (let id = 0; id < 700; id++) index.add(id, direction(id / 700))
  expect(index.size).toBe(700)
  expect(ids(index, 699 / 700)[0]).toBe(699)
})

test('opens as it was saved, removals included', () => {
  const index = filled()
  index.remove(5)
  const file = join(mkdtempSync(join(tmpdir(), 'vectors-')), 'index')
  index.save(file)
  const opened = openVectors(file, 2)
  expect(opened.size).toBe(9)
  expect(ids(opened, 0.5)).not.toContain(5)
  expect(opened.vector(4)).toEqual(direction(0.4))
  opened.add(5, direction(0.5))
  expect(ids(opened, 0.5)[0]).toBe(5)
})
