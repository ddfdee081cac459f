import { afterEach, describe, expect, test, vi } from 'vitest'
import { webhookConversation, wecomChannel, type WecomOptions } from '../../adapters/wecom.ts'
import { toInbound } from '../../adapters/wecom/said.ts'
import { readConfig } from '../../src/config.ts'
import type { Desk, Inbound, Outbound, Vote } from '../../src/domain/message.ts'
import { bot, startWecomServer, type WecomServer } from '../support/wecom-server.ts'
import { behavesLikeAChannel, deskOf, type Platform } from './contract.ts'

const now = new Date('2026-11-22T08:00:00Z')
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function open(desk: Partial<Desk> = {}, options: Partial<WecomOptions> = {}) {
  const server = await startWecomServer()
  const channel = wecomChannel({ bot: { ...bot, wsUrl: server.wsUrl }, reconnectMs: 20, ...options })
  closing.push(server.stop, channel.stop)
  await channel.start(deskOf(desk))
  return { server, channel }
}

const outbound = (over: Partial<Outbound> = {}): Outbound => ({ id: 'wecom:m1:0', to: { channel: 'wecom', conversation: 'wrAdvisers' }, text: '好', ...over })
const texts = (server: WecomServer) => server.sent.map(({ text }) => text)

behavesLikeAChannel(async (): Promise<Platform> => {
  const server = await startWecomServer()
  return {
    channel: wecomChannel({ bot: { ...bot, wsUrl: server.wsUrl }, reconnectMs: 20 }),
    push: async (text, msgid) => server.say({ text, msgid }),
    refuseNext: (how) => server.refuse(how === 'for now' ? { errcode: 45009, errmsg: 'too fast' } : { errcode: 93006, errmsg: 'invalid chatid' }),
    sent: () => texts(server),
    conversation: 'wangfang',
    close: server.stop,
  }
})

describe('the connection', () => {
  test('a secret that WeCom does not know fails the start, and says what to do', async () => {
    const server = await startWecomServer()
    closing.push(server.stop)
    const channel = wecomChannel({ bot: { ...bot, secret: 'wrong', wsUrl: server.wsUrl } })
    await expect(channel.start(deskOf())).rejects.toThrow('WECOM_BOT_SECRET')
    await channel.stop()
  })

  test('a WeCom that cannot be reached does not: we go on trying', async () => {
    const first = await startWecomServer()
    const reports: string[] = []
    const wsUrl = first.wsUrl
    await first.stop()
    const channel = wecomChannel({ bot: { ...bot, wsUrl }, reconnectMs: 20, firstTryMs: 50, report: (problem) => void reports.push(problem) })
    closing.push(channel.stop)
    await channel.start(deskOf())
    await expect(channel.send(outbound())).rejects.toMatchObject({ retry: true })
    expect(reports.join()).toContain('启动后接着试')
  })

  test('one that is busy when we sign in is tried again', async () => {
    const server = await startWecomServer()
    server.refuseSignIn({ errcode: 45009, errmsg: 'too fast' })
    setTimeout(() => server.refuseSignIn(undefined), 30)
    const channel = wecomChannel({ bot: { ...bot, wsUrl: server.wsUrl }, reconnectMs: 20 })
    closing.push(server.stop, channel.stop)
    await channel.start(deskOf())
    await channel.send(outbound())
    expect(texts(server)).toEqual(['好'])
  })

  test('one that breaks is made again, and both ways work afterwards', async () => {
    const got: Inbound[] = []
    const { server, channel } = await open({ receive: async (message) => void got.push(message) })
    server.drop()
    await vi.waitFor(() => expect(server.signIns()).toBe(2))
    server.say({ text: '还在吗' })
    await vi.waitFor(() => expect(got.map(({ text }) => text)).toEqual(['还在吗']))
    await channel.send(outbound())
    expect(texts(server)).toEqual(['好'])
  })

  test('another program with the same bot puts us out, and we say so', async () => {
    const lost: string[] = []
    const { server } = await open({ lost: (cause) => void lost.push(String(cause)) })
    const other = wecomChannel({ bot: { ...bot, wsUrl: server.wsUrl } })
    closing.push(other.stop)
    await other.start(deskOf())
    await vi.waitFor(() => expect(lost).toEqual([expect.stringContaining('WECOM_BOT_ID')]))
  })

  test('what could not be noted is kept and keeps its place', async () => {
    const got: string[] = []
    let broken = true
    const { server } = await open({
      receive: async ({ text }) => {
        if (broken) throw new Error('disk full')
        got.push(text)
      },
    })
    for (const text of ['一', '二', '三']) server.say({ text, msgid: text })
    setTimeout(() => (broken = false), 50)
    await vi.waitFor(() => expect(got).toEqual(['一', '二', '三']), { timeout: 5000 })
  })
})

