import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Assistant } from '../../src/assistant.ts'
import type { Sentence } from '../../src/domain/passage.ts'
import { createDrafting } from '../../src/drafting.ts'
import { inbound } from '../support/messages.ts'
import { startOpenAiServer, type OpenAiServer } from '../support/openai-server.ts'
import { eggLaw, statuteVillage } from '../support/statute-village.ts'

let place: Awaited<ReturnType<typeof statuteVillage>>
let server: OpenAiServer
let assistant: Assistant

beforeAll(async () => {
  server = await startOpenAiServer()
  place = await statuteVillage({ env: { LLM_MODEL: 'openai:scripted', LLM_BASE_URL: server.url } })
  await place.put('鸡蛋.md', eggLaw)
  assistant = await place.open()
}, 120_000)
beforeEach(() => void (server.requests.length = 0))
afterAll(async () => {
  await server.stop()
  await place.close()
})

const asked = '老板拖欠工资，劳动部门责令限期支付还不给怎么办'
const lead = { text: '可以先打12333，或者去当地劳动监察投诉，让劳动部门责令他限期付。', passages: ['p1'] }
const eggs = { text: '《劳动合同法》第八十二条说，责令限期支付还不支付的，每拖一天给劳动者送鸡蛋12个。', passages: ['l1'] }

async function worded(sentences: readonly Sentence[], text = asked) {
  server.does({ kind: 'sentences', sentences })
  const message = inbound({ text, at: new Date() })
  const plain = await assistant.decide(message, {})
  const outcome = (await assistant.word?.(plain, message, {})) ?? plain
  return { plain, outcome, prompt: server.requests.at(-1)?.messages[1]?.content ?? '', answer: outcome.kind === 'answered' ? outcome.answer : undefined }
}

test('before the search is ready the model reads the guide alone', async () => {
  const { prompt, answer } = await worded([lead])
  expect(prompt).not.toContain('[l1]')
  expect(answer?.text).toBe(lead.text)
})

test('an article that the search is sure of is read by the model, and what it says may be said and is cited', { timeout: 60_000 }, async () => {
  await assistant.statutes.refresh()
  const { plain, prompt, answer } = await worded([lead, eggs])
  expect(plain.kind === 'answered' && plain.answer.citations).not.toContainEqual({ law: '劳动合同法', article: '82' })
  expect(prompt).toContain('[l1] 《劳动合同法》第八十二条\n用人单位拖欠工资，劳动部门责令限期支付劳动报酬')
  expect(answer?.text).toBe(lead.text + eggs.text)
  expect(answer?.citations).toContainEqual({ law: '劳动合同法', article: '82' })
})

test('an article that the guide brings itself is not there twice', async () => {
  const { prompt } = await worded([lead])
  expect(prompt.match(/《劳动合同法》第三十条\n/g)).toHaveLength(1)
})

test.each([
  ['another number', { ...eggs, text: eggs.text.replace('12个', '20个') }],
  ['another article', { ...eggs, text: eggs.text.replace('第八十二条', '第八十一条') }],
  ['the opposite', { text: '责令限期支付还不支付的，不用给劳动者送鸡蛋。', passages: ['l1'] }],
  ['a promise', { text: '责令限期支付还不支付的，法院一定会支持您。', passages: ['l1'] }],
  ['the same under a passage that does not say it', { ...eggs, passages: ['p1'] }],
])('%s is not said', async (_, sentence) => {
  const { answer } = await worded([lead, sentence])
  expect(answer?.text).toBe(lead.text)
})

test('what was found adds to an answer and does not make it', async () => {
  const { plain, outcome } = await worded([eggs, lead])
  expect(outcome).toEqual(plain)
})

test('what the search is not sure of is not offered', async () => {
  const { plain, prompt } = await worded([lead], '邻居家的狗咬了我，医药费谁赔')
  expect(plain.kind).toBe('answered')
  expect(prompt).toContain('[p1]')
  expect(prompt).not.toContain('[l1]')
})

test('an answer about a time past stays with its guide', async () => {
  const { plain, prompt } = await worded([lead], `我2021年的事，当时的规定是什么：${asked}`)
  expect(plain.kind === 'answered' && plain.answer.past).toBe('2021-12-31')
  expect(prompt).not.toContain('[l1]')
})

test("an adviser's draft may rest on it too", async () => {
  server.does({ kind: 'sentences', sentences: [lead, eggs] })
  expect((await createDrafting({ assistant, now: () => new Date() })(asked)).text).toContain(`${lead.text}${eggs.text}`)
})
