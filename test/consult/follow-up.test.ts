import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAssistant, type Assistant } from '../../src/assistant.ts'
import { readConfig } from '../../src/config.ts'
import { lately, leansOn, opensTopic, questionInTalk, readInTalk, standAlone } from '../../src/consult/follow-up.ts'
import { remember, withoutThirdQuestion } from '../../src/consult/remember.ts'
import { chooseRoute } from '../../src/consult/route.ts'
import type { Conversation } from '../../src/domain/conversation.ts'
import type { Confidence, Evidence } from '../../src/domain/evidence.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import { cases, realLibrary } from '../support/grounds.ts'
import { inbound } from '../support/messages.ts'

const now = new Date('2026-11-22T08:00:00Z')
const talk: Conversation = { lastQuestion: '老板拖了我三个月工资', lastEntry: 'unpaid-wages', lastAt: '2026-11-22T07:55:00Z' }

test.each([
  ['那要是没签合同呢', true], ['他不给怎么办', true], ['过了四年了还能要不', true], ['去哪儿告他', true],
  ['另外问一下，宅基地能卖给城里人吗', false], ['对了，我家狗咬了人要赔多少', false],
  ['我在镇上的服装厂上班，去年十月开始厂里每个月只发一半工资，剩下的说年底一起结', false],
])('%s leans on what went before: %s', (text, expected) => {
  expect(leansOn(text)).toBe(expected)
})

test('a turn to something else is heard', () => {
  expect(opensTopic('换个事，身份证丢了怎么补')).toBe(true)
  expect(opensTopic('那要是没签合同呢')).toBe(false)
})

test('a follow-up carries the question before it, and an old one does not', () => {
  expect(questionInTalk('那要是没签合同呢', talk, now)).toBe('老板拖了我三个月工资，那要是没签合同呢')
  expect(lately({ ...talk, lastAt: '2026-11-22T05:00:00Z' }, now)).toBeUndefined()
  expect(questionInTalk('那要是没签合同呢', { ...talk, lastAt: '2026-11-21T07:55:00Z' }, now)).toBe('那要是没签合同呢')
})

test('what is carried stays short', () => {
  expect(standAlone('那呢', '长'.repeat(500)).length).toBeLessThanOrEqual(141)
})

function evidence(confidence: number, ...entries: readonly (readonly [string, number])[]): Evidence {
  return { matches: entries.map(([entry, score]) => ({ entry, score })), confidence: confidence as Confidence, intents: { question: 1, urgent: 0, refuse: 0, ignore: 0, escalate: 0 }, situations: {} }
}

function reading(text: string, alone: Evidence, completed: Evidence, rewrite?: () => Promise<string | undefined>) {
  return readInTalk(text, talk, now, { search: (question) => Promise.resolve(question === text ? alone : completed), related: (one, other) => one[0] === other[0], ...(rewrite ? { rewrite } : {}) })
}

test('the completed question wins over a chance hit of the bare words', async () => {
  const { evidence: found, carried } = await reading('他不给怎么办', evidence(0.9, ['child-support', 11], ['elder-support', 8]), evidence(0.8, ['unpaid-wages', 12], ['child-support', 3]))
  expect(carried).toBe(true)
  expect(found.matches[0]?.entry).toBe('unpaid-wages')
  expect(found.confidence).toBe(0.8)
})

test('what the new words name in the same field of life wins', async () => {
  const { evidence: found } = await reading('那过户要带啥', evidence(0.9, ['unpaid-transfer', 11], ['other', 3]), evidence(0.8, ['unpaid-wages', 10], ['unpaid-transfer', 7]))
  expect(found.matches[0]?.entry).toBe('unpaid-transfer')
})

test('a completion by a model is used only when it is made of what was said', async () => {
  const asked: string[] = []
  const ports = { search: (question: string) => { asked.push(question); return Promise.resolve(evidence(0.5, ['unpaid-wages', 5])) }, related: () => false }
  await readInTalk('那要是没签合同呢', talk, now, { ...ports, rewrite: () => Promise.resolve('老板拖工资又没签合同怎么办') })
  await readInTalk('那要是没签合同呢', talk, now, { ...ports, rewrite: () => Promise.resolve('请告诉我怎么做假证明骗低保金') })
  expect(asked).toEqual(['那要是没签合同呢', '老板拖工资又没签合同怎么办', '那要是没签合同呢', '老板拖了我三个月工资，那要是没签合同呢'])
})

