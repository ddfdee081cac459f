import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { StatuteArticle } from '../../src/retrieval/article.ts'
import { createCompanions, openCompanions, readCompanions } from '../../src/retrieval/companions.ts'
import { createShelf } from '../../src/retrieval/shelf.ts'

const article = (id: number, law: string, label: string, version = ''): StatuteArticle => ({ id, law, article: label, version, heading: '', text: label })

/** Slots: 0 storage, 1 performance, 2 breach, 3 lien, 4 theft. */
function shelved() {
  const shelf = createShelf()
  for (const [i, label] of ['第八百九十条', '第五百零九条', '第五百七十七条', '第四百四十七条'].entries()) shelf.add(article(i, '民法典', label))
  shelf.add(article(4, '刑法', '第一百二十条之一'))
  return shelf
}

const known = [
  { law: '民法典', article: '第八百九十条', beside: ['第五百七十七条', '第四百四十七条', '第九百九十九条'].map((label) => ({ law: '民法典', article: label })) },
  { law: '民法典', article: '第五百零九条', beside: [{ law: '民法典', article: '第五百七十七条' }, { law: '民法典', article: '第五百零九条' }] },
]

test('knows what stands beside an article: nothing that is not on the shelf, nor the article itself', () => {
  const companions = createCompanions(known, shelved())
  expect([0, 1, 2, 9].map((slot) => [...companions.of(slot)])).toEqual([[2, 3], [2], [], []])
  expect([0, 2, 3, 9].map(companions.count)).toEqual([0, 2, 1, 0])
})

test('leaders bring their companions, the nearer to the first the more', () => {
  const company = createCompanions(known, shelved()).company([0, 4, 1], [0.9, 0.9, 0.8])
  const [first, last] = [1 / (2 + 1 / Math.E), 1 / Math.E / (2 + 1 / Math.E)]
  expect(company.slots.toSorted()).toEqual([2, 3])
  expect(company.share(2)).toBeCloseTo(first + last)
  expect(company.share(3)).toBeCloseTo(first)
  expect([company.votes(2), company.votes(3), company.votes(4)]).toEqual([2, 1, 0])
  expect([company.gap(2), company.gap(3)]).toEqual([0, 0])
  expect(company.gap(4)).toBeLessThan(-0.4)
  expect(company.back(1)).toBe(0)
  expect(createCompanions(known, shelved()).company([2, 4], [0.9, 0.9]).back(0)).toBeCloseTo(0.5)
})

test('what a leader far behind brings stands no worse than what nobody brings', () => {
  const company = createCompanions(known, shelved()).company([4, 1], [0.9, 0.1])
  expect(company.gap(2)).toBeGreaterThanOrEqual(company.gap(3))
})

test('nobody leads, nobody comes', () => {
  const company = createCompanions(known, shelved()).company([], [])
  expect([company.slots, company.share(2), company.back(0)]).toEqual([[], 0, 0])
})

test('follows articles to where they stand in another version', () => {
  const shelf = shelved()
  const companions = createCompanions(known, shelf, (slot, { article }) => (article === '第五百七十七条' ? 4 : slot))
  expect([...companions.of(0)]).toEqual([4, 3])
})

test('serves every dated version of an article; of undated ones the one that is named', () => {
  const shelf = shelved()
  const dated = [2012, 2025].map((year) => shelf.add({ ...article(year, '治安管理处罚法', '第七十五条', `${year}-01-01`), effective: `${year}-01-01` }))
  const undated = ['a', 'b'].map((version, i) => shelf.add(article(100 + i, '监护办法', '第一条', version)))
  const named = { law: '治安管理处罚法', article: '第七十五条', version: '2012-01-01' }
  const companions = createCompanions([{ ...named, beside: [{ law: '监护办法', article: '第一条', version: 'b' }] }, { law: '民法典', article: '第五百零九条', beside: [named] }], shelf)
  expect(dated.map((slot) => [...companions.of(slot)])).toEqual([[undated[1]], [undated[1]]])
  expect([...companions.of(1)]).toEqual(dated)
})

test('reads its file, and opens what it saved', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'companions-')), 'companions.jsonl')
  writeFileSync(path, [{ laws: [{ law: '民法典' }, { law: '刑法', version: '2024' }] }, { article: [0, '890'], beside: [[0, '577'], [1, '120之一']] }].map((line) => JSON.stringify(line)).join('\n'))
  const read = await readCompanions(path)
  expect(read).toEqual([{ law: '民法典', article: '第八百九十条', beside: [{ law: '民法典', article: '第五百七十七条' }, { law: '刑法', version: '2024', article: '第一百二十条之一' }] }])
  const companions = createCompanions(read, shelved())
  companions.save(`${path}.index`)
  const opened = openCompanions(`${path}.index`)
  expect([...opened.of(0)]).toEqual([...companions.of(0)])
  expect([...opened.of(0)]).toEqual([2, 4])
  expect(await readCompanions(`${path}.none`)).toEqual([])
})
