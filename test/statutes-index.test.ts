import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { importStatutes, withdrawStatutes } from '../src/knowledge/import/import.ts'
import { describeImport } from '../src/knowledge/import/report.ts'
import { phrase } from '../src/consult/wording.ts'
import { barFor, showPrecision } from '../src/statutes-search.ts'
import { indexImported, indexPlace } from '../src/statutes-index.ts'
import { inbound } from './support/messages.ts'
import { orchardLaw, orchardLawRevised, pictureLaw, statuteVillage } from './support/statute-village.ts'

let place: Awaited<ReturnType<typeof statuteVillage>>
beforeEach(async () => {
  place = await statuteVillage()
})
afterEach(() => place.close())

const at = () => indexPlace(place.config)
const manifest = async () => {
  const [generation = ''] = await readdir(at().indexDir)
  return JSON.parse(await readFile(join(at().indexDir, generation, 'articles.json'), 'utf8')) as { hashes: Record<string, string>; waste: number }
}

test('nothing imported, nothing made', async () => {
  expect(await indexImported(at())).toEqual({ kind: 'nothing' })
  await expect(readdir(at().indexDir)).rejects.toThrow('ENOENT')
})

test('only what changed is indexed again; the same import changes nothing and says so', { timeout: 60_000 }, async () => {
  await place.put('果园.md', orchardLaw)
  await place.put('画.md', pictureLaw)
  expect(await indexImported(at())).toMatchObject({ kind: 'ready', size: 11, added: 11, anew: true })

  const again = await importStatutes([join(place.dir, 'in')], place.config.STATUTES_DIR)
  expect(describeImport(again).at(-1)).toBe('和上次一样，什么都没有改。')
  expect(await indexImported(at())).toEqual({ kind: 'same' })

  const before = await manifest()
  await place.put('果园.md', orchardLaw.map((line) => line.replace('归邻居所有', '归捡到的人所有')))
  expect(await indexImported(at())).toEqual({ kind: 'ready', size: 11, added: 1, removed: 0, anew: false })
  const after = await manifest()
  expect(Object.keys(after.hashes).filter((id) => after.hashes[id] !== before.hashes[id])).toHaveLength(1)
  // One folder for the state that is: what went before is cleared away, and nobody holds the lock.
  expect(await readdir(at().indexDir)).toHaveLength(1)

  await withdrawStatutes(['著作权法'], place.config.STATUTES_DIR)
  // Five of eleven gone is more waste than worth keeping.
  expect(await indexImported(at())).toMatchObject({ kind: 'ready', size: 6, anew: true })
})

test('a damaged index is made anew, and until then nothing is found', { timeout: 60_000 }, async () => {
  await place.put('画.md', pictureLaw)
  await indexImported(at())
  const [generation = ''] = await readdir(at().indexDir)
  await rm(join(at().indexDir, generation, 'vectors'))
  const assistant = await place.open()
  await assistant.statutes.refresh({ build: false })
  expect(assistant.statutes.search('临摹的画算不算作品', '2026-11-22')).toBeUndefined()
  await assistant.statutes.refresh()
  expect(assistant.statutes.search('临摹的画算不算作品', '2026-11-22')?.articles).toHaveLength(5)
})

test('one builder at a time; the lock of a process that died is taken over', { timeout: 60_000 }, async () => {
  await place.put('画.md', pictureLaw)
  await mkdir(at().indexDir, { recursive: true })
  await writeFile(join(at().indexDir, 'building'), String(process.pid))
  expect(await indexImported(at())).toEqual({ kind: 'busy' })
  await writeFile(join(at().indexDir, 'building'), '999999999')
  expect(await indexImported(at())).toMatchObject({ kind: 'ready', size: 5 })
})

test('an import while the assistant runs is picked up: quoted at once, found when its index is ready, gone when withdrawn', { timeout: 120_000 }, async () => {
  const assistant = await place.open()
  const unwatch = await assistant.watch(200)
  const said = async (text: string) => phrase(await assistant.decide(inbound({ text }), {}), inbound({ text }), assistant.words)[0]?.text ?? ''
  const question = '别人的蜂箱放在我家林地里，蜂蜜归谁'
  const bees = () => assistant.statutes.search(question, '2026-11-22')?.articles.find(({ law, article }) => law === '果园邻里法' && article === '3')
  const soon = { timeout: 50_000, interval: 100 }
  try {
    expect(await said('果园邻里法第三条')).toContain('《果园邻里法》我这里没有')
    await place.put('果园(2018-03-01).md', orchardLaw)
    await vi.waitFor(async () => expect(await said('果园邻里法第三条')).toContain('蜂蜜五斤'), soon)
    await vi.waitFor(() => expect(bees()?.text).toContain('蜂蜜五斤'), soon)

    await place.put('果园(2025-09-01).md', orchardLawRevised)
    await vi.waitFor(async () => expect(await said('果园邻里法第三条')).toContain('蜂蜜十斤'), soon)
    await vi.waitFor(() => expect(assistant.statutes.ready() && bees()?.text).toContain('蜂蜜十斤'), soon)

    await withdrawStatutes(['果园邻里法'], place.config.STATUTES_DIR)
    await vi.waitFor(async () => expect(await said('果园邻里法第三条')).toContain('《果园邻里法》我这里没有'), soon)
    expect(bees()).toBeUndefined()
  } finally {
    await unwatch()
  }
})

test('each bar is the widest measured coverage that keeps the precision', async () => {
  const { confidence } = JSON.parse(await readFile('models/statutes/measured.json', 'utf8')) as { confidence: Record<'first' | 'shown', { curve: { coverage: number; precision: number; bar: number }[] }> }
  for (const { curve } of Object.values(confidence)) {
    const bar = barFor(curve)
    const kept = curve.filter((point) => point.bar === bar)
    expect(kept.map(({ precision }) => precision >= showPrecision)).toContain(true)
  }
  expect(barFor([{ coverage: 0.5, precision: 0.5, bar: 0.1 }])).toBeGreaterThan(1)
})
