import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFolder, describeProblems } from '../../src/knowledge/load.ts'
import { watchFolder } from '../../src/knowledge/watch.ts'
import { guideFile, lawsFile, serviceFile } from '../support/knowledge.ts'

const day = '2026-11-22'
let root = ''

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'knowledge-'))
  await mkdir(join(root, 'guides'))
  await mkdir(join(root, 'services'))
  await mkdir(join(root, 'constitution'))
  await put('laws.yaml', lawsFile)
  await put('law-numbers.json', '{"劳动争议调解仲裁法":{"27":["1年"]}}')
  await put('services/service-labour-arbitration.md', serviceFile())
})
afterEach(() => rm(root, { recursive: true, force: true }))

function put(name: string, text: string): Promise<void> {
  return writeFile(join(root, name), text)
}

async function problemsOf(guide: string): Promise<string[]> {
  await put('guides/unpaid-wages.md', guide)
  return describeProblems((await createFolder(root)(day)).problems)
}

test('a sound folder has no problems and serves its entries', async () => {
  await put('guides/unpaid-wages.md', guideFile())
  const { entries, problems } = await createFolder(root)(day)
  expect(problems).toEqual([])
  expect(entries.map(({ id }) => id).sort()).toEqual(['service-labour-arbitration', 'unpaid-wages'])
  expect(entries.find(({ id }) => id === 'unpaid-wages')).toMatchObject({ kind: 'guide', domain: '劳动用工', basis: [{ law: '劳动争议调解仲裁法', article: '27' }] })
})

