import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { types } from 'wechaty'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { wechatyChannel, type WechatyChannelOptions } from '../../adapters/wechaty.ts'
import { typingMs } from '../../adapters/wechaty/pace.ts'
import { toInbound, type Said } from '../../adapters/wechaty/said.ts'
import type { Desk, Inbound, Outbound } from '../../src/domain/message.ts'
import { openVillage } from '../support/wechat.ts'
import { behavesLikeAChannel, deskOf, type Platform } from './contract.ts'

const home = process.env.HOME
let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'wechaty-'))
  process.env.HOME = dir
})
afterAll(async () => {
  process.env.HOME = home
  await rm(dir, { recursive: true, force: true })
})

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Time passes at once, and is written down. */
function still() {
  const waits: number[] = []
  return { waits, clock: { wait: async (ms: number) => void waits.push(ms), random: () => 0.5 } }
}

async function start(desk: Partial<Desk> = {}, options: Partial<WechatyChannelOptions> = {}, village = openVillage()) {
  const { clock, waits } = still()
  const channel = wechatyChannel({ puppet: village.puppet, clock, show: () => {}, ...options })
  closing.push(channel.stop)
  await channel.start(deskOf(desk))
  return { ...village, channel, waits }
}

const friend = { channel: 'wechat', conversation: 'friend:wxid_li' } as const
const group = { channel: 'wechat', conversation: 'room:123@chatroom' } as const
const outbound = (over: Partial<Outbound> = {}): Outbound => ({ id: 'o1', to: friend, text: '好', ...over })

behavesLikeAChannel(async (): Promise<Platform> => {
  const { puppet, say } = openVillage()
  return {
    channel: wechatyChannel({ puppet, clock: still().clock, show: () => {} }),
    push: async (text, id) => {
      say({ text, id })
      await new Promise((resolve) => setTimeout(resolve, 20))
    },
    refuseNext(how) {
      puppet.refusals = 1
      if (how === 'for good') vi.spyOn(puppet, 'contactList').mockResolvedValueOnce([])
    },
    sent: () => puppet.sent.map(({ text }) => text),
    conversation: 'friend:wxid_li',
    close: async () => {},
  }
})

describe('over a real Wechaty', () => {
  test('a mention by id in a group is for us, and gone from the text', async () => {
    const got: Inbound[] = []
    const { li, me, room } = await start({ receive: async (message) => void got.push(message) })
    li.say('@法律助手\u2005工资不发咋办', [me]).to(room)
    await vi.waitFor(() => expect(got).toHaveLength(1))
    expect(got[0]).toMatchObject({ from: group, sender: 'wxid_li', senderName: '李婶', text: '工资不发咋办', place: 'group', addressed: true })
  })

  test('a mention by name alone will do, and chatter stays chatter', async () => {
    const got: Inbound[] = []
    const { li, room } = await start({ receive: async (message) => void got.push(message) })
    li.say('今天赶集吗').to(room)
    li.say('@法律助手 工资不发咋办').to(room)
    await vi.waitFor(() => expect(got).toHaveLength(2))
    expect(got.map(({ text, addressed }) => [text, addressed])).toEqual([['今天赶集吗', false], ['工资不发咋办', true]])
  })

  test('pictures and files are named, not read; our own words and recalls are not handed over', async () => {
    const got: Inbound[] = []
    const { say, me, li } = await start({ receive: async (message) => void got.push(message) })
    say({ type: types.Message.Image, text: '<msg><img/></msg>' })
    say({ type: types.Message.Attachment, text: '<appmsg/>' })
    say({ type: types.Message.Audio })
    say({ type: types.Message.Recalled, text: 'm1' })
    me.say('我是助手').to(li)
    say({ text: '完了' })
    await vi.waitFor(() => expect(got.at(-1)?.text).toBe('完了'))
    expect(got.map(({ attachment, text }) => [attachment, text])).toEqual([['图片', ''], ['文件', ''], ['语音', ''], [undefined, '完了']])
  })

  test('keeps order, and what could not be noted is tried until it is', async () => {
    const got: string[] = []
    const reports: string[] = []
    let failures = 3
    const { say, waits } = await start(
      {
        receive: async ({ text }) => {
          if (text === '二' && failures-- > 0) throw new Error('disk full')
          got.push(text)
        },
      },
      { report: (problem) => void reports.push(problem) },
    )
    for (const text of ['一', '二', '三']) say({ text })
    await vi.waitFor(() => expect(got).toEqual(['一', '二', '三']))
    expect(waits).toEqual([1000, 2000, 4000])
    expect(reports.filter((line) => line.includes('没记下'))).toHaveLength(3)
  })

  test('names whom a reply in a group is for, by id and in the text', async () => {
    const { channel, puppet } = await start()
    await channel.send(outbound({ to: group, mention: { id: 'wxid_li', name: '李婶' }, text: '一般要在1年内申请仲裁。' }))
    await channel.send(outbound({ mention: { id: 'wxid_li', name: '李婶' } }))
    expect(puppet.sent).toEqual([
      { to: '123@chatroom', text: '@李婶\u2005一般要在1年内申请仲裁。', mentions: ['wxid_li'] },
      { to: 'wxid_li', text: '好', mentions: [] },
    ])
  })

  test('types like a person: one message at a time, longer for more words', async () => {
    const { channel, puppet, waits } = await start()
    await Promise.all([channel.send(outbound({ id: 'a', text: '好' })), channel.send(outbound({ id: 'b', to: group, text: '长'.repeat(100) })), channel.send(outbound({ id: 'c', text: '嗯' }))])
    expect(puppet.sent.map(({ text }) => text.length)).toEqual([1, 100, 1])
    expect(waits).toEqual([1025, 3500, 1025])
    expect(typingMs(100, 0)).toBeLessThan(typingMs(100, 1))
    expect(typingMs(5000, 1)).toBeLessThanOrEqual(6500)
  })

  test('signed out: nothing is sent, and it is worth trying again', async () => {
    const told: string[] = []
    const { channel, puppet, mocker, me } = await start({}, { tell: (text) => void told.push(text) })
    await puppet.logout('被挤下线')
    await expect(channel.send(outbound())).rejects.toMatchObject({ retry: true, waitMs: 15_000 })
    await vi.waitFor(() => expect(told).toEqual([expect.stringContaining('退出了登录')]))
    mocker.login(me)
    await vi.waitFor(() => expect(told).toHaveLength(2))
    expect(told[1]).toContain('已恢复')
    await channel.send(outbound())
    expect(puppet.sent).toHaveLength(1)
  })

  test('a sign-in code is shown and logged, each once', async () => {
    const shown: string[] = []
    const reports: string[] = []
    const told: string[] = []
    const village = openVillage()
    village.puppet.account = undefined
    const { mocker, me } = await start({}, { show: (code) => void shown.push(code), report: (problem) => void reports.push(problem), tell: (text) => void told.push(text) }, village)
    for (const code of ['https://login.weixin.qq.com/l/a', 'https://login.weixin.qq.com/l/a', 'https://login.weixin.qq.com/l/b']) mocker.scan(code)
    await vi.waitFor(() => expect(shown).toHaveLength(2))
    expect(shown[0]).toMatch(/[▀▄█]/)
    expect(reports.filter((line) => line.includes('https://login.weixin.qq.com/l/'))).toHaveLength(2)
    expect(told).toHaveLength(1)
    mocker.login(me)
    await vi.waitFor(() => expect(told).toHaveLength(2))
  })

  test('a friend who is gone is not worth another try, a hiccup is', async () => {
    const { channel } = await start()
    await expect(channel.send(outbound({ to: { channel: 'wechat', conversation: 'friend:wxid_gone' } }))).rejects.toMatchObject({ retry: false })
    await expect(channel.send(outbound({ to: { channel: 'wechat', conversation: 'room:9@chatroom' } }))).rejects.toMatchObject({ retry: false })
  })

  test('an error of the puppet, or a message that cannot be read, does not end us', async () => {
    const got: Inbound[] = []
    const reports: string[] = []
    const { puppet, say } = await start({ receive: async (message) => void got.push(message) }, { report: (problem) => void reports.push(problem) })
    puppet.emit('error', { data: 'boom' })
    puppet.emit('message', { messageId: 'never-there' })
    say({ text: '在吗' })
    await vi.waitFor(() => expect(got).toHaveLength(1))
    await vi.waitFor(() => expect(reports.join()).toContain('boom'))
    expect(reports.join()).toContain('never-there')
  })

  test('a puppet that is not installed fails the start, with what to do', async () => {
    await expect(start({}, { puppet: 'wechaty-puppet-nowhere' })).rejects.toMatchObject({ code: 'channel-lost', message: expect.stringContaining('npm install wechaty-puppet-nowhere') as string })
  })
})

