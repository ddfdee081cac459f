import { afterEach, expect, test, vi } from 'vitest'
import { officialAccounts } from '../../adapters/official-account.ts'
import { wecomChannel } from '../../adapters/wecom.ts'
import type { Channel } from '../../src/domain/message.ts'
import type { Roster } from '../../src/domain/person.ts'
import { openVillage, roster, type Village } from '../support/village.ts'
import { startWechatServer } from '../support/wechat-server.ts'
import { bot, startWecomServer, type WecomServer } from '../support/wecom-server.ts'

/** ask → unsure → card → claim → answer → relayed once → vote → log line, with nothing but WeCom, and over Weibo. */
const found = { 欠条: { entry: 'lending-iou', confidence: 0.3 }, 工资: { entry: 'unpaid-wages', confidence: 0.9 } }
const question = '包工头给的欠条，能找总包要钱吗'
const answer = '可以一起找总包公司，先去县劳动监察投诉。'
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function openWecom(real: () => readonly Channel[] = () => []): Promise<{ server: WecomServer; village: Village; heard(to: string, count: number): Promise<WecomServer['sent'][number]> }> {
  const server = await startWecomServer()
  closing.push(server.stop)
  const people: Roster = {
    ...roster,
    groups: [{ with: 'residents', at: { channel: 'wecom', conversation: 'wrVillage' }, village: 'qingxi', policy: 'mention' }, { with: 'advisers', at: { channel: 'wecom', conversation: 'wrAdvisers' } }],
    advisers: roster.advisers.map((adviser) => ({ ...adviser, accounts: [{ channel: 'wecom', id: adviser.id }] })),
  }
  const village = await openVillage({ found, people, real: () => [wecomChannel({ bot: { ...bot, wsUrl: server.wsUrl } }), ...real()] })
  closing.push(village.close)
  const heard = (to: string, count: number) =>
    vi.waitFor(
      () => {
        const there = server.sent.filter((message) => message.to === to)
        expect(there.length).toBeGreaterThanOrEqual(count)
        return there[count - 1]!
      },
      { timeout: 10_000 },
    )
  return { server, village, heard }
}

async function closedWithOneEntry(village: Village): Promise<void> {
  await vi.waitFor(async () => expect(await village.db('tickets').select('number', 'status')).toEqual([{ number: 1001, status: 'closed' }]), { timeout: 10_000 })
  expect(await village.db('worklog').select('ticket', 'result')).toEqual([{ ticket: 1001, result: '已办结，居民满意' }])
  expect(village.problems).toEqual([])
}

test.each(['满意', '有用'])('over WeCom alone: from the village’s group to the advisers’ and back, closed by 「%s」', async (vote) => {
  const { server, village, heard } = await openWecom()
  server.say({ text: `@法律助手 ${question}`, chatid: 'wrVillage', from: 'zhangsan', msgid: 'q1' })
  expect(await heard('wrVillage', 1)).toMatchObject({ road: 'reply', text: expect.stringMatching(/^@zhangsan .*编号 #1001/) as string })
  const card = await heard('wrAdvisers', 1)
  expect(card).toMatchObject({ road: 'send', text: expect.stringMatching(/【工单 #1001】[\s\S]*问：包工头给的欠条/) as string })
  expect(card.text).not.toContain('zhangsan')

  server.say({ text: '@法律助手 接 #1001', chatid: 'wrAdvisers', from: 'li', msgid: 'a1' })
  expect((await heard('wrVillage', 2)).text).toMatch(/^@zhangsan 李明（律师）接手了您的事/)
  server.say({ text: `@法律助手 ${answer}`, quote: { msgtype: 'text', text: { content: card.text } }, chatid: 'wrAdvisers', from: 'li', msgid: 'a2' })
  const relayed = await heard('wrVillage', 3)
  expect(relayed).toMatchObject({ road: 'send', text: expect.stringMatching(/可以一起找总包公司[\s\S]*—— 李明（律师[\s\S]*解决了请回「满意」，没解决请回「不满意」/) as string })
  server.say({ text: `@法律助手 ${vote}`, chatid: 'wrVillage', from: 'zhangsan', msgid: 'q2' })
  await closedWithOneEntry(village)
  expect(server.sent.filter(({ to, text }) => to === 'wrVillage' && text.includes(answer))).toHaveLength(1)
})

test('a neighbour’s 「满意」 closes nothing that is not theirs', async () => {
  const { server, village, heard } = await openWecom()
  server.say({ text: `@法律助手 ${question}`, chatid: 'wrVillage', from: 'zhangsan', msgid: 'q1' })
  await heard('wrAdvisers', 1)
  server.say({ text: `@法律助手 #1001 ${answer}`, chatid: 'wrAdvisers', from: 'li', msgid: 'a1' })
  await heard('wrVillage', 2)
  server.say({ text: '@法律助手 满意', chatid: 'wrVillage', from: 'lisi', msgid: 'q2' })
  await heard('wrVillage', 3)
  expect(await village.db('tickets').select('status')).toEqual([{ status: 'answered' }])
})

test('「没用」 to an answer of the assistant’s is noted as a vote, and brings a person', async () => {
  const { server, village, heard } = await openWecom()
  server.say({ text: '厂里拖了三个月工资咋办', from: 'zhangsan', msgid: 'q1' })
  const given = await heard('zhangsan', 1)
  server.say({ text: '没用', from: 'zhangsan', msgid: 'q2' })
  expect((await heard('zhangsan', 2)).text).toMatch(/编号 #1001/)
  expect(await village.db('votes').select('message', 'sender', 'up')).toEqual([{ message: given.feedback, sender: 'zhangsan', up: 0 }])
})

test('over Weibo, the advisers on Telegram', async () => {
  const server = await startWechatServer()
  closing.push(server.stop)
  const accounts = officialAccounts({ port: 0, host: '127.0.0.1', weibo: { appSecret: 'weibo-secret', accessToken: 'weibo-token', apiRoot: server.url } })
  const village = await openVillage({ found, real: () => accounts.channels })
  closing.push(village.close)
  server.calls(accounts.url())
  const to = '2489518277'
  const read = (road: 'passive' | 'service') => server.shown.filter((shown) => shown.road === road && shown.to === to).map(({ text }) => text)

  await server.sayWeibo({ text: question })
  expect(read('passive')).toEqual([expect.stringMatching(/编号 #1001/)])
  await vi.waitFor(() => expect(village.sent().some(({ text }) => text.startsWith('【工单 #1001】'))).toBe(true))
  await village.adviser('接 #1001')
  await village.adviser(`#1001 ${answer}`)
  await vi.waitFor(() => expect(read('service').join('\n')).toMatch(/李明（律师）接手了[\s\S]*可以一起找总包公司[\s\S]*—— 李明/), { timeout: 10_000 })
  await server.sayWeibo({ text: '满意', created_at: 'Mon Jul 16 18:19:20 +0800 2012' })
  expect(read('passive').at(-1)).toMatch(/#1001 就办结了/)
  await closedWithOneEntry(village)
  expect(server.shown.filter(({ text }) => text.includes(answer))).toHaveLength(1)
})
