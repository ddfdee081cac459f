import { expect, test } from 'vitest'
import { consult, type ConsultPorts } from '../../src/consult/consult.ts'
import type { Conversation } from '../../src/domain/conversation.ts'
import type { Entry, Guide, Service, Situation } from '../../src/domain/entry.ts'
import type { Confidence, Evidence, Intent } from '../../src/domain/evidence.ts'
import type { Law } from '../../src/domain/law.ts'
import { compileSigns } from '../../src/safety/signs.ts'
import { inbound } from '../support/messages.ts'

const common = { questions: [], sections: [{ heading: '怎么办', text: '1. **留证据**：工资条。\n2. **去仲裁**：不收费。' }], checked: '2026-11-22', file: 'x.md' }
const wages: Guide = {
  ...common, kind: 'guide', id: 'unpaid-wages', title: '拖欠工资', domain: '劳动用工', risk: 'adviser', answer: '一般要在1年内申请仲裁。', services: ['service-arbitration'],
  basis: [{ law: '劳动争议调解仲裁法', article: '27' }], branch: { ask: '还在上班吗？', options: [{ label: '还在', when: ['在职'], answer: '在职期间不受1年限制。' }, { label: '走了', when: ['离职'], answer: '离开后1年内申请。' }] },
}
const custody: Guide = { ...common, kind: 'guide', id: 'child-custody', title: '抚养权', domain: '婚姻家庭', risk: 'adviser', answer: '看对孩子有利。', services: [], basis: [{ law: '民法典', article: '1084' }] }
const arbitration: Service = { ...common, kind: 'service', id: 'service-arbitration', title: '劳动仲裁院', category: '仲裁', answer: '不收费。', guides: [], basis: [] }
const violence: Situation = { ...common, kind: 'situation', id: 'urgent-violence', title: '正在挨打', response: 'urgent', answer: '先走开，打110。', hotlines: ['110'], leadsTo: ['child-custody'], signs: ['打我 正在|又在'], basis: [] }
const medicine: Situation = { ...violence, id: 'refuse-medicine', title: '问药', response: 'refuse', answer: '不看病。', signs: [] }
const greeting: Situation = { ...violence, id: 'chatter-greeting', title: '问好', response: 'ignore', answer: '您好。', signs: ['早上好'] }
const abroad: Situation = { ...violence, id: 'escalate-abroad', title: '境外', response: 'escalate', answer: '转人。', signs: ['香港', '澳门 房产'] }
const library = new Map<string, Entry>([wages, custody, arbitration, violence, medicine, greeting, abroad].map((entry) => [entry.id, entry]))
const laws: Law[] = [{ name: '中华人民共和国民法典', short: ['民法典'], articles: 1260, inserted: [], missing: [], effective: '2021-01-01' }]

function found(over: { entry?: string; confidence?: number; intents?: Partial<Record<Intent, number>>; situations?: Evidence['situations'] } = {}): Evidence {
  const { entry = 'unpaid-wages', confidence = 0.9, intents = {}, situations = {} } = over
  return { matches: entry ? [{ entry, score: 1 }] : [], confidence: confidence as Confidence, intents: { question: 0.9, urgent: 0, refuse: 0, ignore: 0, escalate: 0, ...intents }, situations }
}

function ports(evidence = found(), conversation: Conversation = {}, over: Partial<ConsultPorts> = {}): ConsultPorts {
  return {
    conversation: async () => conversation, search: async () => evidence, entry: (id) => library.get(id), citable: () => true, stale: () => false, article: () => undefined,
    signs: () => compileSigns([...library.values()].filter((entry): entry is Situation => entry.kind === 'situation')), laws: () => laws, bars: { default: 0.7, domains: { 婚姻家庭: 0.95 } }, ...over,
  }
}
const group = { place: 'group', addressed: false } as const

test('unsure between two fields of life, nothing of one of them is asked', async () => {
  const unsure = (...matches: string[]) => ({ ...found({ confidence: 0.3 }), matches: matches.map((entry) => ({ entry, score: 1 })) })
  const asked = async (evidence: Evidence) => consult(inbound({ text: '他不给，该咋办' }), ports(evidence))
  expect(await asked(unsure('unpaid-wages'))).toMatchObject({ missing: ['还在上班吗？', expect.any(String)] })
  expect(await asked(unsure('unpaid-wages', 'child-custody'))).toMatchObject({ missing: ['事情是哪天出的，现在到哪一步了？', '手里有什么凭据？'] })
})

test.each([
  ['which guide it is', 0.65, 0.7, 0.9, [{ label: '拖欠工资', entry: 'unpaid-wages' }, { label: '抚养权', entry: 'child-custody' }]],
  ['whether any guide answers', 0.4, 0.9, 0.9, undefined],
  ['whether it is a question', 0.65, 0.7, 0.3, undefined],
])('in doubt %s, guides are offered only where one is likely right', async (_, confidence, closedSet, question, nearby) => {
  const evidence = { ...found({ confidence, intents: { question } }), closedSet: closedSet as Confidence, matches: ['unpaid-wages', 'child-custody', 'service-arbitration'].map((entry) => ({ entry, score: 1 })) }
  const outcome = await consult(inbound(), ports(evidence))
  expect(outcome.kind).toBe('escalated')
  expect(outcome).toEqual(nearby ? expect.objectContaining({ nearby }) : expect.not.objectContaining({ nearby: expect.anything() }))
})

test.each([[0.89, 'refused'], [0.9, 'answered']])('a sign of what we refuse gives way to a plain question: at %f it is %s', async (question, kind) => {
  const signs = () => compileSigns([{ ...medicine, signs: ['偏方'] }])
  expect((await consult(inbound({ text: '卖偏方的骗了我三千块，能退吗' }), ports(found({ intents: { question } }), {}, { signs }))).kind).toBe(kind)
})

