import { createConnection } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { WecomCrypto } from '@wecom/aibot-node-sdk'
import { officialAccounts, type OfficialAccountsOptions } from '../../adapters/official-account.ts'
import { createEnvelope } from '../../adapters/official-account/envelope.ts'
import { toInbound } from '../../adapters/official-account/message.ts'
import { isSigned, sign } from '../../adapters/official-account/signature.ts'
import { pushedToInbound } from '../../adapters/official-account/weibo.ts'
import { readXml, writeXml } from '../../adapters/official-account/xml.ts'
import { readConfig } from '../../src/config.ts'
import type { Channel, Desk, Inbound, Outbound } from '../../src/domain/message.ts'
import { account, startWechatServer, type WechatServer } from '../support/wechat-server.ts'
import { behavesLikeAChannel, deskOf, type Platform } from './contract.ts'

const later = '稍后回复您'
const now = new Date('2026-11-22T08:00:00Z')
const { aesKey, ...papers } = account

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

function accountsAt(server: WechatServer, over: Partial<OfficialAccountsOptions> = {}) {
  return officialAccounts({
    port: 0, host: '127.0.0.1', waitMs: 400, later, ...over,
    wechat: { ...papers, apiRoot: server.url, ...over.wechat },
    weibo: { appSecret: 'weibo-secret', accessToken: 'weibo-token', apiRoot: server.url },
  })
}

async function open(desk: (send: (text: string, to: Inbound) => Promise<void>) => Partial<Desk> = () => ({}), over: Partial<OfficialAccountsOptions> = {}) {
  const server = await startWechatServer()
  const accounts = accountsAt(server, over)
  const [wechat, weibo] = accounts.channels as [Channel, Channel]
  closing.push(server.stop, wechat.stop, weibo.stop)
  let count = 0
  const send = (text: string, { from, id }: Inbound) => (from.channel === 'weibo' ? weibo : wechat).send({ id: `o${++count}`, to: from, text, replyTo: id })
  await wechat.start(deskOf(desk(send)))
  await weibo.start(deskOf(desk(send)))
  server.calls(accounts.url())
  return { server, wechat, weibo, url: accounts.url }
}

const outbound = (over: Partial<Outbound> = {}): Outbound => ({ id: 'o1', to: { channel: 'official-account', conversation: 'oLi' }, text: '好', ...over })
const texts = (server: WechatServer) => server.shown.map(({ text }) => text).filter((text) => text !== later)
/** Answers after a while, as the desk does, once the message was noted. */
const answering = (text: string, ms = 10) => (send: (text: string, to: Inbound) => Promise<void>) => ({
  receive: async (message: Inbound) => void setTimeout(() => void send(text, message), ms),
})

