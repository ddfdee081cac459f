import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { officialAccounts } from '../../adapters/official-account.ts'
import { wecomChannel } from '../../adapters/wecom.ts'
import { startApp, type App } from '../../src/app.ts'
import type { Roster } from '../../src/domain/person.ts'
import { openDatabase } from '../../src/store/database.ts'
import { startTestApp } from '../support/app.ts'
import { roster as people, scriptedCounsel } from '../support/village.ts'
import { account, startWechatServer, type WechatServer } from '../support/wechat-server.ts'
import { bot, startWecomServer, type WecomServer } from '../support/wecom-server.ts'

const { aesKey: _sealed, ...papers } = account
const silent = { info: () => {}, warn: () => {}, error: () => {} }

describe('a resident on a WeChat Official Account', () => {
  let server: WechatServer
  let village: Awaited<ReturnType<typeof startTestApp>>

  beforeAll(async () => {
    server = await startWechatServer()
    const accounts = officialAccounts({ port: 0, host: '127.0.0.1', wechat: { ...account, apiRoot: server.url } })
    village = await startTestApp(accounts.channels[0]!)
    server.calls(accounts.url())
  })
  afterAll(async () => {
    await village.stop()
    await server.stop()
  })

  const shownTo = (who: string) => server.shown.filter(({ to }) => to === who).map(({ text }) => text).join('\n')

  test('is greeted, asks in 安全模式 and reads the answer on the same call', async () => {
    const hello = await server.say({ MsgType: 'event', Event: 'subscribe', FromUserName: 'oZhang' }, { safe: true })
    expect(hello.fields?.['Content']).toContain('问')
    const answer = await server.say({ Content: '厂里拖欠我三个月工资不给，怎么办', MsgId: '1', FromUserName: 'oZhang' }, { safe: true })
    expect(answer.fields?.['Content']).toContain('劳动')
    await village.app.idle()
    expect(shownTo('oZhang')).toContain('AI 生成')
  })

  test('asks for a person and is given a number', async () => {
    const answer = await server.say({ Content: '转人工', MsgId: '2', FromUserName: 'oZhang' }, { safe: true })
    expect(answer.fields?.['Content']).toMatch(/#\d{4}/)
  })

  test('who sends a picture hears kindly of it, and a message brought three times is answered once', async () => {
    expect((await server.say({ MsgType: 'image', MsgId: '3', FromUserName: 'oLi' }, { safe: true })).fields?.['Content']).toContain('图片')
    const same = { Content: '借钱给人没打借条，还要得回来吗', MsgId: '4', FromUserName: 'oWang' }
    const told = await Promise.all([1, 2, 3].map(() => server.say(same, { safe: true })))
    expect(new Set(told.map(({ fields }) => fields?.['Content'])).size).toBe(1)
    await village.app.idle()
    expect(server.shown.filter(({ to, road }) => to === 'oWang' && road === 'passive')).toHaveLength(3)
    expect(new Set(server.shown.filter(({ to }) => to === 'oWang').map(({ text }) => text)).size).toBe(server.shown.filter(({ to }) => to === 'oWang').length - 2)
  })
})

describe('a resident on the Official Account, advisers on WeCom', () => {
  let wechat: WechatServer
  let wecom: WecomServer
  let app: App

  beforeAll(async () => {
    wechat = await startWechatServer()
    wecom = await startWecomServer()
    const accounts = officialAccounts({ port: 0, host: '127.0.0.1', wechat: { ...papers, apiRoot: wechat.url } })
    const advisers: Roster = {
      ...people,
      groups: [{ with: 'advisers', at: { channel: 'wecom', conversation: 'wrAdvisers' } }],
      advisers: people.advisers.map((adviser) => ({ ...adviser, accounts: [{ channel: 'wecom', id: adviser.id }] })),
    }
    app = await startApp({
      assistant: await scriptedCounsel({}), db: await openDatabase('better-sqlite3::memory:'), log: silent, roster: () => advisers, settings: { gatherSeconds: 0 },
      channels: () => [...accounts.channels, wecomChannel({ bot: { ...bot, wsUrl: wecom.wsUrl } })],
    })
    wechat.calls(accounts.url())
  })
  afterAll(async () => {
    await app.stop()
    await wechat.stop()
    await wecom.stop()
  })

  const advisersRead = (count: number) => vi.waitFor(() => (expect(wecom.sent.length).toBeGreaterThanOrEqual(count), wecom.sent.at(-1)!.text), { timeout: 10_000 })

  test('unsure → card → claimed → answered → relayed once, signed', async () => {
    const told = await wechat.say({ Content: '鱼塘承包到期了村里不退押金，这种情况咋弄', MsgId: '10' })
    expect(told.fields?.['Content']).toMatch(/#\d{4}/)
    const card = await advisersRead(1)
    const number = /#\d{4}/.exec(card)![0]
    expect(wecom.sent[0]).toMatchObject({ road: 'send', to: 'wrAdvisers' })

    wecom.say({ text: `@法律助手 接 ${number}`, chatid: 'wrAdvisers', from: 'li', msgid: 'a1' })
    await advisersRead(2)
    wecom.say({ text: '@法律助手 合同到期押金该退，先找村里要，要不到去镇司法所调解。', quote: { msgtype: 'text', text: { content: card } }, chatid: 'wrAdvisers', from: 'li', msgid: 'a2' })
    await vi.waitFor(() => expect(wechat.shown.filter(({ text, road }) => road === 'service' && text.includes('押金该退'))).toHaveLength(1), { timeout: 10_000 })
    expect(wechat.shown.find(({ text }) => text.includes('押金该退'))?.text).toContain('李明')
    await app.idle()
    expect(wechat.shown.filter(({ text }) => text.includes('押金该退'))).toHaveLength(1)
  })
})