describe('what a message means', () => {
  const said = (over: Partial<Said>): Said => ({
    id: 'm', kind: 'Text', text: '', at: new Date(0), talker: { id: 'li', name: '李婶', official: false }, room: 'r', mentions: [], us: { id: 'bot', names: ['法律助手', '小法'] }, ...over,
  })
  const dashes = '- - - - - - - - - - - - - - -'

  test.each([
    ['a quote of ours, as WeChat flattens it', { text: `「法律助手：已转给法律顾问，编号 #1042。\n请稍候」\n${dashes}\n还没人理我` }, { text: '还没人理我', quote: '已转给法律顾问，编号 #1042。\n请稍候', addressed: true }],
    ['a quote of ours under our name in the group', { text: `「小法：签合同了吗」\n${dashes}\n没签` }, { text: '没签', addressed: true }],
    ['a quote of a neighbour, with us mentioned', { text: `「老王：厂里不发工资」\n${dashes}\n@法律助手\u2005这咋办` }, { text: '这咋办', quote: '厂里不发工资', addressed: true }],
    ['a neighbour quoting a neighbour', { text: `「老王：赶集吗」\n${dashes}\n去` }, { text: '去', quote: '赶集吗', addressed: false }],
    ['brackets without a quote', { text: '「工资：三个月」没发' }, { text: '「工资：三个月」没发', addressed: false }],
    ['a name we do not know, mentioned by id', { text: '@老名字\u2005工资不发', mentions: ['bot'] }, { text: '工资不发', addressed: true }],
    ['everybody is not us', { text: '@所有人 今晚开会', mentions: ['bot', 'li'] }, { text: '@所有人 今晚开会', addressed: false }],
    ['one to one needs no mention', { room: undefined, text: '工资不发' }, { place: 'direct', addressed: true, from: friendOf('li') }],
    ['an official account is a program', { room: undefined, talker: { id: 'gh_1', name: '某某报', official: true } }, { fromBot: true }],
    ['a shared chat', { kind: 'ChatHistory', text: '<xml/>' }, { attachment: '聊天记录', text: '', addressed: false }],
  ] as const)('%s', (_, over, expected) => {
    const { room, ...rest } = { room: 'r', ...over } as Partial<Said>
    const message = said(rest)
    const inbound = toInbound(room === undefined ? withoutRoom(message) : message)
    expect(inbound).toMatchObject(expected)
  })
})

function friendOf(id: string) {
  return { channel: 'wechat', conversation: `friend:${id}` }
}

function withoutRoom({ room: _, ...said }: Said): Said {
  return said
}
