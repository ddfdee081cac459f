import { afterEach, expect, test, vi } from 'vitest'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { telegramChannel } from '../../adapters/telegram.ts'
import { officialAccounts } from '../../adapters/official-account.ts'
import { webChannel } from '../../adapters/web.ts'
import { wechatyChannel } from '../../adapters/wechaty.ts'
import type { Outbound } from '../../src/domain/message.ts'
import { startTelegramServer, type Sent, type TelegramServer } from '../support/telegram-server.ts'
import { openVillage, roster, type Village } from '../support/village.ts'
import { openVillage as openWeChat } from '../support/wechat.ts'
import { account, startWechatServer } from '../support/wechat-server.ts'

/** ask → unsure → card → claim → answer → relayed once → vote → log line, over each wire. */
const found = { 欠条: { entry: 'lending-iou', confidence: 0.3 } }
const question = '包工头给的欠条，能找总包要钱吗'
const answer = '可以一起找总包公司，先去县劳动监察投诉。'
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function closedWithOneEntry(village: Village): Promise<void> {
  await vi.waitFor(async () => expect(await village.db('tickets').select('number', 'status')).toEqual([{ number: 1001, status: 'closed' }]), { timeout: 20_000 })
  expect(await village.db('worklog').select('ticket', 'result')).toEqual([{ ticket: 1001, result: '已办结，居民满意' }])
  expect(village.problems).toEqual([])
}

async function telegram(): Promise<TelegramServer> {
  const server = await startTelegramServer()
  closing.push(server.stop)
  return server
}

const sentTo = (server: TelegramServer, chat: number, count: number): Promise<Sent> =>
  vi.waitFor(
    () => {
      const to = server.sent.filter((message) => message.chat === String(chat))
      expect(to.length).toBeGreaterThanOrEqual(count)
      return to[count - 1]!
    },
    { timeout: 20_000 },
  )