describe('an answer', () => {
  async function asked(over: Record<string, unknown> = {}) {
    const got: Inbound[] = []
    const votes: Vote[] = []
    const opened = await open({ receive: async (message) => void got.push(message), vote: async (vote) => void votes.push(vote) })
    opened.server.say({ text: '@法律助手 草稿 借条怎么写', chatid: 'wrAdvisers', msgid: 'm1', ...over })
    await vi.waitFor(() => expect(got).toHaveLength(1))
    return { ...opened, question: got[0]!, votes }
  }

  test('goes straight back to the message, once and whole, with a vote under it', async () => {
    const { server, channel, question, votes } = await asked()
    await channel.send(outbound({ replyTo: question.id, mention: { id: 'wangfang', name: 'wangfang' } }))
    expect(server.sent).toMatchObject([{ road: 'reply', to: 'wrAdvisers', text: '@wangfang 好', feedback: 'wecom:m1:0', stream: 'wecom-m1-0' }])
    const vote = (type: number) => server.event({ eventtype: 'feedback_event', feedback_event: { id: 'wecom:m1:0', type, content: '' } }, { chatid: 'wrAdvisers', chattype: 'group' })
    for (const type of [1, 3, 2]) vote(type)
    const given = { message: 'wecom:m1:0', from: { channel: 'wecom', conversation: 'wrAdvisers' }, sender: 'wangfang' }
    await vi.waitFor(() => expect(votes).toEqual([{ ...given, up: true }, { ...given, up: false }]))
  })

  test('an answer that cannot carry WeCom’s vote says how to vote in words; other messages do not', async () => {
    const { server, channel, question } = await asked()
    const sheet = { by: 'assistant', kind: 'answer', conclusion: '好', label: 'AI' } as const
    await channel.send(outbound({ id: 'a', replyTo: question.id, sheet }))
    await channel.send(outbound({ id: 'b', replyTo: question.id, sheet }))
    await channel.send(outbound({ id: 'c', replyTo: question.id, sheet: { ...sheet, by: 'adviser' } }))
    expect(server.sent.map(({ road, text, feedback }) => [road, text, feedback])).toEqual([['reply', '好', 'a'], ['send', '好\n答得有用没用，回「有用」或「没用」告诉我。', undefined], ['send', '好', undefined]])
  })

  test('a second one, and one for somewhere else, go by themselves', async () => {
    const { server, channel, question } = await asked()
    await channel.send(outbound({ id: 'a', replyTo: question.id, to: { channel: 'wecom', conversation: 'lixia' } }))
    await channel.send(outbound({ id: 'b', replyTo: question.id }))
    await channel.send(outbound({ id: 'c', replyTo: question.id }))
    expect(server.sent.map(({ road, to }) => `${road} ${to}`)).toEqual(['send lixia', 'reply wrAdvisers', 'send wrAdvisers'])
  })

  test('to a call that WeCom has forgotten, or that died with the connection, goes by itself', async () => {
    const { server, channel, question } = await asked()
    server.refuse({ errcode: 846608, errmsg: 'stream message update expired' })
    await channel.send(outbound({ replyTo: question.id }))
    server.say({ text: '再问', msgid: 'm2' })
    await new Promise((resolve) => setTimeout(resolve, 30))
    server.drop()
    await vi.waitFor(() => expect(server.signIns()).toBe(2))
    await channel.send(outbound({ id: 'o2', replyTo: 'm2', to: { channel: 'wecom', conversation: 'wangfang' } }))
    expect(server.sent.map(({ road, to }) => `${road} ${to}`)).toEqual(['send wrAdvisers', 'send wangfang'])
  })

  test('that the connection broke under is tried again later', async () => {
    const { server, channel, question } = await asked()
    server.refuse('hang-up')
    await expect(channel.send(outbound({ replyTo: question.id }))).rejects.toMatchObject({ code: 'delivery-failed', retry: true })
    await vi.waitFor(() => expect(server.signIns()).toBe(2))
    await channel.send(outbound({ replyTo: question.id }))
    expect(texts(server)).toEqual(['好'])
  })

  test.each([['too fast', 45009, { retry: true, waitMs: 60_000 }], ['not signed in just now', 846609, { retry: true }], ['no such conversation', 93006, { retry: false }]])('refused: %s', async (_, errcode, expected) => {
    const { server, channel } = await open()
    server.refuse({ errcode })
    await expect(channel.send(outbound())).rejects.toMatchObject(expected)
  })

  test('without a bot there is no road to a conversation', async () => {
    const channel = wecomChannel({ groupWebhook: 'http://127.0.0.1:1/' })
    await channel.start(deskOf())
    await expect(channel.send(outbound())).rejects.toMatchObject({ retry: false })
    await channel.stop()
  })
})

