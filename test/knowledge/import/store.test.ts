import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { importStatutes } from '../../../src/knowledge/import/import.ts'
import { describeImport } from '../../../src/knowledge/import/report.ts'
import { openStatutes } from '../../../src/knowledge/statutes.ts'
import { asMarkdown, firstLine, wellLaw } from '../../support/statutes.ts'

let root = ''
let dir = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'statutes-'))
  dir = join(root, 'store')
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function put(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, 'in', name)), { recursive: true })
  await writeFile(join(root, 'in', name), text)
}

const take = () => importStatutes([join(root, 'in')], dir)
const stored = async () => (await take()).taken.map((one) => one.stored)
const law = '水井使用法'
const revised = wellLaw({ head: '2019年3月1日通过 2025年5月1日修订', effective: '2026年1月1日', change: (line, number) => (number === 8 ? '第八条　井边不准洗衣。' : line) })

test('a second import of the same changes nothing on disk', async () => {
  await put('水井.md', asMarkdown(wellLaw()))
  expect(await stored()).toEqual(['new'])
  const before = await Promise.all((await readdir(join(dir, 'texts'))).map((name) => readFile(join(dir, 'texts', name), 'utf8')))
  const index = await readFile(join(dir, 'index.json'), 'utf8')
  expect(await stored()).toEqual(['same'])
  expect(await readFile(join(dir, 'index.json'), 'utf8')).toBe(index)
  expect(await Promise.all((await readdir(join(dir, 'texts'))).map((name) => readFile(join(dir, 'texts', name), 'utf8')))).toEqual(before)
})

test('an edited text replaces the old one, and its articles keep their ids', async () => {
  await put('水井.md', asMarkdown(wellLaw()))
  await take()
  const before = [...openStatutes(dir).articles()]
  await put('水井.md', asMarkdown(wellLaw({ change: (line, number) => (number === 8 ? '第八条　井边不准洗衣。' : line) })))
  expect(await stored()).toEqual(['changed'])
  const after = [...openStatutes(dir).articles()]
  expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  expect(after.filter(({ text }, index) => text !== before[index]?.text).map(({ article }) => article)).toEqual(['第八条'])
  expect(await readdir(join(dir, 'texts'))).toHaveLength(1)
})

test('a new version answers from the day it takes effect, and not before', async () => {
  await put('水井(2019-03-01).md', asMarkdown(wellLaw()))
  await put('水井(2025-05-01).md', asMarkdown(revised))
  await take()
  const statutes = openStatutes(dir)
  const eighth = (day: string) => statutes.article({ law, article: '8' }, day)?.text
  expect(eighth('2019-05-31')).toBeUndefined()
  expect(eighth('2019-06-01')).toBe(firstLine(8))
  expect(eighth('2025-12-31')).toBe(firstLine(8))
  expect(eighth('2026-01-01')).toBe('井边不准洗衣。')
  expect(statutes.article({ law: '中华人民共和国水井使用法', article: '7之一' }, '2026-01-01')).toMatchObject({ heading: '第二章 打 水', version: '2025-05-01', from: '2026-01-01' })
})

test('versions come out the same in whatever order they are imported', async () => {
  await put('水井(2025-05-01).md', asMarkdown(revised))
  await take()
  await put('水井(2019-03-01).md', asMarkdown(wellLaw()))
  await take()
  expect(openStatutes(dir).versions(law)).toEqual([{ day: '2019-03-01', from: '2019-06-01', until: '2026-01-01' }, { day: '2025-05-01', from: '2026-01-01' }])
})

