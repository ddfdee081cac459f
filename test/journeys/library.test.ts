import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { figures, judge, readLines, type Judged } from '../../scripts/evaluate-messages.ts'
import { openAssistant, type Assistant } from '../../src/assistant.ts'
import { readConfig } from '../../src/config.ts'
import { chineseNumber } from '../../src/domain/law.ts'
import { readKnowledge } from '../../src/knowledge/load.ts'
import { createLog } from '../../src/log.ts'
import { inbound } from '../support/messages.ts'

const today = new Date().toISOString().slice(0, 10)
let dir = ''
let assistant: Assistant
let judged: readonly Judged[]

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'library-'))
  assistant = await openAssistant({ ...readConfig({}), DATA_DIR: dir }, createLog('silent'))
  judged = await judge(readLines(await readFile('test/regression/messages.jsonl', 'utf8')))
}, 300_000)
afterAll(() => rm(dir, { recursive: true, force: true }))

test('the knowledge folder has no mistake, and holds what the README promises', async () => {
  const { entries, problems } = await readKnowledge('knowledge', today)
  expect(problems).toEqual([])
  const count = (kind: string) => entries.filter((entry) => entry.kind === kind).length
  expect(count('guide')).toBeGreaterThanOrEqual(120)
  expect(count('service')).toBeGreaterThanOrEqual(50)
  expect(count('situation')).toBeGreaterThanOrEqual(80)
})

test.each(Array.from({ length: 143 }, (_, index) => index + 1))('article %i of the constitution answers by number', async (number) => {
  for (const text of [`宪法第${chineseNumber(number)}条说什么`, `宪法${number}条讲的啥`]) {
    const outcome = await assistant.decide(inbound({ text }), {})
    expect(outcome).toMatchObject({ kind: 'answered', entries: [`constitution-${number}`] })
    expect(outcome.kind === 'answered' && outcome.answer.citations).toEqual([{ law: '宪法', article: String(number) }])
  }
})

test.each([
  ['国家能不能随便没收我的房子', 'constitution-13'],
  ['我家房子存款国家可以说没收就没收吗', 'constitution-13'],
  ['公民有没有批评国家机关的权利', 'constitution-41'],
  ['我的信件别人可以随便拆吗', 'constitution-40'],
])('the constitution answers by meaning: %s', async (text, entry) => {
  const outcome = await assistant.decide(inbound({ text }), {})
  expect(outcome.entries.slice(0, 3)).toContain(entry)
})

// Written by somebody who had not seen the entries; nothing is fitted to them.
test('messages that nobody tuned to find their guide', () => {
  const { top1, top3 } = figures(judged)
  expect(top1).toBeGreaterThanOrEqual(0.85)
  expect(top3).toBeGreaterThanOrEqual(0.95)
})

test('what is answered of them is right, and most is answered', () => {
  const { precision, coverage } = figures(judged.filter(({ item }) => item.label === 'guide'))
  expect(precision).toBeGreaterThanOrEqual(0.95)
  expect(coverage).toBeGreaterThanOrEqual(0.7)
})

test('nothing answered is without a source, and every answer says that a machine made it', () => {
  for (const { result } of judged.filter(({ result: { kind } }) => kind === 'answered')) {
    expect(result.text).toMatch(/依据：|去哪儿：|☎/)
    expect(result.text).toContain('AI 生成')
  }
})
