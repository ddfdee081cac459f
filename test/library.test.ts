import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { consult, type ConsultPorts } from '../src/consult/consult.ts'
import type { Entry } from '../src/domain/entry.ts'
import type { Evidence } from '../src/domain/evidence.ts'
import { checkCurrency } from '../src/knowledge/currency.ts'
import { importStatutes } from '../src/knowledge/import/import.ts'
import { readLaws } from '../src/knowledge/laws.ts'
import { openStatutes, type Statutes } from '../src/knowledge/statutes.ts'
import { createLibrary, type Library } from '../src/library.ts'
import { compileSigns } from '../src/safety/signs.ts'
import { inbound } from './support/messages.ts'
import { asMarkdown, firstLine, wellLaw } from './support/statutes.ts'

const { register } = readLaws('- { name: 中华人民共和国水井使用法, short: [水井使用法, 水井法], articles: 12, inserted: ["7之一"], adopted: 2019-03-01, effective: 2019-06-01 }')
let dir = ''
let statutes: Statutes
let library: Library
let today = '2025-12-31'

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'library-'))
  const put = (name: string, text: string) => writeFile(join(dir, name), text)
  await put('水井(2019-03-01).md', asMarkdown(wellLaw()))
  await put('水井(2025-05-01).md', asMarkdown(wellLaw({ head: '2019年3月1日通过 2025年5月1日修订', effective: '2026年1月1日', articles: 10 })))
  await put('扁担.md', '# 扁担使用条例\n\n2010年1月1日公布\n\n第一条　扁担要结实。\n\n第二条　本条例自2010年2月1日起施行。')
  await put('挑水.md', '# 挑水条例\n\n2020年1月1日公布\n\n第一条　慢慢挑。\n\n第二条　本条例自2020年2月1日起施行。《扁担使用条例》同时废止。')
  await importStatutes([dir], join(dir, 'store'))
  statutes = openStatutes(join(dir, 'store'))
  library = createLibrary({ register: () => register, statutes, constitution: () => undefined, today: () => today })
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const nothing = { matches: [], confidence: 0, intents: { question: 1, urgent: 0, refuse: 0, ignore: 0, escalate: 0 }, situations: {} } as unknown as Evidence
const guide: Entry = { kind: 'guide', id: 'well', title: '打水', questions: [], answer: '清早打水。', sections: [], basis: [{ law: '水井法', article: '8' }, { law: '水井法', article: '11' }], checked: '2025-06-01', file: 'guides/well.md', domain: '相邻环境', risk: 'self-help', services: [] }

async function say(text: string, day = '2025-12-31', lastEntry?: string) {
  today = day
  const ports: ConsultPorts = {
    conversation: () => Promise.resolve(lastEntry === undefined ? {} : { lastEntry }), search: () => Promise.resolve(nothing),
    entry: (id) => (id === 'well' ? guide : library.entry(id)), citable: library.citable, stale: () => false,
    article: (ref, asOf) => { const entry = library.article(ref, asOf); return entry && { entry } },
    signs: () => compileSigns([]), laws: library.laws, bars: { default: 0.5 } as ConsultPorts['bars'],
  }
  return consult(inbound({ text, at: new Date(`${day}T08:00:00Z`) }), ports)
}

test.each([
  ['水井使用法第八条', firstLine(8)], ['水井法8', firstLine(8)], ['《中华人民共和国水井使用法》第8条说什么', firstLine(8)], ['水井法第七条之一', firstLine(701)], ['挑水条例第一条', '慢慢挑。'],
])('%s gives the article word for word', async (text, expected) => {
  expect(await say(text)).toMatchObject({ kind: 'answered', reason: 'named-article', answer: { text: expected } })
})

test('a new version answers on its first day; the day before, the old one does', async () => {
  expect(await say('水井法第十一条', '2025-12-31')).toMatchObject({ kind: 'answered', answer: { text: firstLine(11) } })
  expect(await say('水井法第十一条', '2026-01-01')).not.toMatchObject({ kind: 'answered' })
  expect(await say('水井法第十条', '2026-01-01')).toMatchObject({ answer: { text: '本法自2026年1月1日起施行。' } })
})

test('a repealed law is not quoted as the rule, but as the rule of the day that the question names', async () => {
  expect(await say('扁担使用条例第一条')).not.toMatchObject({ kind: 'answered' })
  expect(await say('2019年的时候扁担使用条例第一条怎么说')).toMatchObject({ kind: 'answered', answer: { text: '2019-12-31 有效的文本，2020-02-01 起已不适用：\n扁担要结实。', citations: [{ law: '扁担使用条例', article: '1' }] } })
})

test('「原文」 after an answer gives its articles, and after an article that article', async () => {
  expect(await say('原文', '2025-12-31', 'well')).toMatchObject({ kind: 'told', text: `《水井法》第八条\n${firstLine(8)}\n\n《水井法》第十一条\n${firstLine(11)}` })
  expect(await say('原文', '2025-12-31', 'statute:水井使用法:8')).toMatchObject({ kind: 'told', text: expect.stringContaining(firstLine(8)) as string })
})

test('a citation that the text in force does not have is not sent', () => {
  today = '2025-12-31'
  expect(library.citable({ law: '水井法', article: '11' })).toBe(true)
  today = '2026-01-01'
  // The register still says twelve articles; the imported text knows better.
  expect(library.citable({ law: '水井法', article: '11' })).toBe(false)
  expect(library.citable({ law: '水井法', article: '8' })).toBe(true)
  expect(library.citable({ law: '没有这部法', article: '1' })).toBe(false)
})

test('what stands under a citation is the text itself, with its version', () => {
  today = '2025-12-31'
  expect(library.words({ law: '水井法', article: '8' })).toEqual({ text: firstLine(8), verbatim: true, status: '现行有效，2019-03-01 版，2019-06-01 起施行，2026-01-01 起换新文本' })
})

test('entries whose basis has a newer text, or will have one, are noticed', () => {
  const notices = (day: string) => checkCurrency([guide], register, statutes, day).map(({ message }) => message)
  expect(notices('2025-12-31')).toEqual(['「打水」依据的《水井法》2026-01-01 起换新文本'])
  expect(notices('2026-01-01')).toEqual([
    '「打水」依据的《水井法》2026-01-01 起换了新文本，条目是 2025-06-01 核对的',
    '「打水」引的《水井法》第十一条在导入的原文里对不上：导入的《水井使用法》2025-05-01 版没有第十一条',
  ])
})