test('chapter files in a folder are one law, its versions lie beside it, and versions.json has the last word on days', async () => {
  const lines = wellLaw().filter((line) => !/目　录/.test(line))
  const second = lines.lastIndexOf('第二章　打　水')
  await put('well/README.md', `---\nnext: x\n---\n\n${asMarkdown(lines.slice(0, 2))}`)
  await put('well/02-drawing.md', asMarkdown(['', ...lines.slice(second)]).replace(/^# \n\n## /, '# '))
  await put('well/01-general.md', asMarkdown(['', ...lines.slice(4, second)]).replace(/^# \n\n## /, '# '))
  await put('well/versions/2026-01-01/README.md', asMarkdown(revised))
  await put('well/versions.json', JSON.stringify({ versions: [{ promulgatedOn: '2019-03-01', effectiveFrom: '2019-07-01', effectiveTo: '2026-02-01', entry: 'README.md' }, { promulgatedOn: '2025-05-01', effectiveFrom: '2026-02-01', effectiveTo: null, entry: 'versions/2026-01-01/README.md' }] }))
  expect((await take()).taken.map(({ title, articles }) => [title, articles])).toEqual([['中华人民共和国水井使用法', 13], ['中华人民共和国水井使用法', 13]])
  expect(openStatutes(dir).versions(law)).toEqual([{ day: '2019-03-01', from: '2019-07-01', until: '2026-02-01' }, { day: '2025-05-01', from: '2026-02-01' }])
})

test('a law that another repeals binds no more from that day', async () => {
  await put('水井.md', asMarkdown(wellLaw()))
  await put('法典.md', '# 用水法典\n\n2024年1月1日通过\n\n**第一条**　水是大家的。\n\n**第二条**　本法典自2025年1月1日起施行。《中华人民共和国水井使用法》同时废止。')
  await take()
  const statutes = openStatutes(dir)
  expect(statutes.article({ law, article: '1' }, '2024-12-31')?.until).toBe('2025-01-01')
  expect(statutes.article({ law, article: '1' }, '2025-01-01')).toBeUndefined()
  expect(statutes.objection({ law, article: '1' }, '2025-01-01')).toBe('《水井使用法》已于 2025-01-01 废止，由《用水法典》接替')
})

test('a text that holds what an amendment inserted is not quoted for the time before it', async () => {
  await put('水井.md', asMarkdown(wellLaw()))
  await put('修正案.md', '# 中华人民共和国水井使用法修正案（二）\n\n2022年1月1日通过\n\n一、第七条后增加一条。\n\n二、本修正案自2022年3月1日起施行。')
  await take()
  expect(openStatutes(dir).versions(law)).toEqual([{ day: '2019-03-01', from: '2022-03-01' }])
  expect(openStatutes(dir).article({ law, article: '1' }, '2022-03-01')?.version).toBe('2022-01-01')
  expect(await stored()).toEqual(['same', 'same'])
})

test('an article that could not be taken is not said to be missing', async () => {
  await put('水井.md', asMarkdown(wellLaw({ change: (line, number) => (number === 8 ? line.slice(0, 20) : line) })))
  await take()
  const statutes = openStatutes(dir)
  expect(statutes.article({ law, article: '8' }, '2026-01-01')).toBeUndefined()
  expect(statutes.objection({ law, article: '8' }, '2026-01-01')).toBeUndefined()
  expect(statutes.objection({ law, article: '99' }, '2026-01-01')).toMatch(/2019-03-01 版没有第九十九条/)
})

test('an open library sees what was imported after it was opened', async () => {
  const statutes = openStatutes(dir)
  expect(statutes.size).toBe(0)
  await put('水井.md', asMarkdown(wellLaw()))
  await take()
  expect(statutes.refresh()).toBe(true)
  expect(statutes.refresh()).toBe(false)
  expect(statutes.size).toBe(1)
})

test('the report names every file, and every place that was left out', async () => {
  await put('水井.md', asMarkdown(wellLaw({ change: (line, number) => (number === 8 ? line.slice(0, 20) : line) })))
  await put('空.md', '')
  await put('图.png', 'x')
  await put('闲话.md', '今天天气不错，大家都去井边打水，说了半天闲话，谁也没有提法律的事。')
  const report = describeImport(await take(), { root })
  expect(report.join('\n')).toMatch(/跳过 in\/水井\.md:\d+ 第八条「.*」：文字没有写完，没有收/)
  expect(report).toContainEqual(expect.stringMatching(/^没收 in\/空\.md：文件是空的；怎么办/))
  expect(report).toContainEqual(expect.stringMatching(/^没收 in\/闲话\.md：看不出这是哪部法律/))
  expect(report).toContainEqual('没看 in/图.png：不收 .png 的文件')
  expect(report.at(-2)).toBe('读了 3 份：新收 1，更新 0，没有变化 0，旧的一份 0，没收 2；另有 1 个文件没看。')
})

test('an index that cannot be read stops the import instead of being overwritten', async () => {
  await mkdir(dir)
  await writeFile(join(dir, 'index.json'), '{"format":1')
  await put('水井.md', asMarkdown(wellLaw()))
  await expect(take()).rejects.toThrow(/读不懂；怎么办/)
  expect(await readFile(join(dir, 'index.json'), 'utf8')).toBe('{"format":1')
})
