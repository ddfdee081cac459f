import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openAssistant, type Assistant } from '../../src/assistant.ts'
import { readConfig } from '../../src/config.ts'
import type { Conversation } from '../../src/domain/conversation.ts'
import type { Sentence } from '../../src/domain/passage.ts'
import { createDrafting } from '../../src/drafting.ts'
import { importStatutes } from '../../src/knowledge/import/import.ts'
import { inbound } from '../support/messages.ts'
import { startOpenAiServer, type OpenAiServer } from '../support/openai-server.ts'
import { asMarkdown, wellLaw } from '../support/statutes.ts'

const dir = mkdtempSync(join(tmpdir(), 'passages-'))
let server: OpenAiServer
let assistant: Assistant
let warnings: string[] = []
const log = { info: () => {}, warn: (_: object, text: string) => void warnings.push(text), error: (data: object, text: string) => fail(`${text} ${JSON.stringify(data)}`) }

const law = wellLaw({ change: (line, number) => (number === 8 ? '第八条　打水应当在清早进行，一次不得超过三桶；弄脏水井的，处二百元以下罚款。' : line) })
const guide = `---
id: well
kind: guide
title: 水井怎么用
domain: 相邻环境
risk: self-help
checked: 2026-11-22
basis:
  - { law: 水井使用法, articles: [8, 4, 5, 6, 9] }
services: [service-mediation]
questions: [村里的水井怎么打水, 打水要几点去, 水井谁能用, 一次能打几桶水, 村里的水井能随便打水吗, 水井打水有什么规定, 打水要排队吗, 邻居打水不洗桶怎么办, 打水能不能下午去, 公家的水井怎么用, 水井弄脏了要罚款吗, 村里水井打水谁管]
branch:
  ask: 水桶是自己的吗？
  options:
    - { label: 自己的, when: [我自己的桶], answer: 自己的水桶打完水洗净就行，用坏了自己修。 }
    - { label: 借来的, when: [借的], answer: 借来的水桶打完水洗净了还给人家，用坏了照价赔给桶的主人。 }
---

## 简答

村里的水井清早打水，打完水把水桶洗净。

## 怎么办

1. 清早去：带上水桶，排队打水。
`

const service = `---
id: service-mediation
kind: service
title: 人民调解
category: 调解
phone: "12348"
checked: 2026-11-22
basis: []
guides: [well]
questions: [人民调解在哪里申请, 申请调解找谁, 调解要钱吗, 邻里纠纷去哪里调解, 村里有人管调解吗, 人民调解委员会在哪, 调解电话多少, 怎么申请人民调解]
---

## 简答

邻里有纠纷，可以到村里的人民调解委员会申请调解，不收钱。
`

function fail(problem: string): never {
  throw new Error(problem)
}

beforeAll(async () => {
  server = await startOpenAiServer()
  await mkdir(join(dir, 'knowledge', 'guides'), { recursive: true })
  await mkdir(join(dir, 'law'))
  await writeFile(join(dir, 'knowledge', 'laws.yaml'), '- { name: 中华人民共和国水井使用法, short: [水井使用法, 水井法], articles: 12, inserted: ["7之一"], adopted: 2019-03-01, effective: 2019-06-01 }\n')
  await writeFile(join(dir, 'knowledge', 'guides', 'well.md'), guide)
  await writeFile(join(dir, 'knowledge', 'guides', 'service-mediation.md'), service)
  await writeFile(join(dir, 'law', '水井(2019-03-01).md'), asMarkdown(law))
  await importStatutes([join(dir, 'law')], join(dir, 'knowledge', 'statutes'))
  const config = readConfig({ DATA_DIR: join(dir, 'data'), KNOWLEDGE_DIR: join(dir, 'knowledge'), LLM_MODEL: 'openai:scripted', LLM_BASE_URL: server.url })
  assistant = await openAssistant(config, log)
})
beforeEach(() => {
  server.requests.length = 0
  warnings = []
})
afterAll(async () => {
  await server.stop()
  rmSync(dir, { recursive: true })
})

async function worded(sentences: readonly Sentence[], text = '村里的水井怎么打水', conversation: Conversation = {}) {
  server.does({ kind: 'sentences', sentences })
  const message = inbound({ text, at: new Date() })
  const plain = await assistant.decide(message, conversation)
  const outcome = (await assistant.word?.(plain, message, conversation)) ?? plain
  return { plain, outcome, prompt: server.requests.at(-1)?.messages[1]?.content ?? '', text: outcome.kind === 'answered' ? outcome.answer.text : '' }
}
const lead = { text: '清早去打水，带上水桶，排队打水，打完水把水桶洗净。', passages: ['p1', 'p2'] }

