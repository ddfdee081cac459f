import { afterEach, describe, expect, test, vi } from 'vitest'
import { telegramChannel, type TelegramOptions } from '../../adapters/telegram.ts'
import { toKeyboard } from '../../adapters/telegram/buttons.ts'
import { readUpdate, toInbound } from '../../adapters/telegram/update.ts'
import type { Desk, Inbound, Outbound, Sheet, Vote } from '../../src/domain/message.ts'
import { me as bot, startTelegramServer, type TelegramServer } from '../support/telegram-server.ts'
import { behavesLikeAChannel, deskOf, type Platform } from './contract.ts'

const me = bot as Parameters<typeof toInbound>[1]
const quick = { wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 20))) }
const to = { channel: 'telegram', conversation: '1000' } as const
const sheet: Sheet = { by: 'assistant', kind: 'answer', conclusion: '好', label: 'AI' }

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function openServer(): Promise<TelegramServer> {
  const server = await startTelegramServer()
  closing.push(server.stop)
  return server
}

async function start(server: TelegramServer, desk: Partial<Desk> = {}, options: Partial<TelegramOptions> = {}) {
  const channel = telegramChannel({ token: server.token, apiRoot: server.url, ...quick, ...options })
  closing.push(channel.stop)
  await channel.start(deskOf(desk))
  return channel
}

async function freePort(): Promise<number> {
  const server = await startTelegramServer()
  await server.stop()
  return Number(new URL(server.url).port)
}

const ways: [string, () => Promise<Partial<TelegramOptions>>][] = [
  ['long polling', async () => ({})],
  ['a webhook', async () => {
    const port = await freePort()
    return { webhook: { url: `http://127.0.0.1:${port}/telegram`, port, host: '127.0.0.1' } }
  }],
]

describe.each(ways)('by %s', (_, settings) => {
  behavesLikeAChannel(async (): Promise<Platform> => {
    const server = await startTelegramServer()
    const ids = new Map<string, number>()
    return {
      channel: telegramChannel({ token: server.token, apiRoot: server.url, ...quick, ...(await settings()) }),
      async push(text, id) {
        ids.set(id, ids.get(id) ?? 500 + ids.size)
        server.say({ text, messageId: ids.get(id)! })
        await new Promise((resolve) => setTimeout(resolve, 30))
      },
      refuseNext: (how) => server.refuse('sendMessage', how === 'for good' ? { code: 403, description: 'Forbidden: bot was blocked by the user' } : { code: 500 }),
      sent: () => server.sent.map(({ text }) => text),
      conversation: '1000',
      close: server.stop,
    }
  })

  test('keeps the order of what was said', async () => {
    const server = await openServer()
    const got: string[] = []
    await start(server, { receive: async ({ text }) => void got.push(text) }, await settings())
    const said = Array.from({ length: 40 }, (_, index) => `第${index}句`)
    for (const text of said) server.say({ text })
    await vi.waitFor(() => expect(got).toEqual(said))
  })

  test('takes up at the next start what came while it was away', async () => {
    const server = await openServer()
    const got: string[] = []
    const receive = async ({ text }: Inbound) => void got.push(text)
    const first = await start(server, { receive }, await settings())
    server.say({ text: '一' })
    await vi.waitFor(() => expect(got).toEqual(['一']))
    await first.stop()
    server.say({ text: '二' })
    await start(server, { receive }, await settings())
    await vi.waitFor(() => expect(got).toEqual(['一', '二']))
    await vi.waitFor(() => expect(server.pending()).toEqual([]))
  })
})