describe('what somebody says', () => {
  const said = (over: Record<string, unknown>, name: string | undefined = bot.name) =>
    toInbound({ msgid: 'm1', aibotid: bot.id, chattype: 'group', chatid: 'wrAdvisers', from: { userid: 'wangfang' }, create_time: 1795312800, msgtype: 'text', ...over }, name, now)

  test.each([
    ['in a group: addressed, without our name', { text: { content: '@法律助手 接 #1042' } }, { id: 'm1', text: '接 #1042', place: 'group', addressed: true, sender: 'wangfang', from: { channel: 'wecom', conversation: 'wrAdvisers' }, at: new Date(1795312800_000) }],
    ['one-to-one: untouched', { chattype: 'single', chatid: undefined, text: { content: ' @法律助手 在吗' } }, { text: ' @法律助手 在吗', place: 'direct', from: { channel: 'wecom', conversation: 'wangfang' } }],
    ['with somebody else named too', { text: { content: '转 #1042 @李明 @法律助手' } }, { text: '转 #1042 @李明' }],
    ['quoting a card', { text: { content: '@法律助手 可以去仲裁' }, quote: { msgtype: 'text', text: { content: '#1042 清溪村 劳动用工' } } }, { text: '可以去仲裁', quote: '#1042 清溪村 劳动用工' }],
    ['quoting a picture with words', { text: { content: '在这' }, quote: { msgtype: 'mixed', mixed: { msg_item: [{ msgtype: 'image' }, { msgtype: 'text', text: { content: '借条' } }] } } }, { quote: '借条' }],
    ['spoken, written down by WeCom', { msgtype: 'voice', voice: { content: '接 #1042' } }, { text: '接 #1042' }],
    ['spoken, not understood', { msgtype: 'voice', voice: { content: '' } }, { text: '', attachment: '语音' }],
    ['words with a picture', { msgtype: 'mixed', mixed: { msg_item: [{ msgtype: 'text', text: { content: '@法律助手 看看这个' } }, { msgtype: 'image', image: { url: 'u' } }] } }, { text: '看看这个', attachment: '图片' }],
    ['a file', { msgtype: 'file', file: { url: 'u' } }, { text: '', attachment: '文件' }], ['a video', { msgtype: 'video', video: { url: 'u' } }, { attachment: '视频' }],
  ])('%s', (_, over, expected) => {
    expect(said(over)).toMatchObject(expected)
  })

  test.each([['@小助 在吗', '在吗'], ['在吗 @小助', '在吗'], ['转 #1042 @李明', '转 #1042'], ['@小助', '']])('without a name, the mention at an end is ours: %s', (content, expected) => {
    expect(toInbound({ msgid: 'm1', aibotid: '', chattype: 'group', chatid: 'g', from: { userid: 'u' }, msgtype: 'text', text: { content } }, undefined, now)?.text).toBe(expected)
  })

  test('spoken or written alone it has no attachment, and an unknown kind is nothing said', () => {
    expect(said({ text: { content: '好' } })).not.toHaveProperty('attachment')
    expect(said({ msgtype: 'voice', voice: { content: '好' } })).not.toHaveProperty('attachment')
    expect(said({ msgtype: 'stream' })).toBeUndefined()
  })
})