test('a sure answer carries its articles, steps, services and the fact it hinges on', async () => {
  expect(await consult(inbound(), ports())).toMatchObject({
    kind: 'answered', reason: 'sure', answer: { text: '一般要在1年内申请仲裁。', citations: [{ law: '劳动争议调解仲裁法', article: '27' }], steps: ['留证据：工资条。', '去仲裁：不收费。'], services: [{ id: 'service-arbitration' }], branch: { ask: '还在上班吗？' } },
  })
})

test.each([
  ['below the bar', found({ confidence: 0.69 }), 'unsure'],
  ['below the higher bar of family law', found({ entry: 'child-custody', confidence: 0.9 }), 'unsure'],
  ['with nothing found', found({ entry: '' }), 'nothing-found'],
])('%s a person answers', async (_, evidence, because) => {
  expect(await consult(inbound(), ports(evidence))).toMatchObject({ kind: 'escalated', ticket: { because, urgency: 'normal' } })
})

test.each([
  ['澳门那边的事咋弄', 'outside-mainland'],
  ['离婚要什么手续', undefined],
])('「%s」 that looks like a matter abroad is one only where it names a place', async (text, because) => {
  const outcome = await consult(inbound({ text }), ports(found({ intents: { escalate: 0.8 } })))
  expect(outcome.kind === 'escalated' ? outcome.ticket.because : undefined).toBe(because)
})

test('a word that leaves the mainland sends it to a person, however sure we are', async () => {
  expect(await consult(inbound({ text: '香港的遗产怎么分' }), ports())).toMatchObject({ kind: 'escalated', ticket: { because: 'outside-mainland' } })
})

test('an answer whose law is out of force is not given', async () => {
  const outcome = await consult(inbound(), ports(found({ entry: 'child-custody', confidence: 0.99 }), {}, { citable: () => false }))
  expect(outcome).toMatchObject({ kind: 'escalated', ticket: { because: 'out-of-date' } })
})

test('an emergency is told by its signs before anything else, even while an adviser holds the conversation', async () => {
  for (const conversation of [{}, { ticket: 1001 }])
    expect(await consult(inbound({ text: '他又在打我', ...group }), ports(found(), conversation))).toMatchObject({ kind: 'escalated', situation: { id: 'urgent-violence' }, ticket: { urgency: 'urgent' } })
})

test('an emergency without signs is told by what it is like', async () => {
  const evidence = found({ intents: { urgent: 0.8, question: 0.1 }, situations: { urgent: { entry: 'urgent-violence', score: 1 }, refuse: { entry: 'refuse-medicine', score: 2 } } })
  expect(await consult(inbound({ text: '他举着凳子过来了' }), ports(evidence))).toMatchObject({ kind: 'escalated', situation: { id: 'urgent-violence' } })
})

test('what is not our business is refused kindly', async () => {
  const evidence = found({ intents: { refuse: 0.8 }, situations: { refuse: { entry: 'refuse-medicine', score: 1 } } })
  expect(await consult(inbound({ text: '血糖高吃啥药' }), ports(evidence))).toMatchObject({ kind: 'refused', situation: { id: 'refuse-medicine' } })
})

test('chatter in a group is left alone; said to us it gets a friendly line', async () => {
  expect(await consult(inbound({ text: '早上好', ...group }), ports())).toMatchObject({ kind: 'ignored', because: 'chatter' })
  expect(await consult(inbound({ text: '早上好' }), ports())).toMatchObject({ kind: 'refused', situation: { id: 'chatter-greeting' } })
})

test('a bot is never answered', async () => {
  expect(await consult(inbound({ fromBot: true }), ports())).toMatchObject({ kind: 'ignored', because: 'bot' })
})

test('while an adviser holds the conversation the assistant is silent', async () => {
  expect(await consult(inbound(), ports(found(), { ticket: 1001 }))).toMatchObject({ kind: 'ignored', because: 'held-by-adviser' })
})

test.each([
  ['1', '在职期间不受1年限制。'],
  ['还在', '在职期间不受1年限制。'],
  ['已经离职了', '离开后1年内申请。'],
])('the answer to what we asked back chooses the branch: %s', async (text, answer) => {
  const pending = { entry: 'unpaid-wages', question: '工资', asked: 1 }
  expect(await consult(inbound({ text }), ports(found(), { pending }))).toMatchObject({ kind: 'answered', answer: { text: answer } })
})

test('「转人工」 hands over the question asked before, masked', async () => {
  const outcome = await consult(inbound({ text: '转人工' }), ports(found(), { lastEntry: 'unpaid-wages', lastQuestion: '老板欠我工资，电话13800138000' }))
  expect(outcome).toMatchObject({ kind: 'escalated', ticket: { because: 'asked-for-a-person', question: '老板欠我工资，电话〔电话〕' } })
})

test('an article named by its number is answered from itself', async () => {
  const outcome = await consult(inbound({ text: '民法典第一千零八十四条说什么' }), ports(found(), {}, { article: ({ law, article }) => (law === '民法典' && article === '1084' ? { entry: custody } : undefined) }))
  expect(outcome).toMatchObject({ kind: 'answered', reason: 'named-article', entries: ['child-custody'] })
})

test('marks without words are no question', async () => {
  expect(await consult(inbound({ text: '？？？' }), ports())).toMatchObject({ kind: 'told' })
  expect(await consult(inbound({ text: '👍👍', ...group }), ports())).toMatchObject({ kind: 'ignored' })
})
