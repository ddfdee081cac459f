import { afterEach, expect, test, vi } from 'vitest'
import { officialAccounts } from '../../adapters/official-account.ts'
import { openVillage, type Village } from '../support/village.ts'
import { account, startWechatServer, type WechatServer } from '../support/wechat-server.ts'

const found = { 欠条: { entry: 'lending-iou', confidence: 0.3 }, 工资: { entry: 'unpaid-wages', confidence: 0.9 } }
const question = '包工头给的欠条，能找总包要钱吗'
const { aesKey: _plain, ...papers } = account
let server: WechatServer
let village: Village
afterEach(async () => {
  await village.close()
  await server.stop()
})

async function open(): Promise<void> {
  server = await startWechatServer()
  const accounts = officialAccounts({ port: 0, host: '127.0.0.1', wechat: { ...papers, apiRoot: server.url }, waitMs: 3000 })
  village = await openVillage({ found, real: () => accounts.channels })
  server.calls(accounts.url())
}
const shownTo = (who: string, road?: 'passive' | 'service') => server.shown.filter((shown) => shown.to === who && (road === undefined || shown.road === road)).map(({ text }) => text)
const state = async (text: string) => (await village.db('outbox').where('message', 'like', `%${text}%`).where({ channel: 'official-account' }).select<{ state: string }[]>('state')).map((row) => row.state)

test('while an adviser holds the conversation each call is told so, and none is told 「稍后回复」', async () => {
  await open()
  await server.say({ Content: question, MsgId: '1' })
  await village.adviser('接 #1001')
  await vi.waitFor(() => expect(shownTo('oLi', 'service')).toHaveLength(1))
  expect((await server.say({ Content: '我还有张收据', MsgId: '2' })).fields?.['Content']).toBe('已经转给李明（#1001），由李明答复您。')
  await village.adviser('问 #1001 收据上写了日期吗')
  expect((await server.say({ Content: '写了', MsgId: '3' })).fields?.['Content']).toBe('收到，已经转给李明（#1001）。')
  expect(shownTo('oLi').join()).not.toContain('稍后回复')
})

test('over the limit: the answer waits for its reader, nobody else does, and it comes first and explained when they speak', async () => {
  await open()
  await server.say({ Content: question, MsgId: '1' })
  await server.say({ Content: question, MsgId: '2', FromUserName: 'oWang' })
  server.refuse({ errcode: 45047, errmsg: 'out of response count limit' })
  await village.adviser('#1001 可以找总包。')
  await vi.waitFor(async () => expect(await state('可以找总包')).toEqual(['held']))
  await vi.waitFor(() => expect(village.channels.telegram.sent.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^#1001 的答复还没送到/)))
  await village.adviser('#1001 记得带欠条。')
  await village.adviser('#1002 您的也可以。')
  await vi.waitFor(() => expect(shownTo('oWang', 'service')).toEqual([expect.stringContaining('您的也可以')]))
  expect(shownTo('oLi', 'service')).toEqual([])

  await server.say({ Content: '工资没发怎么办', MsgId: '3' })
  await vi.waitFor(() => expect(shownTo('oLi', 'service')).toHaveLength(2), { timeout: 10_000 })
  expect(shownTo('oLi', 'passive').at(-1)).toMatch(/^（这是给您前面那句的答复，当时没能发出去。[\s\S]*可以找总包/)
  expect(shownTo('oLi', 'service')).toEqual([expect.stringMatching(/^【法律顾问答复 #1001】\n记得带欠条/), expect.stringContaining('劳动')])
})

test.each([[45015, '48 hours have passed'], [48001, 'no right to it']])('%i, %s: what was due is not lost', async (errcode) => {
  await open()
  await server.say({ Content: question, MsgId: '1' })
  server.refuse({ errcode, errmsg: 'no' })
  await village.adviser('#1001 可以找总包。')
  await vi.waitFor(async () => expect(await state('可以找总包')).toEqual(['held']))
  await server.say({ Content: '在吗', MsgId: '2' })
  expect(shownTo('oLi', 'passive').at(-1)).toContain('可以找总包')
})