test('the model reads the cited articles word for word, also those beyond what a resident is shown', async () => {
  const { prompt } = await worded([lead])
  expect(prompt).toContain('[a1] 《水井使用法》第八条\n打水应当在清早进行，一次不得超过三桶；弄脏水井的，处二百元以下罚款。')
  expect(prompt).toContain('[a5] 《水井使用法》第九条\n')
})

test('a number that stands only in an article may be said with that article', async () => {
  const { text } = await worded([lead, { text: '《水井使用法》第八条说，打水一次不得超过3桶，弄脏水井的，处200元以下罚款。', passages: ['a1'] }])
  expect(text).toContain('不得超过3桶')
})

test.each([
  ['another number', { text: '按《水井使用法》第八条说，打水一次不得超过5桶，弄脏水井的，处200元以下罚款。', passages: ['a1'] }],
  ['another article', { text: '按《水井使用法》第三条，一次打水不得超过3桶，弄脏水井的，处200元以下罚款。', passages: ['a1'] }],
  ['another sum', { text: '弄脏水井的，处五百元以下罚款。', passages: ['a1'] }],
  ['a number of an article that is not named', { text: '弄脏水井的，处200元以下罚款。', passages: ['p1'] }],
])('%s is not said', async (_, sentence) => {
  const { text } = await worded([lead, sentence])
  expect(text).toBe(lead.text)
  expect(warnings.join()).toContain('没通过核对')
})

const pending: Conversation = { lastEntry: 'well', lastQuestion: '村里的水井怎么打水', lastAt: new Date().toISOString(), pending: { entry: 'well', question: '村里的水井怎么打水', asked: 1 } }

test('an answer in a case is worded by that case, and the other cases are not offered', async () => {
  const { plain, prompt, text } = await worded([{ text: '借来的水桶，打完水洗净了再还给人家；用坏了，照价赔给桶的主人。', passages: ['p1'] }], '2', pending)
  expect(plain).toMatchObject({ kind: 'answered', reason: 'branch' })
  expect(prompt).toContain('村里的水井怎么打水(水桶是自己的吗?借来的)')
  expect(prompt).toContain('[p1] 水桶是自己的吗？借来的\n借来的水桶打完水洗净了还给人家')
  expect(prompt).not.toContain('用坏了自己修')
  expect(text).toBe('借来的水桶，打完水洗净了再还给人家；用坏了，照价赔给桶的主人。')
})

test('the words of another case are not said in this one', async () => {
  const { plain, outcome } = await worded([{ text: '自己的水桶用坏了自己修，别人不用赔给您。', passages: ['p1'] }], '2', pending)
  expect(outcome).toEqual(plain)
})

test('a public service is worded too, with its own number only', async () => {
  const asked = '人民调解在哪里申请'
  const good = { text: '邻里有纠纷，可以打12348申请人民调解，不收钱。', passages: ['p1'] }
  expect((await worded([good], asked)).text).toBe(good.text)
  const { plain, outcome } = await worded([{ text: '邻里有纠纷，可以打96518申请人民调解，不收钱。', passages: ['p1'] }], asked)
  expect(plain).toMatchObject({ answer: { entry: { kind: 'service' } } })
  expect(outcome).toEqual(plain)
})

test('an article that was asked for stays word for word', async () => {
  const { plain, outcome } = await worded([lead], '水井使用法第八条')
  expect(plain).toMatchObject({ kind: 'answered', reason: 'named-article' })
  expect(outcome).toEqual(plain)
  expect(server.requests).toEqual([])
})

test("an adviser's draft is in the model's words, with the same checks", async () => {
  const draft = createDrafting({ assistant, now: () => new Date() })
  server.does({ kind: 'sentences', sentences: [lead, { text: '法院一定会支持您。', passages: ['p1'] }, { text: '带上水桶，清早去排队打水。', passages: ['p2'] }] })
  const { text, found } = await draft('村里的水井怎么打水')
  expect(found).toBe(true)
  expect(text).toContain(`【草稿，看过再粘贴】\n${lead.text}带上水桶，清早去排队打水。`)
  expect(text).toContain('模型 scripted')
  expect(text).not.toContain('一定会支持')
})
