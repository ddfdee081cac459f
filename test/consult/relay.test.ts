import { expect, test } from 'vitest'
import { expiredBecause, draftEntry } from '../../src/consult/draft-entry.ts'
import { missingFacts } from '../../src/consult/facts.ts'
import { isIntimate } from '../../src/consult/intimate.ts'
import { readOrder } from '../../src/consult/orders.ts'
import { relay, type RelayPorts } from '../../src/consult/relay.ts'
import type { Law } from '../../src/domain/law.ts'
import type { Inbound } from '../../src/domain/message.ts'
import type { Ticket } from '../../src/domain/ticket.ts'
import { advisers, roster } from '../support/village.ts'

const card = '【工单 #1042】清溪村 · 劳动用工'

test.each([
  ['接 #1042', '', { kind: 'claim', ticket: 1042 }],
  ['接＃1042', '', { kind: 'claim', ticket: 1042 }],
  ['接1042', '', { kind: 'claim', ticket: 1042 }],
  ['接', card, { kind: 'claim', ticket: 1042 }],
  ['@法律助手 接 #1042', '', { kind: 'claim', ticket: 1042 }],
  ['#1042 可以要加班费', '', { kind: 'answer', ticket: 1042, text: '可以要加班费', quoted: false }],
  ['#1042 回复：可以要\n第二行', '', { kind: 'answer', ticket: 1042, text: '可以要\n第二行', quoted: false }],
  ['#1042：可以', '', { kind: 'answer', ticket: 1042, text: '可以', quoted: false }],
  ['可以要加班费', card, { kind: 'answer', ticket: 1042, text: '可以要加班费', quoted: true }],
  ['#1043 可以', card, { kind: 'answer', ticket: 1043, text: '可以', quoted: false }],
  ['问 #1042 签合同了吗', '', { kind: 'ask', ticket: 1042, text: '签合同了吗', quoted: false }],
  ['问 签合同了吗', card, { kind: 'ask', ticket: 1042, text: '签合同了吗', quoted: true }],
  ['转 #1042 @王芳', '', { kind: 'hand-on', ticket: 1042, to: '@王芳' }],
  ['专家 #1042', '', { kind: 'experts', ticket: 1042 }],
  ['结 #1042', '', { kind: 'close', ticket: 1042 }],
  ['结 #1042 40分钟', '', { kind: 'close', ticket: 1042, minutes: 40 }],
  ['列表', '', { kind: 'list' }],
  ['帮助', '', { kind: 'help' }],
  ['闭嘴', '', { kind: 'mute' }],
  ['开口 清溪村', '', { kind: 'unmute', village: '清溪村' }],
  ['拟 厂里拖工资咋办', '', { kind: 'draft', text: '厂里拖工资咋办' }],
  ['签 2026-11', '', { kind: 'sign', month: '2026-11' }],
  ['接', '', { kind: 'incomplete', order: '接' }],
  ['#1042', '', { kind: 'incomplete', order: '#1042' }],
  ['问 #1042', '', { kind: 'incomplete', order: '问 #1042' }],
])('「%s」 with quote 「%s」 is read', (text, quote, order) => {
  expect(readOrder(text, quote)).toEqual(order)
})

test.each(['今天谁值班', '接下来怎么办', '问题不大', '结果出来了', '转发一下通知', '专家库更新了', '1042 是哪张', '我说 #1042 可以', '签到了吗', '拟定一份合同', ''])('「%s」 is talk', (text) => {
  expect(readOrder(text)).toBeUndefined()
})

function ticket(over: Partial<Ticket> = {}): Ticket {
  return {
    number: 1042, status: 'open', question: '欠薪', because: 'unsure', urgency: 'normal', domain: '劳动用工', from: { channel: 'web', conversation: 'c1' }, resident: 'c1', message: 'c1:m1', place: 'direct',
    village: 'qingxi', said: [], openedAt: '2026-11-23T01:00:00.000Z', version: 3, ...over,
  }
}

function ports(one: Ticket | undefined = ticket()): RelayPorts {
  return { roster: () => roster, ticket: async (number) => (number === 1042 ? one : undefined), unclosed: async () => (one ? [one] : []), draft: async () => ({ text: '', found: false }), unsigned: async () => ({ entries: 0, minutes: 0 }), now: () => new Date('2026-11-23T02:00:00Z'), overdueHours: 24 }
}
const from = (text: string, over: Partial<Inbound> = {}): Inbound => ({ id: 'a1', from: advisers, sender: 'li', text, at: new Date(0), place: 'group', addressed: false, ...over })
const li = { id: 'li', name: '李明', kind: '律师', licence: '11101201010000001' }

test('an answer moves the ticket from the version it was read at, and is one entry of the log', async () => {
  const outcome = await relay(from('#1042 可以要'), ports())
  expect(outcome).toMatchObject({ kind: 'moved', before: { version: 3 }, ticket: { status: 'answered', version: 4, adviser: li }, log: { ticket: 1042, village: 'qingxi', adviser: li, content: '劳动用工：欠薪', signed: true, generated: false } })
})

