import { expect, test } from 'vitest'
import { cardText } from '../../src/consult/card.ts'
import { consult, type ConsultPorts } from '../../src/consult/consult.ts'
import { passagesOf } from '../../src/consult/passages.ts'
import { remember } from '../../src/consult/remember.ts'
import { phrase } from '../../src/consult/wording.ts'
import type { Confidence, Intent } from '../../src/domain/evidence.ts'
import type { Answer } from '../../src/domain/outcome.ts'
import type { LikelyArticles } from '../../src/domain/statute.ts'
import { compileSigns } from '../../src/safety/signs.ts'
import { inbound } from '../support/messages.ts'
import { roster } from '../support/village.ts'

const articles = [1, 2, 3, 4, 5].map((number) => ({ law: '果园邻里法', article: String(number), text: `第${number}件事归果树的主人管，${'果子熟了才能摘，'.repeat(6)}摘了要还。` })) as unknown as LikelyArticles['articles']
const likely = (over: Partial<LikelyArticles> = {}): LikelyArticles => ({ day: '2026-11-22', confidence: 0.9, sure: true, firstSure: true, articles, ...over })

function ports(found: LikelyArticles | undefined, over: Partial<Record<Intent, number>> = {}): ConsultPorts {
  const intents = { question: 0.9, urgent: 0, refuse: 0, ignore: 0, escalate: 0, ...over }
  return {
    conversation: async () => ({}), search: async () => ({ matches: [], confidence: 0 as Confidence, intents, situations: {} }), entry: () => undefined, citable: () => true, stale: () => false,
    article: () => undefined, signs: () => compileSigns([]), laws: () => [], likely: () => found, bars: { default: 0.7 },
  }
}
const words = { article: () => undefined }
const replyTo = async (found: LikelyArticles | undefined, intents: Partial<Record<Intent, number>> = {}) => {
  const message = inbound({ text: '果子掉到邻居家归谁，能要回来吗' })
  const outcome = await consult(message, ports(found, intents))
  return { outcome, reply: phrase(outcome, message, words)[0], message }
}

test('above the bar a resident reads three of them, marked as no answer, each to be unfolded', async () => {
  const { reply } = await replyTo(likely())
  expect(reply?.text).toMatch(/可能有关的法条（机器找的，还不是答复，以顾问说的为准）：\n· 《果园邻里法》第一条：第1件事归果树的主人管，.{0,30}…\n· .*\n· .*\n要看全文，回「果园邻里法1条」这样的条号，或回「原文」。/)
  expect(reply?.text).not.toMatch(/4\. |依据：/)
  expect(reply?.actions?.map(({ send }) => send)).toEqual(['果园邻里法1条', '果园邻里法2条', '果园邻里法3条'])
  expect(reply?.sheet?.citations?.map(({ label, verbatim, status }) => [label, verbatim, status])[0]).toEqual(['《果园邻里法》第一条', true, '可能有关，还不是答复'])
})

test.each([
  ['below the bar', likely({ sure: false, confidence: 0.5 }), {}],
  ['of words that are hardly a question', likely(), { question: 0.4 }],
])('%s only the adviser sees them', async (_, found, intents) => {
  const { outcome, reply } = await replyTo(found, intents)
  expect(reply?.text).not.toContain('可能有关的法条')
  expect(reply?.actions).toEqual([])
  const card = outcome.kind === 'escalated' ? cardText({ ...outcome.ticket, village: 'qingxi' }, { roster, now: new Date() }) : ''
  expect(card).toMatch(new RegExp(`其中有对得上的把握 ${Math.round(found.confidence * 100)}%）：\\n1\\. 《果园邻里法》第一条「第1件事[^」]*…」\\n2\\. .*\\n3\\. .*\\n(?!4\\.)`))
})

test('what is hardly likely is on no card', async () => {
  const { outcome } = await replyTo(likely({ sure: false, confidence: 0.2 }))
  expect(outcome).toMatchObject({ kind: 'escalated' })
  expect('ticket' in outcome ? outcome.ticket : undefined).not.toHaveProperty('likely')
})

test.each([
  ['an emergency', { question: 0, urgent: 0.9 }],
  ['another country', { question: 0.1, escalate: 0.9 }],
  ['something to refuse', { question: 0, refuse: 0.9 }],
  ['chatter', { question: 0, ignore: 0.9 }],
])('%s has none', async (_, intents) => {
  const { outcome, reply } = await replyTo(likely(), intents)
  if (outcome.reason !== 'nothing-found') expect('ticket' in outcome ? outcome.ticket.likely : undefined).toBeUndefined()
  expect(reply?.text ?? '').not.toContain('可能有关的法条')
})

test('「原文」 later means those that were shown', async () => {
  const { outcome, message } = await replyTo(likely())
  expect(remember({}, message, outcome)?.likely).toEqual({ day: '2026-11-22', articles: [1, 2, 3].map((number) => ({ law: '果园邻里法', article: String(number) })) })
})

test('a model reads what is found only where the first article is sure, however sure the three are', () => {
  const answer = { entry: { kind: 'service', id: 'x', title: '调解', answer: '不收费。', sections: [], basis: [] }, text: '不收费。', citations: [], services: [] } as unknown as Answer
  const found = (over: Partial<LikelyArticles>) => passagesOf(answer, { articleText: () => '', citable: () => true }, likely(over)).filter(({ id }) => id.startsWith('l'))
  expect(found({ sure: true, firstSure: false })).toEqual([])
  expect(found({ sure: true, firstSure: true }).length).toBeGreaterThan(0)
})