describe('the group webhook', () => {
  const to = { channel: 'wecom', conversation: webhookConversation } as const

  async function openWebhook(options: Partial<WecomOptions> = {}) {
    const server = await startWecomServer()
    const channel = wecomChannel({ groupWebhook: server.webhookUrl, ...options })
    closing.push(server.stop, channel.stop)
    await channel.start(deskOf())
    return { server, channel }
  }

  test('writes plain text, cut to what WeCom takes, and loses nothing', async () => {
    const { server, channel } = await openWebhook()
    const text = Array.from({ length: 60 }, (_, line) => `第${line}条：用人单位应当按照约定和规定及时足额支付报酬。`).join('\n')
    server.refuse('hang-up')
    await expect(channel.send(outbound({ to, text }))).rejects.toMatchObject({ retry: true })
    await channel.send(outbound({ to, text, mention: { id: 'wangfang', name: '王芳' } }))
    expect(texts(server).length).toBeGreaterThan(1)
    expect(texts(server).join('\n')).toBe(text)
    expect(server.sent.map(({ mentioned }) => mentioned)).toEqual([['wangfang'], ...Array<undefined>(server.sent.length - 1).fill(undefined)])
  })

  test('never more than twenty in a minute, in order', async () => {
    let time = 0
    const waits: number[] = []
    const clock = {
      now: () => time,
      wait: async (ms: number) => {
        waits.push(ms)
        time += ms
      },
    }
    const { server, channel } = await openWebhook({ clock })
    await Promise.all(Array.from({ length: 45 }, (_, index) => channel.send(outbound({ id: `o${index}`, to, text: String(index) }))))
    expect(texts(server)).toEqual(Array.from({ length: 45 }, (_, index) => String(index)))
    expect(waits).toEqual([60_000, 60_000])
  })

  test('one that is waiting for its turn does not hold up the stop', async () => {
    const { channel } = await openWebhook()
    for (let index = 0; index < 20; index++) await channel.send(outbound({ id: `o${index}`, to }))
    const late = channel.send(outbound({ id: 'late', to }))
    late.catch(() => {})
    await channel.stop()
    await expect(late).rejects.toMatchObject({ retry: true })
  })

  test.each([['too fast', 45009, { retry: true, waitMs: 60_000 }], ['a key that is gone', 93000, { retry: true, waitMs: 600_000 }], ['a text it will not have', 40058, { retry: false }]])('refused: %s', async (_, errcode, expected) => {
    const { server, channel } = await openWebhook()
    server.refuse({ errcode })
    await expect(channel.send(outbound({ to }))).rejects.toMatchObject(expected)
  })
})

describe('the settings', () => {
  test('a bot needs its id and its secret; the webhook stands alone and its key is not shown', () => {
    expect(() => readConfig({ WECOM_BOT_ID: 'a' })).toThrow('还要写 WECOM_BOT_SECRET')
    expect(() => readConfig({ WECOM_WS_URL: 'ws://127.0.0.1:1' })).toThrow('还要写 WECOM_BOT_ID')
    expect(readConfig({ WECOM_GROUP_WEBHOOK: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1' })).toMatchObject({ WECOM_GROUP_WEBHOOK: expect.stringContaining('key=1') })
    expect(() => readConfig({ WECOM_GROUP_WEBHOOK: 'key=693a91f6' })).toThrow(/^(?![\s\S]*693a91f6)/)
  })
})