describe('nothing is lost', () => {
  test('an update is confirmed only once it was noted, even when we stop meanwhile', async () => {
    const server = await openServer()
    let note: (() => void) | undefined
    const receive = () => new Promise<void>((resolve) => void (note = resolve))
    const channel = await start(server, { receive })
    server.say({ text: '厂里欠薪' })
    await vi.waitFor(() => expect(note).toBeDefined())
    const stopped = channel.stop()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(server.pending()).toHaveLength(1)
    note?.()
    await stopped
    expect(server.pending()).toHaveLength(0)
  })

  test('an update that could not be noted stays with Telegram and holds back those after it', async () => {
    const server = await openServer()
    const got: string[] = []
    let broken = true
    await start(server, {
      receive: async ({ text }) => {
        if (broken) throw new Error('disk full')
        got.push(text)
      },
    })
    server.say({ text: '一' })
    server.say({ text: '二' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(server.pending()).toHaveLength(2)
    broken = false
    await vi.waitFor(() => expect(got).toEqual(['一', '二']))
  })

  test('one that cannot be read, and a vote that cannot be noted, hold up nobody', async () => {
    const server = await openServer()
    const got: string[] = []
    const reports: string[] = []
    const vote = () => Promise.reject(new Error('no such message'))
    const channel = await start(server, { receive: async ({ text }) => void got.push(text), vote }, { report: (problem) => void reports.push(problem) })
    await channel.send({ id: 'o', to, text: '好', sheet })
    server.press(server.sent[0]!, '👍', { id: 1000 })
    server.push({ message: { text: '没有来处的话' } as never })
    server.say({ text: '在吗' })
    await vi.waitFor(() => expect(got).toEqual(['在吗']))
    expect(reports).toEqual([expect.stringContaining('一票'), expect.stringContaining('看不懂')])
  })

  test('getUpdates answered 500, 429 and cut off in between costs nothing', async () => {
    const server = await openServer()
    server.refuse('getMe', { code: 500 })
    server.refuse('deleteWebhook', { code: 502 })
    server.refuse('getUpdates', { code: 500 }, { code: 429, retryAfter: 1 }, { code: 502 })
    const got: string[] = []
    await start(server, { receive: async ({ text }) => void got.push(text) })
    server.say({ text: '一' })
    await vi.waitFor(() => expect(got).toEqual(['一']))
  })

  test('a webhook without the secret, or not an update, is turned away', async () => {
    const server = await openServer()
    const port = await freePort()
    const got: Inbound[] = []
    const url = `http://127.0.0.1:${port}/telegram`
    await start(server, { receive: async (message) => void got.push(message) }, { webhook: { url, port, host: '127.0.0.1', secret: 'geheim' } })
    const post = async (at: string, secret: string, body: string, method = 'POST') =>
      (await fetch(at, { method, headers: { 'x-telegram-bot-api-secret-token': secret }, ...(method === 'POST' ? { body } : {}) })).status
    expect(await post(url, 'geraten', '{"update_id":1}')).toBe(401)
    expect(await post(url, 'geheim', '{"update_id":1}')).toBe(200)
    expect(await post(url, 'geheim', 'kein JSON')).toBe(400)
    expect(await post(url, 'geheim', `"${'x'.repeat(2 << 20)}"`).catch(() => 413)).toBe(413)
    expect(await post(`${url}/x`, 'geheim', '{}')).toBe(404)
    expect(await post(url, 'geheim', '', 'GET')).toBe(405)
    expect(got).toEqual([])
  })
})

describe('when Telegram refuses', () => {
  test.each([
    ['429 with its waiting time', { code: 429, retryAfter: 7 }, { retry: true, waitMs: 7000 }],
    ['500', { code: 500 }, { retry: true, waitMs: undefined }],
    ['a call that gets no answer', 'hang', { retry: true }],
    ['403, the bot was blocked', { code: 403 }, { retry: false }],
    ['400, the chat is gone', { code: 400, description: 'Bad Request: chat not found' }, { retry: false }],
  ] as const)('%s', async (_, trouble, expected) => {
    const server = await openServer()
    const channel = await start(server, {}, { callSeconds: 0.3 })
    server.refuse('sendMessage', trouble)
    await expect(channel.send({ id: 'o', to, text: '好' })).rejects.toMatchObject({ code: 'delivery-failed', ...expected })
  })

  test('a server that is not there is worth another try', async () => {
    const server = await openServer()
    const channel = await start(server)
    await server.stop()
    await expect(channel.send({ id: 'o', to, text: '好' })).rejects.toMatchObject({ retry: true })
  })

  test('a dead token fails the start, with what to do', async () => {
    const server = await openServer()
    server.revoke()
    await expect(start(server)).rejects.toMatchObject({ code: 'channel-lost', message: expect.stringContaining('@BotFather') as string })
  })

  test('a token revoked later is told to the desk, and the message is kept', async () => {
    const server = await openServer()
    const lost = vi.fn()
    const channel = await start(server, { lost })
    server.revoke()
    await expect(channel.send({ id: 'o', to, text: '好' })).rejects.toMatchObject({ retry: true })
    await vi.waitFor(() => expect(lost).toHaveBeenCalledOnce())
    expect(String(lost.mock.calls[0]![0])).toContain('TELEGRAM_BOT_TOKEN')
  })

  test('a second program with our token is told to the desk', async () => {
    const server = await openServer()
    const lost = vi.fn()
    await start(server, { lost })
    await vi.waitFor(() => expect(server.calls.some(({ method }) => method === 'getUpdates')).toBe(true))
    await fetch(`${server.url}/bot${server.token}/getUpdates`, { method: 'POST', body: '{"timeout":0}' })
    await vi.waitFor(() => expect(lost).toHaveBeenCalledOnce())
    expect(String(lost.mock.calls[0]![0])).toContain('另一个程序')
  })

  test('a Telegram that is down does not keep us from starting, and is taken up when it comes back', async () => {
    const port = await freePort()
    const got: string[] = []
    const reports: string[] = []
    const channel = telegramChannel({ token: '4242:test-token', apiRoot: `http://127.0.0.1:${port}`, ...quick, report: (problem) => void reports.push(problem) })
    closing.push(channel.stop)
    await channel.start(deskOf({ receive: async ({ text }) => void got.push(text) }))
    const server = await startTelegramServer({ port })
    closing.unshift(server.stop)
    server.say({ text: '在吗' })
    await vi.waitFor(() => expect(got).toEqual(['在吗']))
    expect(reports[0]).toContain('连不上 Telegram')
    expect(reports.join()).not.toContain('test-token')
  })

  test('a group that became a supergroup is followed', async () => {
    const server = await openServer()
    const channel = await start(server)
    server.refuse('sendMessage', { code: 400, description: 'Bad Request: group chat was upgraded to a supergroup chat', migrateTo: -100777 })
    await channel.send({ id: 'o', to: { channel: 'telegram', conversation: '-55' }, text: '好' })
    expect(server.sent.map(({ chat }) => chat)).toEqual(['-100777'])
  })
})

describe('what a resident sees', () => {
  test('a reply hangs on the question, names the asker in a group, and carries buttons on its last piece', async () => {
    const server = await openServer()
    const channel = await start(server)
    const text = `${'一'.repeat(3000)}\n\n${'二'.repeat(3000)}`
    const group = { channel: 'telegram', conversation: '-100/7' } as const
    await channel.send({ id: 'o', to: group, text, replyTo: '-100:12', mention: { id: '33', name: '李婶' }, sheet, actions: [{ label: '转人工', send: '转人工' }] })
    const [first, last] = server.sent.map(({ payload }) => payload)
    expect(first).toMatchObject({ message_thread_id: 7, reply_parameters: { message_id: 12 }, entities: [{ type: 'text_mention', offset: 0, length: 3, user: { id: 33 } }] })
    expect(server.sent[0]!.text).toMatch(/^@李婶 一/)
    expect(first).not.toHaveProperty('reply_markup')
    expect(last).toMatchObject({ reply_markup: { inline_keyboard: [[{ text: '转人工' }], [{ text: '👍' }, { text: '👎' }]] } })
  })

  test('does not quote a message of another chat', async () => {
    const server = await openServer()
    const channel = await start(server)
    await channel.send({ id: 'o', to, text: '好', replyTo: '-100:12' })
    expect(server.sent[0]!.payload).not.toHaveProperty('reply_parameters')
  })

  test('a pressed button says what it stands for, and a press is answered', async () => {
    const server = await openServer()
    const got: Inbound[] = []
    const votes: Vote[] = []
    const channel = await start(server, { receive: async (message) => void got.push(message), vote: async (vote) => void votes.push(vote) })
    await channel.send({ id: 'telegram:1000:5:0', to, text: '好', sheet, actions: [{ label: '详细步骤', send: '详细' }] })
    server.press(server.sent[0]!, '详细步骤', { id: 1000, first_name: '李婶' })
    server.press(server.sent[0]!, '👎', { id: 1000 })
    await vi.waitFor(() => expect(votes).toEqual([{ message: 'telegram:1000:5:0', from: to, sender: '1000', up: false }]))
    expect(got).toMatchObject([{ text: '详细', addressed: true, place: 'direct', sender: '1000', senderName: '李婶', from: to }])
    await vi.waitFor(() => expect(server.calls.filter(({ method, answer }) => method === 'answerCallbackQuery' && answer === 'ok')).toHaveLength(2))
  })

  test('a text too long for a button is copied instead, and too long an id goes without votes', () => {
    const outbound: Outbound = { id: 'x'.repeat(80), to, text: '好', sheet, actions: [{ label: '短', send: '短' }, { label: '长', send: '很长的话'.repeat(10) }, { label: '太长', send: '长'.repeat(300) }] }
    expect(toKeyboard(outbound)).toEqual({ inline_keyboard: [[{ text: '短', callback_data: '>短' }, { text: '长', copy_text: { text: '很长的话'.repeat(10) } }]] })
  })
})

describe('what a message means', () => {
  const base = { message_id: 7, date: 1_800_000_000, chat: { id: -100, type: 'supergroup', title: '幸福村' }, from: { id: 5, is_bot: false, first_name: '李', last_name: '婶' } }
  const read = (over: Record<string, unknown>) => toInbound({ ...base, ...over } as unknown as Parameters<typeof toInbound>[0], me)
  const mention = (text: string) => [{ type: 'mention', offset: text.indexOf('@'), length: '@village_counsel_bot'.length }]

  test.each([
    ['a word among neighbours is not for us', { text: '今天赶集吗' }, { text: '今天赶集吗', addressed: false, place: 'group', senderName: '李 婶', sender: '5', id: '-100:7' }],
    ['a mention is taken out', { text: '@Village_Counsel_Bot 工资不发', entities: mention('@village_counsel_bot') }, { text: '工资不发', addressed: true }],
    ['in the middle too', { text: '请问 @village_counsel_bot 工资不发', entities: mention('请问 @village_counsel_bot') }, { text: '请问 工资不发', addressed: true }],
    ['a mention by id', { text: '法律助手 工资不发', entities: [{ type: 'text_mention', offset: 0, length: 4, user: bot }] }, { text: '工资不发', addressed: true }],
    ['our name typed by hand', { text: '@法律助手工资不发' }, { text: '工资不发', addressed: true }],
    ['a command for us keeps its name', { text: '/help@village_counsel_bot', entities: [{ type: 'bot_command', offset: 0, length: 25 }] }, { text: '/help', addressed: true }],
    ['another bot of a similar name is not us', { text: '@village_counsel_bot2 工资', entities: [{ type: 'mention', offset: 0, length: 21 }] }, { text: '@village_counsel_bot2 工资', addressed: false }],
    ['an answer to us', { text: '没签合同', reply_to_message: { from: bot, text: '签合同了吗 #1042' }, quote: { text: '签' } }, { addressed: true, quote: '签合同了吗 #1042' }],
    ['an answer to a neighbour', { text: '是的', reply_to_message: { from: { id: 6 }, text: '赶集吗' } }, { addressed: false, quote: '赶集吗' }],
    ['a topic is a place of its own, and its first post is not quoted', { text: '好', is_topic_message: true, message_thread_id: 3, reply_to_message: { from: bot, forum_topic_created: {} } }, { addressed: false, from: { channel: 'telegram', conversation: '-100/3' } }],
    ['a picture keeps its words', { photo: [], caption: '这合同行吗' }, { text: '这合同行吗', attachment: '图片' }],
    ['a voice message', { voice: {} }, { text: '', attachment: '语音' }],
    ['another bot', { text: '抽奖', from: { id: 9, is_bot: true, first_name: '抽奖机器人' } }, { fromBot: true }],
    ['an anonymous admin is a person', { text: '通知', from: { id: 1087968824, is_bot: true, first_name: 'Group' }, sender_chat: { id: -100, title: '幸福村' } }, { sender: '-100', senderName: '幸福村' }],
  ])('%s', (_, message, expected) => {
    expect(read(message)).toMatchObject(expected)
  })

  test.each([['a join', { new_chat_members: [bot] }], ['our own words', { text: '好', from: bot }]])('%s is nobody’s message', (_, message) => {
    expect(read(message)).toBeUndefined()
  })

  test('an update of a kind we do not know is nothing', () => {
    expect(readUpdate({ update_id: 1 }, me, new Date())).toEqual({ kind: 'nothing' })
  })
})
