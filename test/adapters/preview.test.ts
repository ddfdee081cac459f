import { afterEach, describe, expect, test, vi } from 'vitest'
import { telegramChannel } from '../../adapters/telegram.ts'
import { wecomChannel } from '../../adapters/wecom.ts'
import type { Channel, Outbound, Unfinished, Vote } from '../../src/domain/message.ts'
import { startTelegramServer } from '../support/telegram-server.ts'
import { bot, startWecomServer } from '../support/wecom-server.ts'
import { deskOf } from './contract.ts'

const label = 'AI 生成（模型 scripted），仅供参考'
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A clock that moves when somebody waits; a long wait goes on until it is called off. */
function createClock() {
  let time = Date.parse('2026-11-22T08:00:00Z')
  const waits: number[] = []
  return {
    waits, now: () => new Date(time),
    async wait(ms: number, signal: AbortSignal) {
      if (signal.aborted) return
      waits.push(ms)
      if (ms > 10_000) return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      await new Promise((resolve) => setTimeout(resolve, 15))
      time += ms
    },
  }
}

describe('Telegram', () => {
  const words = (text: string): Unfinished => ({ id: 'telegram:1000:7:0', to: { channel: 'telegram', conversation: '1000' }, replyTo: '1000:7', text, label })
  const final: Outbound = { id: 'telegram:1000:7:0', to: { channel: 'telegram', conversation: '1000' }, replyTo: '1000:7', text: '先投诉。再仲裁。', sheet: { by: 'assistant', kind: 'answer', conclusion: '先投诉。再仲裁。', label } }

  async function open() {
    const server = await startTelegramServer()
    const clock = createClock()
    const channel = telegramChannel({ token: server.token, apiRoot: server.url, now: clock.now, wait: clock.wait })
    closing.push(server.stop, channel.stop)
    await channel.start(deskOf())
    const edits = () => server.calls.filter(({ method }) => method === 'editMessageText')
    return { server, channel, clock, edits }
  }

  async function begin(server: Awaited<ReturnType<typeof open>>['server'], channel: Channel, text = '先投诉。'): Promise<void> {
    channel.update?.(words(text))
    await vi.waitFor(() => expect(server.sent).toHaveLength(1))
    await new Promise((resolve) => setTimeout(resolve, 30))
  }

  test('words come as they are written, and the answer takes their place with its buttons', async () => {
    const { server, channel, edits } = await open()
    await begin(server, channel)
    expect(server.sent[0]).toMatchObject({ text: `先投诉。……\n（还没写完。${label}）`, payload: { reply_parameters: { message_id: 7 } } })
    channel.update?.(words('先投诉。再仲裁。'))
    await vi.waitFor(() => expect(server.sent[0]?.text).toBe(`先投诉。再仲裁。……\n（还没写完。${label}）`))
    await channel.send(final)
    expect(server.sent).toHaveLength(1)
    expect(server.sent[0]?.text).toBe(final.text)
    expect(JSON.stringify(server.sent[0]?.payload)).toContain('👍')
    expect(edits()).toHaveLength(2)
  })

  test('of words that come fast only the newest are shown, with a second between', async () => {
    const { server, channel, clock, edits } = await open()
    for (const text of ['一。', '一。二。', '一。二。三。', '一。二。三。四。']) channel.update?.(words(text))
    await vi.waitFor(() => expect(server.sent[0]?.text).toContain('四。'))
    channel.update?.(words('一。二。三。四。五。'))
    await vi.waitFor(() => expect(server.sent[0]?.text).toContain('五。'))
    expect(edits().length).toBeLessThanOrEqual(2)
    expect(clock.waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(edits().length * 1000)
  })

  test('a 429 is waited out before anything else is written in that chat', async () => {
    const { server, channel, clock } = await open()
    await begin(server, channel)
    server.refuse('editMessageText', { code: 429, retryAfter: 30 })
    channel.update?.(words('先投诉。再'))
    await vi.waitFor(() => expect(clock.waits.at(-1)).toBe(30_000))
    await expect(channel.send(final)).rejects.toMatchObject({ retry: true, waitMs: expect.toSatisfy((ms: number) => ms > 20_000) as number })
    expect(server.calls.at(-1)).toMatchObject({ answer: 429 })
  })

  test('an answer that was put in place and never confirmed is not sent twice', async () => {
    const { server, channel } = await open()
    await begin(server, channel)
    server.refuse('editMessageText', { code: 500 })
    await expect(channel.send(final)).rejects.toMatchObject({ retry: true })
    // What Telegram did take, though it said 500.
    const put = server.sent[0]!
    await fetch(`${server.url}/bot${server.token}/editMessageText`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ chat_id: '1000', message_id: put.messageId, text: final.text, reply_markup: { inline_keyboard: [[{ text: '👍', callback_data: `+${final.id}` }, { text: '👎', callback_data: `-${final.id}` }]] } }) })
    await channel.send(final)
    expect(server.calls.filter(({ method }) => method === 'editMessageText').at(-1)?.answer).toBe(400)
    expect(server.sent.map(({ text }) => text)).toEqual([final.text])
  })

  test('where the resident deleted the first words, the answer is sent anew', async () => {
    const { server, channel } = await open()
    await begin(server, channel)
    server.refuse('editMessageText', { code: 400, description: 'Bad Request: message to edit not found' })
    await channel.send(final)
    expect(server.sent.map(({ text }) => text)).toEqual([expect.stringContaining('还没写完'), final.text])
  })

  test('a preview that Telegram refuses costs nothing', async () => {
    const { server, channel } = await open()
    server.refuse('sendMessage', { code: 400, description: 'Bad Request: whatever' })
    channel.update?.(words('先投诉。'))
    await vi.waitFor(() => expect(server.calls.some(({ answer }) => answer === 400)).toBe(true))
    await channel.send(final)
    expect(server.sent.map(({ text }) => text)).toEqual([final.text])
  })
})