test('an answer that is the assistant’s draft is marked as generated in the log', async () => {
  const draft = { entry: 'unpaid-wages', text: '可以先到劳动监察大队投诉，再申请劳动仲裁，一般要在一年内。', basis: [], confidence: 0.4 }
  expect(await relay(from(`#1042 ${draft.text}`), ports(ticket({ draft })))).toMatchObject({ log: { generated: true } })
})

test.each([
  ['claimed by another', '#1042 可以要', ticket({ status: 'claimed', adviser: { id: 'wang', name: '王芳', kind: '律师' } }), /王芳已经接了，这句没有发出去/],
  ['closed', '#1042 可以要', ticket({ status: 'closed' }), /已经办结，这句没有发出去/],
  ['closed without an answer', '结 #1042', ticket(), /还没有人答复，不能办结/],
  ['claimed twice', '接 #1042', ticket({ status: 'claimed', adviser: li }), /已经在您手里/],
  ['handed to its holder', '转 #1042 @李明', ticket({ status: 'claimed', adviser: li }), /本来就在李明手里/],
  ['handed to nobody known', '转 #1042 @老天爷', ticket(), /名册里没有「老天爷」|名册里没有「@老天爷」/],
])('a ticket %s says why not', async (_, text, one, why) => {
  const outcome = await relay(from(text), ports(one))
  expect(outcome).toMatchObject({ kind: 'told', text: expect.stringMatching(why) as string })
})

test('a number that no ticket has is said', async () => {
  expect(await relay(from('#4711 可以要'), ports())).toMatchObject({ kind: 'told', text: '没有 #4711 这张工单。说「列表」看没办结的。' })
})

test('violence written by an adviser raises no alarm', async () => {
  expect(await relay(from('#1042 遇到家暴正在打你就报警，可以申请人身安全保护令'), ports())).toMatchObject({ kind: 'moved' })
})

test('an adviser’s expired licence signs nothing', async () => {
  const expired = { ...roster, advisers: roster.advisers.map((adviser) => ({ ...adviser, licenceUntil: '2026-11-22' })) }
  expect(await relay(from('#1042 可以要'), { ...ports(), roster: () => expired })).toMatchObject({ kind: 'told', text: expect.stringContaining('执业证已经过期') as string })
})

test('a resident is nobody’s adviser', async () => {
  expect(await relay(from('#1042 可以要', { sender: 'zhang', from: { channel: 'wechat', conversation: 'zhang' }, place: 'direct' }), ports())).toBeUndefined()
})

test('two facts at most are asked, what the answer hinges on first, and none that was said', () => {
  const branch = { ask: '您还在这家单位上班吗？', options: [{ label: '还在', when: ['还在上班'], answer: '' }, { label: '走了', when: ['离职了'], answer: '' }] }
  expect(missingFacts('老板不给钱', { domain: '劳动用工', branch })).toEqual([branch.ask, '在那儿干了多久，签没签合同？'])
  expect(missingFacts('我离职了，干了两年没签合同', { domain: '劳动用工', branch })).toEqual(['手里有什么凭据：工资条、转账、聊天记录？'])
})

test.each([
  ['老公打我，能离婚吗', true], ['我欠网贷八万还不上', true], ['得了乙肝厂里不要我', true], ['工资不给，老板电话13800001234', true],
  ['厂里拖工资咋办', false], ['邻居家的树挡光', false], ['借条没写利息能要吗', false], ['别人欠我钱不还', false], ['宅基地能卖吗', false],
])('「%s」 belongs one-to-one: %s', (text, intimate) => {
  expect(isIntimate(text)).toBe(intimate)
})

const laws: readonly Law[] = [{ name: '中华人民共和国劳动合同法', short: ['劳动合同法'], articles: 98, inserted: [], missing: [], amended: '2012-12-28', effective: '2008-01-01' }]

test('a closed ticket offers a masked entry with the articles its answer names', () => {
  const closed = ticket({ status: 'closed', said: [{ by: 'resident', text: '我叫张三，没签合同', at: '' }, { by: 'adviser', text: '依据劳动合同法第八十二条可以要双倍工资，电话13800001234。', at: '', reply: true }] })
  const { markdown = '' } = draftEntry(closed, laws, '2026-11-23') ?? {}
  expect(markdown).toMatch(/law: 劳动合同法\n\s+articles:\n\s+- "82"/)
  expect(markdown).toMatch(/questions:\n {2}- 欠薪/)
  expect(markdown).not.toMatch(/张三|13800001234/)
  expect(draftEntry(ticket({ status: 'closed' }), laws, '2026-11-23')).toBeUndefined()
})

test('a draft expires when its law is amended, repealed or gone', () => {
  const good = { 劳动合同法: '2012-12-28' }
  expect(expiredBecause(good, laws, '2026-11-23')).toBeUndefined()
  expect(expiredBecause(good, laws.map((law) => ({ ...law, amended: '2026-10-01' })), '2026-11-23')).toBe('《劳动合同法》改成了 2026-10-01 的版本')
  expect(expiredBecause(good, laws.map((law) => ({ ...law, repealed: '2026-11-01', replacedBy: '劳动法典' })), '2026-11-23')).toBe('《劳动合同法》2026-11-01 废止，由《劳动法典》接替')
  expect(expiredBecause(good, [], '2026-11-23')).toMatch(/不在登记表里/)
})