test('over Telegram, with nothing but a token and an adviser chat', async () => {
  const server = await telegram()
  const people = { villages: [{ id: 'default', name: '本村' }] as const, groups: [{ with: 'advisers', at: { channel: 'telegram', conversation: '-9' }, everyMember: true }] as const, advisers: [], admins: [] }
  const village = await openVillage({ found, people: { ...people, villages: [people.villages[0]] }, real: () => [telegramChannel({ token: server.token, apiRoot: server.url })] })
  closing.push(village.close)

  server.say({ text: question, chat: 1001, messageId: 51 })
  expect((await sentTo(server, 1001, 1)).text).toMatch(/编号 #1001/)
  const card = await sentTo(server, -9, 1)
  expect(card.text).toMatch(/【工单 #1001】[\s\S]*问：包工头给的欠条/)
  const chen = { id: 77, first_name: '陈律' }
  server.say({ text: '接 #1001', chat: -9, from: chen })
  expect((await sentTo(server, 1001, 2)).text).toMatch(/陈律（法律顾问）接手了您的事/)
  server.say({ text: answer, chat: -9, from: chen, with: { reply_to_message: { message_id: card.messageId, date: 0, chat: { id: -9, type: 'supergroup', title: '顾问' }, from: { id: 4242, is_bot: true, first_name: '法律助手' }, text: card.text } as never } })
  const relayed = await sentTo(server, 1001, 3)
  expect(relayed.text).toMatch(/【法律顾问答复 #1001】\n可以一起找总包公司[\s\S]*—— 陈律/)
  expect(relayed.payload).toMatchObject({ reply_parameters: { message_id: 51 } })
  server.press(relayed, '👍', { id: 1001 })
  await closedWithOneEntry(village)
  expect(server.sent.filter(({ chat, text }) => chat === '1001' && text.includes(answer))).toHaveLength(1)
})

test('over the web, the adviser on Telegram', async () => {
  const server = await telegram()
  const port = await freePort()
  const people = { ...roster, groups: [{ with: 'advisers' as const, at: { channel: 'telegram' as const, conversation: '-9' } }], advisers: [{ ...roster.advisers[0]!, accounts: [{ channel: 'telegram' as const, id: '77' }] }] }
  const village = await openVillage({ found, people, real: (ports) => [webChannel({ port, host: '127.0.0.1', ...ports }), telegramChannel({ token: server.token, apiRoot: server.url })] })
  closing.push(village.close)
  const url = `http://127.0.0.1:${port}`
  const conversation = 'a-resident-on-the-web-0001'
  const post = (path: string, body: object) => fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const seen = events(`${url}/api/conversations/${conversation}/events`)

  expect((await post('/api/messages', { conversation, text: question, id: 'q1' })).status).toBe(202)
  await vi.waitFor(() => expect(seen.messages.at(0)?.text).toMatch(/编号 #1001/), { timeout: 20_000 })
  expect(seen.messages[0]?.sheet).toMatchObject({ kind: 'escalated', ticket: 1001 })
  await sentTo(server, -9, 1)
  server.say({ text: '接 #1001', chat: -9, from: { id: 77 } })
  await vi.waitFor(() => expect(seen.messages.at(1)?.text).toMatch(/李明（律师）接手了/), { timeout: 20_000 })
  server.say({ text: `#1001 ${answer}`, chat: -9, from: { id: 77 } })
  await vi.waitFor(() => expect(seen.messages.at(2)?.sheet).toMatchObject({ by: 'adviser', conclusion: answer, signature: { name: '李明' } }), { timeout: 20_000 })
  expect((await post('/api/votes', { conversation, message: seen.messages[2]?.id, up: true })).status).toBe(200)
  await closedWithOneEntry(village)
  expect(seen.messages.filter(({ text }) => text.includes(answer))).toHaveLength(1)
  seen.stop()
})

test('over Wechaty: a resident in the village group, answered there by name', async () => {
  const { puppet, li, wang, me, room } = openWeChat()
  const at = { channel: 'wechat', conversation: `room:${room.id}` } as const
  const people = { ...roster, groups: [{ with: 'residents' as const, at, village: 'qingxi', policy: 'mention' as const }, roster.groups[1]!] }
  const village = await openVillage({ found, people, real: () => [wechatyChannel({ puppet, show: () => {}, clock: { wait: async () => {}, random: () => 0.5 } })] })
  closing.push(village.close)
  const said = (count: number) => vi.waitFor(() => (expect(puppet.sent.length).toBeGreaterThanOrEqual(count), puppet.sent[count - 1]!), { timeout: 20_000 })

  wang.say('今天赶集人真多').to(room)
  li.say(`@法律助手\u2005${question}`, [me]).to(room)
  expect(await said(1)).toMatchObject({ to: room.id, mentions: ['wxid_li'] })
  await vi.waitFor(() => expect(village.sent().some(({ text }) => text.startsWith('【工单 #1001】'))).toBe(true))
  await village.adviser('接 #1001')
  await village.adviser(`#1001 ${answer}`)
  expect((await said(3)).text).toMatch(/可以一起找总包公司/)
  expect(puppet.sent[2]).toMatchObject({ to: room.id, mentions: ['wxid_li'] })
  li.say('@法律助手\u2005满意', [me]).to(room)
  await closedWithOneEntry(village)
  expect(puppet.sent.filter(({ text }) => text.includes(answer))).toHaveLength(1)
})

test('over the Official Account: the answer to the call in time, an adviser’s by a customer-service message', async () => {
  const server = await startWechatServer()
  closing.push(server.stop)
  const { aesKey: _plain, ...papers } = account
  const accounts = officialAccounts({ port: 0, host: '127.0.0.1', wechat: { ...papers, apiRoot: server.url } })
  const village = await openVillage({ found, real: () => accounts.channels })
  closing.push(village.close)
  server.calls(accounts.url())

  await server.say({ Content: question, MsgId: '1' })
  expect(server.shown[0]).toMatchObject({ to: 'oLi', road: 'passive', text: expect.stringMatching(/编号 #1001/) as string })
  await village.adviser('接 #1001')
  await village.adviser(`#1001 ${answer}`)
  await vi.waitFor(() => expect(server.shown.filter(({ road, to }) => road === 'service' && to === 'oLi').map(({ text }) => text)).toEqual([expect.stringMatching(/李明（律师）接手了/), expect.stringMatching(/可以一起找总包公司[\s\S]*—— 李明/)]), { timeout: 20_000 })
  await server.say({ Content: '满意', MsgId: '2' })
  await closedWithOneEntry(village)
  expect(server.shown.filter(({ text }) => text.includes(answer))).toHaveLength(1)
})

/** Reads a conversation's events as a browser would. */
function events(url: string): { messages: Outbound[]; stop(): void } {
  const stopping = new AbortController()
  const messages: Outbound[] = []
  void (async () => {
    const response = await fetch(url, { signal: stopping.signal })
    let text = ''
    for await (const chunk of response.body!) {
      text += new TextDecoder().decode(chunk as Uint8Array)
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const data = /^data: ?(.*)$/m.exec(text.slice(0, end))?.[1]
        text = text.slice(end + 2)
        if (data) messages.push(JSON.parse(data) as Outbound)
      }
    }
  })().catch(() => {})
  return { messages, stop: () => stopping.abort() }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