describe('WeCom', () => {
  const words = (text: string): Unfinished => ({ id: 'wecom:m1:0', to: { channel: 'wecom', conversation: 'wangfang' }, replyTo: 'm1', text, label })
  const final: Outbound = { id: 'wecom:m1:0', to: { channel: 'wecom', conversation: 'wangfang' }, replyTo: 'm1', text: '先投诉。再仲裁。' }

  async function open(votes: Vote[] = []) {
    const server = await startWecomServer()
    const got: string[] = []
    const channel = wecomChannel({ bot: { ...bot, wsUrl: server.wsUrl }, reconnectMs: 20 })
    closing.push(server.stop, channel.stop)
    await channel.start(deskOf({ receive: async ({ id }) => void got.push(id), vote: async (vote) => void votes.push(vote) }))
    server.say({ text: '拖欠工资怎么办', msgid: 'm1' })
    await vi.waitFor(() => expect(got).toEqual(['m1']))
    return { server, channel }
  }

  test('words and answer are one stream, and a vote under it finds the answer', async () => {
    const votes: Vote[] = []
    const { server, channel } = await open(votes)
    channel.update?.(words('先投诉。'))
    await vi.waitFor(() => expect(server.sent).toHaveLength(1))
    await channel.send(final)
    expect(server.sent.map(({ text, finish, feedback }) => ({ text, finish, feedback }))).toEqual([
      { text: `先投诉。……\n（还没写完。${label}）`, finish: false, feedback: 'wecom:m1:0' }, { text: final.text, finish: true, feedback: undefined },
    ])
    expect(new Set(server.sent.map(({ stream }) => stream)).size).toBe(1)
    server.event({ eventtype: 'feedback_event', feedback_event: { id: 'wecom:m1:0', type: 1 } })
    await vi.waitFor(() => expect(votes).toMatchObject([{ message: 'wecom:m1:0', up: true }]))
  })

  test('without a preview the answer itself names the vote', async () => {
    const { server, channel } = await open()
    await channel.send(final)
    expect(server.sent).toMatchObject([{ text: final.text, finish: true, feedback: 'wecom:m1:0' }])
  })

  test('where the connection broke meanwhile, the answer is sent once by ourselves', async () => {
    const { server, channel } = await open()
    channel.update?.(words('先投诉。'))
    await vi.waitFor(() => expect(server.sent).toHaveLength(1))
    server.drop()
    await vi.waitFor(() => expect(server.signIns()).toBe(2))
    channel.update?.(words('先投诉。再'))
    await channel.send(final)
    expect(server.sent.slice(1).map(({ road, text }) => [road, text])).toEqual([['send', final.text]])
  })

  test('a preview that WeCom refuses costs nothing', async () => {
    const { server, channel } = await open()
    server.refuse({ errcode: 40058, errmsg: 'no' })
    channel.update?.(words('先投诉。'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    await channel.send(final)
    expect(server.sent.map(({ text }) => text)).toEqual([final.text])
  })
})