describe.each(['WeChat', 'WeChat in 安全模式', 'Weibo'])('%s', (kind) => {
  behavesLikeAChannel(async (): Promise<Platform> => {
    const server = await startWechatServer()
    const accounts = accountsAt(server, kind === 'WeChat in 安全模式' ? { wechat: { ...account } } : {})
    const channel = accounts.channels[kind === 'Weibo' ? 1 : 0]!
    const start = channel.start.bind(channel)
    channel.start = async (desk) => {
      await start(desk)
      server.calls(accounts.url())
    }
    /** The platform's call stays open while an answer is made; it brings the message again after a refusal. */
    async function bring(text: string, id: string): Promise<void> {
      for (let tries = 0; tries < 3; tries++) {
        const { status } = await (kind === 'Weibo' ? server.sayWeibo({ text, created_at: `Mon Jul 16 18:09:${id.slice(1).padStart(2, '0')} +0800 2012` }) : server.say({ Content: text, MsgId: id }, { safe: kind !== 'WeChat' }))
        if (status === 200) return
      }
    }
    // The far end needs a moment to read what was sent to it.
    const send = channel.send.bind(channel)
    channel.send = async (message) => {
      await send(message)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return {
      channel,
      async push(text, id) {
        const brought = bring(text, id)
        brought.catch(() => {})
        await Promise.race([brought, new Promise((resolve) => setTimeout(resolve, 60))])
      },
      refuseNext: (how) => server.refuse(how === 'for now' ? { errcode: kind === 'Weibo' ? 10002 : -1 } : { errcode: kind === 'Weibo' ? 20003 : 45015 }),
      sent: () => texts(server),
      conversation: kind === 'Weibo' ? '2489518277' : 'oLi',
      close: server.stop,
    }
  })
})

describe('the seal', () => {
  test('is the one that the platforms document', () => {
    expect(sign('xyz123xyz', '1397022061823', '57155157')).toBe('90e4c22c90a58f26526c2dd5b6c56c8822edeaa1')
  })

  test.each([
    ['the right one', sign('t', '1', '2'), true], ['a wrong one', sign('t', '1', '3'), false], ['none', undefined, false], ['one that is too short', 'ab', false],
  ])('%s', (_, given, expected) => {
    expect(isSigned(given, 't', '1', '2')).toBe(expected)
  })

  test('a call that tests our address hears its echo, and nobody else does', async () => {
    const { server, url } = await open()
    const ask = (path: string, query: Record<string, string>) => fetch(`${url()}${path}?${new URLSearchParams({ echostr: '<b>5871</b>', ...query })}`)
    const right = await ask('/wechat', server.seal(account.token, '1795312800'))
    expect([await right.text(), right.headers.get('content-type')]).toEqual(['<b>5871</b>', expect.stringContaining('text/plain')])
    expect(await (await ask('/weibo', server.seal('weibo-secret', '1397022061823'))).text()).toBe('<b>5871</b>')
    expect((await ask('/wechat', server.seal('stranger', '1795312800'))).status).toBe(403)
    expect((await ask('/wechat', {})).status).toBe(403)
    expect((await ask('/nowhere', server.seal(account.token, '1'))).status).toBe(403)
  })

  test('what a stranger sends, what is too large and what nobody can read reaches nobody', async () => {
    const got: Inbound[] = []
    const { server } = await open(() => ({ receive: async (message) => void got.push(message) }))
    expect((await server.say({ Content: '假的', MsgId: '1' }, { query: { signature: sign('stranger', '1', '2') } })).status).toBe(403)
    expect((await server.sayWeibo({ text: '假的' }, { secret: 'stranger' })).status).toBe(403)
    expect((await server.say({ Content: '长'.repeat(30_000), MsgId: '2' })).status).toBe(413)
    for (const body of ['', 'null', '<xml>', '<html/>', '{"type":1']) {
      expect((await server.call('/wechat', body, server.seal(account.token, '1'))).status).toBe(400)
      expect((await server.call('/weibo', body, server.seal('weibo-secret', '1'))).status).toBe(400)
    }
    expect(got).toEqual([])
  })
})

describe('安全模式', () => {
  const envelope = createEnvelope(account)

  test('our letters are read by Tencent’s own code, and theirs by us', () => {
    const theirs = new WecomCrypto(account.token, account.aesKey, account.appId)
    const text = writeXml({ Content: '厂里欠薪😀'.repeat(40) })
    expect(theirs.decrypt(envelope.seal(text))).toBe(text)
    expect(envelope.open(theirs.encrypt(text, '1795312800', '57155157').encrypt)).toBe(text)
  })

  test.each([
    ['for another account', createEnvelope({ ...account, appId: 'wxffffffffffffffff' }).seal('<xml/>')],
    ['under another key', createEnvelope({ ...account, aesKey: 'z'.repeat(43) }).seal('<xml/>')],
    ['cut short', envelope.seal('<xml/>').slice(0, 24)], ['no letter at all', '!!'], ['empty', ''],
  ])('a letter %s is not opened', (_, letter) => {
    expect(envelope.open(letter)).toBeUndefined()
  })

  test('is read and answered sealed; a plain message or a wrong seal on the letter is turned away', async () => {
    const { server } = await open(answering('在的'), { wechat: { ...account } })
    const answer = await server.say({ Content: '在吗', MsgId: '1' }, { safe: true })
    expect(answer).toMatchObject({ status: 200, fields: { Content: '在的', ToUserName: 'oLi', FromUserName: 'gh_village', MsgType: 'text' } })
    expect(answer.body).not.toContain('在的')
    expect((await server.say({ Content: '在吗', MsgId: '2' })).status).toBe(403)
    expect((await server.say({ Content: '在吗', MsgId: '3' }, { safe: true, query: { msg_signature: 'ff' } })).status).toBe(403)
  })
})

describe('five seconds', () => {
  test('an answer in time goes back on the call, and no service message is spent', async () => {
    const { server } = await open(answering('一年内去仲裁'))
    const answer = await server.say({ Content: '厂里欠薪', MsgId: '1' })
    expect(answer.fields).toMatchObject({ Content: '一年内去仲裁', ToUserName: 'oLi', FromUserName: 'gh_village', MsgType: 'text' })
    expect(server.shown).toEqual([{ to: 'oLi', text: '一年内去仲裁', road: 'passive' }])
  })

  test('a later one is announced on the call and goes by service message', async () => {
    const { server } = await open(answering('一年内去仲裁', 600))
    expect((await server.say({ Content: '厂里欠薪', MsgId: '1' })).fields).toMatchObject({ Content: later })
    await vi.waitFor(() => expect(server.shown).toEqual([{ to: 'oLi', text: later, road: 'passive' }, { to: 'oLi', text: '一年内去仲裁', road: 'service' }]))
  })

  test('the rest of a long answer follows the part on the call, in order', async () => {
    const long = Array.from({ length: 60 }, (_, line) => `第${line}步：带上身份证和工资条去镇上的司法所。`).join('\n')
    const { server } = await open(answering(long))
    await server.say({ Content: '怎么办', MsgId: '1' })
    await vi.waitFor(() => expect(texts(server).join('\n')).toBe(long))
    expect(server.shown.map(({ road }) => road)).toEqual(['passive', ...Array<string>(server.shown.length - 1).fill('service')])
  })

  test('a repeat, while it waits or afterwards, is told the same and noted no more', async () => {
    const got: string[] = []
    const { server } = await open((send) => ({
      receive: async (message) => {
        got.push(message.id)
        setTimeout(() => void send('在的', message), 150)
      },
    }))
    const [first, second] = await Promise.all([server.say({ Content: '在吗', MsgId: '77' }), server.say({ Content: '在吗', MsgId: '77' })])
    const third = await server.say({ Content: '在吗', MsgId: '77' })
    expect([first, second, third].map(({ fields }) => fields?.['Content'])).toEqual(['在的', '在的', '在的'])
    expect(got).toEqual(['77'])
    expect(server.shown.every(({ road }) => road === 'passive')).toBe(true)
  })

  test('when the platform hung up the answer goes by service message, once, and a repeat hears nothing more', async () => {
    const { server } = await open(answering('在的', 250))
    await expect(server.say({ Content: '在吗', MsgId: '78' }, { hangUpAfter: 80 })).rejects.toThrow()
    await vi.waitFor(() => expect(server.shown).toEqual([{ to: 'oLi', text: '在的', road: 'service' }]))
    expect((await server.say({ Content: '在吗', MsgId: '78' })).body).toBe('success')
  })

  test('when it hung up and called again, the second call gets the answer and nothing is said twice', async () => {
    const { server } = await open(answering('在的', 250))
    const [, second] = await Promise.all([server.say({ Content: '在吗', MsgId: '79' }, { hangUpAfter: 80 }).catch(() => {}), server.say({ Content: '在吗', MsgId: '79' })])
    expect(second.fields).toMatchObject({ Content: '在的' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(server.shown).toEqual([{ to: 'oLi', text: '在的', road: 'passive' }])
  })

  test('two residents at once get each their own', async () => {
    const { server } = await open((send) => ({ receive: async (message) => void setTimeout(() => void send(`答${message.sender}`, message), message.sender === 'o1' ? 80 : 10) }))
    await Promise.all(['o1', 'o2', 'o3'].map((FromUserName, index) => server.say({ FromUserName, Content: '在吗', MsgId: String(index) })))
    expect(Object.fromEntries(server.shown.map(({ to, text }) => [to, text]))).toEqual({ o1: '答o1', o2: '答o2', o3: '答o3' })
  })

  test('stopping answers who waits and closes the port', async () => {
    const { server, wechat, weibo, url } = await open()
    const waiting = server.say({ Content: '在吗', MsgId: '1' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    await wechat.stop()
    expect((await waiting).fields).toMatchObject({ Content: later })
    expect((await server.sayWeibo({ type: 'event', data: { subtype: 'unfollow' } })).status).toBe(200)
    const { port } = new URL(url())
    await weibo.stop()
    await expect(new Promise((resolve, reject) => createConnection(Number(port), '127.0.0.1', () => resolve('open')).on('error', reject))).rejects.toThrow()
  })
})

describe('service messages', () => {
  test.each([
    ['busy', -1, true], ['over the limit until they speak again', 45047, true], ['too many calls today', 45009, true], ['an address that is not on the list', 40164, true],
    ['48 hours have passed', 45015, false], ['no such person', 40003, false], ['no right to it', 48001, false],
  ])('%s', async (_, errcode, retry) => {
    const { server, wechat } = await open()
    server.refuse({ errcode, errmsg: 'no' })
    await expect(wechat.send(outbound())).rejects.toMatchObject({ code: 'delivery-failed', retry })
    await wechat.send(outbound())
    expect(texts(server)).toEqual(['好'])
  })

  test('over the limit it waits for the resident to speak, and what an operator must know is said', async () => {
    const reports: string[] = []
    const { server, wechat } = await open(undefined, { report: (problem) => void reports.push(problem) })
    server.refuse({ errcode: 45047, errmsg: 'out of response count limit' })
    await expect(wechat.send(outbound())).rejects.toMatchObject({ heldBack: true })
    server.refuse({ errcode: 45015, errmsg: 'response out of time limit' })
    await expect(wechat.send(outbound())).rejects.toThrow('45015')
    expect(reports).toEqual([expect.stringContaining('条数满了'), expect.stringContaining('48 小时')])
  })

  test('a connection that breaks and an answer that is none are tried again later', async () => {
    const { server, wechat } = await open()
    server.refuse('hang-up', 'not-json')
    await expect(wechat.send(outbound())).rejects.toMatchObject({ retry: true })
    await expect(wechat.send(outbound())).rejects.toMatchObject({ retry: true })
  })

  test('one token serves many messages', async () => {
    const { server, wechat } = await open()
    await Promise.all(Array.from({ length: 5 }, (_, index) => wechat.send(outbound({ id: `o${index}` }))))
    expect(server.asked).toHaveLength(1)
  })

  test('a token that ended is replaced and the message goes out all the same', async () => {
    const { server, wechat } = await open()
    server.expireToken()
    await wechat.send(outbound())
    expect(texts(server)).toEqual(['好'])
    expect(server.asked.map(({ force }) => force)).toEqual([false, false])
  })

  test('a token that WeChat hands out and refuses is replaced by force, once, and then waited for', async () => {
    const { server, wechat } = await open()
    server.killTokens(true)
    await expect(wechat.send(outbound())).rejects.toMatchObject({ retry: true, waitMs: 60_000 })
    expect(server.asked.map(({ force }) => force)).toEqual([false, false, true])
    server.killTokens(false)
    await wechat.send(outbound())
    expect(texts(server)).toEqual(['好'])
  })

  test('no secret stands in an error', async () => {
    const { server, wechat } = await open()
    server.refuse('hang-up')
    const cause = await wechat.send(outbound()).catch(String)
    expect(cause).not.toMatch(/token-1|0123456789abcdef/)
  })
})

describe('the start', () => {
  test.each([['an app id', { appId: 'wx0000000000000000' }], ['a secret', { appSecret: 'f'.repeat(32) }]])('fails with %s that WeChat does not know, and says what to do', async (_, wrong) => {
    const server = await startWechatServer()
    closing.push(server.stop)
    const [wechat] = accountsAt(server, { wechat: { ...papers, ...wrong } }).channels
    await expect(accountsAt(server, { wechat: { ...papers, apiRoot: server.url, ...wrong } }).channels[0]!.start(deskOf())).rejects.toThrow(/OFFICIAL_ACCOUNT_APP_/)
    expect(wechat?.name).toBe('official-account')
  })

  test('does not fail when WeChat cannot be reached', async () => {
    const server = await startWechatServer()
    server.refuseToken('hang-up')
    const reports: string[] = []
    const accounts = accountsAt(server, { report: (problem) => void reports.push(problem) })
    closing.push(server.stop, accounts.channels[0]!.stop)
    await accounts.channels[0]!.start(deskOf())
    await accounts.channels[0]!.send(outbound())
    expect([reports.length, texts(server)]).toEqual([1, ['好']])
  })

  test('fails when the port is taken', async () => {
    const { url, server } = await open()
    const other = accountsAt(server, { port: Number(new URL(url()).port) })
    await expect(other.channels[0]!.start(deskOf())).rejects.toThrow('OFFICIAL_ACCOUNT_PORT')
  })
})

describe('XML', () => {
  test('keeps numbers and spaces, and opens no entity', () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "哈"><!ENTITY b SYSTEM "file:///etc/passwd">]><xml><Content>&a;&b;&lt;</Content></xml>'
    expect(readXml(writeXml({ MsgId: 12, Content: '0012', Other: ' a\n]]>b<c>&amp; ' }))).toEqual({ MsgId: '12', Content: '0012', Other: ' a\n]]>b<c>&amp; ' })
    expect(readXml(bomb)?.['Content'] ?? '').not.toMatch(/哈|root:/)
  })
})

describe('what somebody says', () => {
  const base = { ToUserName: 'gh', FromUserName: 'oLi', CreateTime: '1795312800', MsgId: '0012' }
  test.each([
    ['text, untouched', { MsgType: 'text', Content: ' 0012 ' }, { id: '0012', text: ' 0012 ', sender: 'oLi', place: 'direct', addressed: true, at: new Date(1795312800_000) }],
    ['spoken words that WeChat wrote down', { MsgType: 'voice', Recognition: '厂里欠薪。' }, { text: '厂里欠薪。' }],
    ['spoken words that it did not', { MsgType: 'voice', Recognition: '' }, { text: '', attachment: '语音' }],
    ['a picture', { MsgType: 'image' }, { text: '', attachment: '图片' }], ['a short video', { MsgType: 'shortvideo' }, { attachment: '视频' }],
    ['a place', { MsgType: 'location' }, { attachment: '位置' }], ['a link', { MsgType: 'link' }, { attachment: '链接' }],
    ['a sticker, as WeChat words it', { MsgType: 'text', Content: '【收到不支持的消息类型，暂无法显示】' }, { text: '', attachment: '表情' }],
    ['somebody new', { MsgType: 'event', Event: 'subscribe', MsgId: '' }, { text: '/start' }],
  ])('%s', (_, fields, expected) => {
    expect(toInbound({ ...base, ...fields } as Record<string, string>, 'official-account', now)).toMatchObject(expected)
  })

  test.each(['unsubscribe', 'CLICK', 'VIEW', 'SCAN', 'LOCATION', 'TEMPLATESENDJOBFINISH'])('the event %s is nothing said', (Event) => {
    expect(toInbound({ ...base, MsgType: 'event', Event }, 'official-account', now)).toBeUndefined()
  })

  test('a menu is answered so that WeChat does not come again, and a newcomer is greeted once', async () => {
    const got: Inbound[] = []
    const { server } = await open((send) => ({
      receive: async (message) => {
        got.push(message)
        setTimeout(() => void send('您好', message), 10)
      },
    }))
    expect((await server.say({ MsgType: 'event', Event: 'CLICK', EventKey: 'k' })).body).toBe('success')
    for (let times = 0; times < 2; times++) expect((await server.say({ MsgType: 'event', Event: 'subscribe' })).fields).toMatchObject({ Content: '您好' })
    expect(got.map(({ text }) => text)).toEqual(['/start'])
  })
})

describe('Weibo', () => {
  const pushed = { type: 'text', sender_id: 2489518277, receiver_id: 1902538057, created_at: 'Mon Jul 16 18:09:20 +0800 2012', text: '在吗', data: {} }

  test.each([
    ['text', {}, { text: '在吗', sender: '2489518277', from: { channel: 'weibo', conversation: '2489518277' }, at: new Date('2012-07-16T10:09:20Z') }],
    ['a picture', { type: 'image', text: '发了一张图片' }, { text: '', attachment: '图片' }],
    ['a voice', { type: 'voice' }, { attachment: '语音' }], ['a place', { type: 'position' }, { attachment: '位置' }],
    ['a follower', { type: 'event', data: { subtype: 'follow' } }, { text: '/start' }],
  ])('%s', (_, over, expected) => {
    expect(pushedToInbound({ ...pushed, ...over }, now)).toMatchObject(expected)
  })

  test.each([['mention', 'status'], ['event', 'unfollow'], ['event', 'click'], ['something-new', '']])('%s %s is nothing said', (type, subtype) => {
    expect(pushedToInbound({ ...pushed, type, data: { subtype } }, now)).toBeUndefined()
  })

  test('following and subscribing in one go is one greeting; two texts in one second are two', () => {
    const id = (over: object) => pushedToInbound({ ...pushed, ...over }, now)?.id
    expect(id({ type: 'event', data: { subtype: 'follow' } })).toBe(id({ type: 'event', data: { subtype: 'subscribe' } }))
    expect(id({ text: '一' })).not.toBe(id({ text: '二' }))
    expect(id({})).not.toContain('在吗')
  })

  test('is answered on the call in its own JSON, and in XML where it speaks XML', async () => {
    const { server } = await open(answering('在的'))
    const json = await server.sayWeibo({ text: '在吗' })
    expect(JSON.parse(json.body)).toEqual({ result: true, sender_id: '1902538057', receiver_id: '2489518277', type: 'text', data: '%7B%22text%22%3A%22%E5%9C%A8%E7%9A%84%22%7D' })
    const xml = writeXml({ ToUserName: '190', FromUserName: '248', CreateTime: 1348831860, MsgType: 'text', Content: '在吗', MsgId: '' })
    const answer = await server.call('/weibo', xml, server.seal('weibo-secret', '1'))
    expect(readXml(answer.body)).toMatchObject({ ToUserName: '248', FromUserName: '190', Content: '在的' })
  })

  test('a token that ended is waited for and reported', async () => {
    const reports: string[] = []
    const { server, weibo } = await open(undefined, { report: (problem) => void reports.push(problem) })
    server.refuse({ errcode: 21327, errmsg: 'expired_token' })
    await expect(weibo.send(outbound({ to: { channel: 'weibo', conversation: '248' } }))).rejects.toMatchObject({ retry: true, waitMs: 600_000 })
    expect(reports).toEqual([expect.stringContaining('WEIBO_ACCESS_TOKEN')])
  })
})

describe('the settings', () => {
  const right = { OFFICIAL_ACCOUNT_TOKEN: account.token, OFFICIAL_ACCOUNT_APP_ID: account.appId, OFFICIAL_ACCOUNT_APP_SECRET: account.appSecret, OFFICIAL_ACCOUNT_AES_KEY: aesKey, WEIBO_APP_SECRET: 's', WEIBO_ACCESS_TOKEN: 't' }

  test('stand together', () => {
    expect(readConfig(right)).toMatchObject({ OFFICIAL_ACCOUNT_PORT: 8090, OFFICIAL_ACCOUNT_API_ROOT: 'https://api.weixin.qq.com', WEIBO_API_ROOT: 'https://m.api.weibo.com' })
  })

  test.each(['OFFICIAL_ACCOUNT_TOKEN', 'OFFICIAL_ACCOUNT_APP_ID', 'OFFICIAL_ACCOUNT_APP_SECRET', 'WEIBO_APP_SECRET', 'WEIBO_ACCESS_TOKEN'])('or fail together, naming what lacks: %s', (name) => {
    expect(() => readConfig({ ...right, [name]: undefined })).toThrow(`还要写 ${name}`)
  })
})
