import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAssistant, readFitted, type Assistant } from '../../src/assistant.ts'
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'
import { createBayes } from '../../src/retrieval/bayes.ts'
import type { Embedding } from '../../src/retrieval/embedding.ts'
import { createUncovered } from '../../src/retrieval/uncovered.ts'
import { guideFile } from '../support/knowledge.ts'
import { inbound } from '../support/messages.ts'

const direction = (angle: number) => Float32Array.of(Math.cos(angle), Math.sin(angle), 0, 0, 0)
/** Texts are angles. */
const embedding = { name: 'angles', dimensions: 5, embed: async (texts: readonly string[]) => texts.map((text) => direction(Number(text))) } as unknown as Embedding

test('tells the nearest uncovered question and the mean of the nearest three', async () => {
  const { near } = await createUncovered(['0', '0.1', '0.3', '1.5', '3'], embedding)
  const { nearest, near3 } = near(direction(0.1))
  expect(nearest).toBeCloseTo(1, 6)
  expect(near3).toBeCloseTo((1 + Math.cos(0.1) + Math.cos(0.2)) / 3, 6)
})

test('what a later entry is worded like is uncovered no more, and what is kept apart does not count', async () => {
  const { near } = await createUncovered(['0', '1.2'], embedding)
  expect(near(direction(0.1), [direction(0.2)]).nearest).toBeCloseTo(Math.cos(1.1), 6)
  expect(near(direction(0.1), [direction(0.2), direction(1.3)])).toEqual({ nearest: 0, near3: 0 })
  expect(near(direction(0.1), [], new Set(['0'])).nearest).toBeCloseTo(Math.cos(1.1), 6)
})

test('covered rows are looked up anew when the later wordings are others', async () => {
  const { near } = await createUncovered(['0'], embedding)
  expect(near(direction(0.1), [direction(0.2)]).nearest).toBe(0)
  expect(near(direction(0.1), [direction(2)]).nearest).toBeCloseTo(Math.cos(0.1), 6)
})

test('with no uncovered questions none is near', async () => {
  expect((await createUncovered([], embedding)).near(direction(1))).toEqual({ nearest: 0, near3: 0 })
})

test('a class holds the share of the words that its examples hold; rare words count most', () => {
  const bayes = createBayes()
  bayes.add('wages', { tokens: ['拖欠', '工资', '老板'], weight: 1 })
  bayes.add('fireworks', { tokens: ['烟花', '老板'], weight: 1 })
  const shares = bayes.shares(['烟花', '老板', '放'])
  expect(shares.get('fireworks')).toBe(1)
  expect(shares.get('wages')).toBeCloseTo(Math.log(2) / (Math.log(2) + Math.log(3)), 9)
  expect(bayes.shares(['鞭炮']).size).toBe(0)
})

let dir: string
let assistant: Assistant
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'uncovered-'))
  await cp('knowledge', join(dir, 'knowledge'), { recursive: true })
  assistant = await openAssistant({ ...readConfig({ KNOWLEDGE_DIR: join(dir, 'knowledge') }), DATA_DIR: join(dir, 'data') }, createLog('silent'))
}, 60_000)
afterAll(async () => rm(dir, { recursive: true, force: true }))

test('the questions were written beside the entries that ship, and no entry or known wording says one of them', async () => {
  const { uncovered, wordings } = readFitted()
  expect(new Set(uncovered.against)).toEqual(new Set(assistant.entries().map(({ id }) => id)))
  expect(new Set(uncovered.texts).size).toBe(uncovered.texts.length)
  const said = new Set([...assistant.entries().flatMap(({ questions }) => questions), ...wordings.map(({ text }) => text)])
  expect(uncovered.texts.filter((text) => said.has(text))).toEqual([])
  const held = (await readFile('test/regression/uncovered.jsonl', 'utf8')).split('\n').filter(Boolean).map((line) => (JSON.parse(line) as { text: string }).text)
  expect(held.filter((text) => uncovered.texts.includes(text))).toEqual([])
})

test.each(['收废铁的要去公安局备案吗', '村里过年能放烟花不，多大的鞭炮要许可证', '旅馆住宿不登记身份证会怎样', '办烟花爆竹零售许可证要什么条件'])('%s: no guide answers it, so a person does', async (text) => {
  expect(await assistant.decide(inbound({ text, place: 'direct' }), {})).toMatchObject({ kind: 'escalated', ticket: { because: 'unsure' } })
})

test('once an admin writes the guide, it answers', async () => {
  const asked = { text: '赶集卖烟花炮仗要办啥子证', place: 'direct' } as const
  expect(await assistant.decide(inbound(asked), {})).toMatchObject({ kind: 'escalated' })
  const questions = [
    '卖烟花爆竹要办什么许可证', '村里小卖部能卖鞭炮吗', '办烟花爆竹零售许可证要什么条件', '过年摆摊卖鞭炮找哪个部门批', '没有证卖烟花会怎么罚', '烟花爆竹经营许可证去哪办',
    '小店想卖点鞭炮，证怎么办', '卖鞭炮的证多少钱', '烟花零售点离学校要多远', '鞭炮零售证几年换一次', '我想在镇上卖烟花，要准备啥材料', '无证卖鞭炮被查了咋办',
  ]
  await writeFile(join(dir, 'knowledge/guides/fireworks-shop.md'), guideFile({ id: 'fireworks-shop', services: '[]', questions, answer: '卖烟花爆竹要有许可证，问县里的应急管理局。' }).replace('title: 拖欠工资怎么讨', 'title: 卖烟花爆竹要办证').replace('domain: 劳动用工', 'domain: 公共法律服务'))
  await assistant.reload()
  expect(await assistant.decide(inbound(asked), {})).toMatchObject({ kind: 'answered', answer: { entry: { id: 'fireworks-shop' } } })
})