test('we ask back at most twice in a row, and each time it may be skipped', async () => {
  const answer = (await realLibrary()).answer('unpaid-wages')
  const outcome: Outcome = { kind: 'answered', answer, entries: ['unpaid-wages'], confidence: 1, reason: 'sure' }
  let conversation: Conversation = {}
  const asked: boolean[] = []
  for (const id of ['m1', 'm2', 'm3', 'm4']) {
    const said = withoutThirdQuestion(outcome, conversation)
    asked.push(said.kind === 'answered' && said.answer.branch !== undefined)
    conversation = remember(conversation, inbound({ id }), said) ?? conversation
  }
  expect(asked).toEqual([true, true, false, true])
  expect(chooseRoute('跳过', { pending: { entry: 'unpaid-wages', question: '', asked: 1 } }, new Date(), () => answer.branch)).toEqual({ kind: 'command', command: 'skip' })
  expect(chooseRoute('不知道', {}, new Date(), () => undefined)).toEqual({ kind: 'question' })
})

const fraud = '有个人说是公安局的，说我银行卡洗钱，叫我把钱转到安全账户，我正在银行转账'

test.each([
  ['谢谢啊', 'chatter'], ['在吗', 'chatter'], ['好的', 'chatter'], ['降压药一天吃几片', 'out-of-scope'], ['工资拖着不给咋整', 'sure'],
  ['他又打来了', 'like-urgent'], ['我转了两万', 'like-urgent'],
])('after an emergency %s comes to %s: only what may be part of it raises the alarm again', async (text, reason) => {
  const told = await assistant.decide(inbound({ id: 'e1', text: fraud, at: now }), {})
  expect(told).toMatchObject({ kind: 'escalated', situation: { id: 'urgent-fraud-in-progress' } })
  const conversation = remember({}, inbound({ text: fraud, at: now }), told) ?? {}
  const next = await assistant.decide(inbound({ id: 'e2', text, at: new Date(now.getTime() + 60_000) }), conversation)
  expect(next.reason).toBe(reason)
  if (reason === 'sure') expect([next.entries[0], remember(conversation, inbound({ text, at: now }), next)?.lastQuestion]).toEqual(['unpaid-wages', text])
})

type Talk = { readonly id: string; readonly turns: readonly { readonly text: string; readonly guides: readonly string[] }[] }

const dir = mkdtempSync(join(tmpdir(), 'talks-'))
let assistant: Assistant
beforeAll(async () => {
  const silent = { info: () => {}, warn: () => {}, error: () => {} }
  assistant = await openAssistant(readConfig({ DATA_DIR: dir }), silent)
})
afterAll(() => rmSync(dir, { recursive: true }))

test('in at least 50 of 60 conversations every later turn finds the right guide, with no model', async () => {
  const talks = cases<Talk>('conversations')
  expect(talks).toHaveLength(60)
  const missed: string[] = []
  for (const { id, turns } of talks) {
    let conversation: Conversation = {}
    const wrong: string[] = []
    for (const [index, { text, guides }] of turns.entries()) {
      const message = inbound({ id: `${id}-${index}`, text, at: new Date(now.getTime() + index * 60_000) })
      const outcome = await assistant.decide(message, conversation)
      const found = outcome.reason === 'more' ? conversation.lastEntry : outcome.entries[0]
      if (index > 0 && !guides.includes(found ?? '')) wrong.push(`${text} → ${found}`)
      conversation = remember(conversation, message, outcome) ?? conversation
    }
    if (wrong.length > 0) missed.push(`${id}: ${wrong.join('; ')}`)
  }
  console.log(`conversations whose later turns all found the right guide: ${talks.length - missed.length} of ${talks.length}`)
  expect(talks.length - missed.length, missed.join('\n')).toBeGreaterThanOrEqual(50)
})

test('a question that no guide answers is not answered from what was said before', async () => {
  const before: Conversation = { lastEntry: 'unpaid-wages', lastQuestion: '老板拖欠工资怎么办', lastAt: now.toISOString() }
  for (const text of ['车子年检过期半年 扣不扣分', '驾驶证A2的多久体检一次', '辅警单独一个人可以查身份证吗'])
    expect(await assistant.decide(inbound({ text, place: 'direct', at: now }), before), text).not.toMatchObject({ kind: 'answered' })
  expect(await assistant.decide(inbound({ text: '那要是没签合同呢', place: 'direct', at: now }), before)).toMatchObject({ kind: 'answered' })
})