test.each([
  ['an unknown law', guideFile({ basis: '  - { law: 劳动仲裁大法, articles: [27] }' }), /guides\/unpaid-wages\.md:9 .*没有《劳动仲裁大法》；怎么改：/],
  ['an article the law does not have', guideFile({ basis: '  - { law: 劳动争议调解仲裁法, articles: [99] }' }), /:9 .*没有第九十九条.*怎么改：/],
  ['a repealed law, naming the new one', guideFile({ basis: '  - { law: 合同法, articles: [1] }' }), /:9 .*2021-01-01 废止；怎么改：改引《民法典》/],
  ['a law that is not in effect yet', guideFile({ basis: '  - { law: 商标法新, articles: [1] }' }), /2027-01-01 才施行/],
  ['an answer that is too long', guideFile({ answer: '长'.repeat(301) }), /:26 简答有 301 字；怎么改：删到 300 字以内/],
  ['a missing answer', guideFile({ answer: '' }), /没有「## 简答」/],
  ['too few wordings', guideFile({ questions: ['一句', '两句'] }), /:12 「questions」有误：至少 12 句/],
  ['a number that no cited article states', guideFile({ answer: '仲裁要在3年内提。' }), /找不到：3年；怎么改：核对数字/],
  ['a risk that is none', guideFile({ risk: '很高' }), /「risk」有误：只能是：self-help、adviser、urgent/],
  ['a service that does not exist', guideFile({ services: '[service-moon]' }), /没有「service-moon」这个条目/],
  ['a day that has not come', guideFile({ checked: '2027-01-01' }), /核对日期 2027-01-01 还没到/],
  ['broken YAML', guideFile().replace('risk: adviser', 'risk: [adviser'), /YAML 写法有误/],
  ['no front matter at all', '简答：随便写写', /:1 开头没有 ---/],
])('refuses %s, with file, line and remedy', async (_, guide, expected) => {
  expect((await problemsOf(guide)).join('\n')).toMatch(expected)
})

test('refuses two entries with one id, and one wording in two guides', async () => {
  await put('guides/a.md', guideFile())
  await put('guides/b.md', guideFile())
  const problems = describeProblems((await createFolder(root)(day)).problems).join('\n')
  expect(problems).toMatch(/guides\/b\.md:2 id「unpaid-wages」和 guides\/a\.md 重复/)
  expect(problems).toMatch(/问法「.*」和 guides\/a\.md 的「.*」重复/)
})

test('an id taken by another file is that file’s mistake, and both go on serving as they were', async () => {
  const read = createFolder(root)
  const [wages, other] = [guideFile(), guideFile({ answer: '另一件事。', questions: Array.from({ length: 12 }, (_, i) => `另一件事的第${i}种问法`) }).replace('id: unpaid-wages', 'id: a-guide')]
  await put('guides/unpaid-wages.md', wages)
  await put('guides/a-guide.md', other)
  const ids = async () => (await read(day)).entries.map(({ id }) => id).sort()
  const both = await ids()
  await put('guides/a-guide.md', other.replace('id: a-guide', 'id: unpaid-wages'))
  expect(await ids()).toEqual(both)
  expect((await read(day)).problems.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual(['guides/a-guide.md:2 id「unpaid-wages」和 guides/unpaid-wages.md 重复'])
})

test('a file as Windows writes it is read', async () => {
  expect(await problemsOf(`\ufeff${guideFile().replaceAll('\n', '\r\n')}`)).toEqual([])
})

test('a number from `sources` may be said', async () => {
  expect(await problemsOf(guideFile({ answer: '全年法定节假日13天。', sources: '  - 法定节假日13天：国务院令' }))).toEqual([])
})

test('what was checked more than a year ago is served, and noticed', async () => {
  await put('guides/unpaid-wages.md', guideFile({ checked: '2025-11-21' }))
  const { entries, problems, notices } = await createFolder(root)(day)
  expect(entries).toHaveLength(2)
  expect(problems).toEqual([])
  expect(describeProblems(notices).join()).toMatch(/上次核对是 2025-11-21/)
})

test('a broken edit leaves the last good version serving; a mended one takes over; a deleted one is gone', async () => {
  const read = createFolder(root)
  const answers = async () => (await read(day)).entries.filter(({ kind }) => kind === 'guide').map(({ answer }) => answer)
  await put('guides/unpaid-wages.md', guideFile({ answer: '先要一次。' }))
  expect(await answers()).toEqual(['先要一次。'])
  for (const broken of [{ answer: '长'.repeat(301) }, { answer: '要在3年内提。' }, { checked: '2031-01-01' }, { basis: '  - { law: 劳动仲裁大法, articles: [27] }' }]) {
    await put('guides/unpaid-wages.md', guideFile(broken))
    expect(await answers()).toEqual(['先要一次。'])
    expect(await answers()).toEqual(['先要一次。'])
  }
  await put('guides/unpaid-wages.md', guideFile({ answer: '再要一次。' }))
  expect(await answers()).toEqual(['再要一次。'])
  await rm(join(root, 'guides/unpaid-wages.md'))
  expect(await answers()).toEqual([])
})

test('a broken edit is one mistake: those that lead to its entry have none', async () => {
  const read = createFolder(root)
  await put('guides/unpaid-wages.md', guideFile())
  await read(day)
  await put('services/service-labour-arbitration.md', serviceFile().replace('category: 仲裁', 'category: [仲裁'))
  const { entries, problems } = await read(day)
  expect(problems.map(({ file }) => file)).toEqual(['services/service-labour-arbitration.md'])
  expect(entries).toHaveLength(2)
})

test('a deleted service does not take the guides that lead to it along', async () => {
  await put('guides/unpaid-wages.md', guideFile())
  await rm(join(root, 'services/service-labour-arbitration.md'))
  expect((await createFolder(root)(day)).entries.map(({ id }) => id)).toEqual(['unpaid-wages'])
})

test('the articles of a constitution file are entries of their own', async () => {
  await put(
    'constitution/chapter-2.md',
    ['---', 'id: constitution-chapter-2', 'kind: constitution', 'title: 公民', 'checked: 2026-11-22', '---', '', '## 第三十三条 平等', '', '大家平等。', '', '跟我有什么关系：不论贫富。', '', '问法：', '- 人人平等吗', '- 穷人富人一样吗', '', '## 第三十四条 选举', '', '年满18周岁可以选。', '', '问法：', '- 谁能选举'].join('\n'),
  )
  const problems = describeProblems((await createFolder(root)(day)).problems).join('\n')
  expect(problems).toMatch(/constitution\/chapter-2\.md:18 缺大白话或「跟我有什么关系：」/)
})

test('a saved edit is noticed within a second', async () => {
  await put('guides/unpaid-wages.md', guideFile({ answer: '先要一次。' }))
  const read = createFolder(root)
  await read(day)
  const seen: string[] = []
  const stop = await watchFolder(root, async () => void seen.push((await read(day)).entries.find(({ id }) => id === 'unpaid-wages')?.answer ?? '没有'), (cause) => { throw cause })
  const changed = async (expected: string) => {
    const end = Date.now() + 1000
    while (seen.at(-1) !== expected && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(seen.at(-1)).toBe(expected)
  }
  await put('guides/unpaid-wages.md', guideFile({ answer: '再要一次。' }))
  await changed('再要一次。')
  await rm(join(root, 'guides/unpaid-wages.md'))
  await changed('没有')
  await stop()
})
