import { afterEach, expect, test, vi } from 'vitest'
import { wechatyChannel, type WechatyChannelOptions } from '../../adapters/wechaty.ts'
import { rolesOf, type Roster } from '../../src/domain/person.ts'
import { openVillage, roster, type Village } from '../support/village.ts'
import { openVillage as openWeChat } from '../support/wechat.ts'

let village: Village
afterEach(() => village.close())

const withLi: Roster = { ...roster, advisers: [{ ...roster.advisers[0]!, accounts: [{ channel: 'telegram', id: 'li' }, { channel: 'wechat', id: 'wxid_li' }] }] }

/** The real channel on a real Wechaty, put together with the app as main.ts does it. */
async function open(options: Partial<WechatyChannelOptions> = {}, people: Roster = withLi) {
  const wechat = openWeChat()
  const waits: number[] = []
  const clock = { wait: async (ms: number) => void waits.push(ms), random: () => 0.5 }
  village = await openVillage({
    people,
    real: (ports) => [wechatyChannel({ puppet: wechat.puppet, show: () => {}, clock, trusts: (id) => Object.keys(rolesOf(people, 'wechat', id)).length > 0, tell: (text) => void ports.tell('wechat', text), ...options })],
  })
  const admins = () => village.channels.telegram.sent.filter(({ to }) => to.conversation === 'zhou').map(({ text }) => text)
  return { ...wechat, waits, admins }
}

test('a friend who asks is accepted and told once what the assistant is', async () => {
  const { puppet, waits } = await open()
  puppet.befriend('f1', 'wxid_wang', 'asks')
  await vi.waitFor(() => expect(puppet.sent).toHaveLength(1), { timeout: 5000 })
  expect(puppet.accepted).toEqual(['f1'])
  expect(puppet.sent[0]).toMatchObject({ to: 'wxid_wang', text: expect.stringMatching(/我是村居法律顾问助手（AI）[\s\S]*不是律师/) as string })
  expect(waits).toEqual([1000, expect.any(Number)])
  puppet.befriend('f2', 'wxid_wang', 'is')
  await vi.waitFor(async () => expect(await village.db('inbox')).toHaveLength(1))
  await village.app.idle()
  expect(puppet.sent).toHaveLength(1)
})

test('whoever became a friend by another way is welcomed too', async () => {
  const { puppet } = await open()
  puppet.befriend('f1', 'wxid_wang', 'is')
  await vi.waitFor(() => expect(puppet.sent).toHaveLength(1), { timeout: 5000 })
  expect(puppet.accepted).toEqual([])
})

test('with the setting off nobody is accepted and nothing is said', async () => {
  const reports: string[] = []
  const { puppet } = await open({ acceptFriends: false, report: (problem) => void reports.push(problem) })
  puppet.befriend('f1', 'wxid_wang', 'asks')
  await vi.waitFor(() => expect(reports.join()).toContain('按设置没有通过'))
  expect([puppet.accepted, puppet.sent]).toEqual([[], []])
})

test('an adviser’s invitation is accepted', async () => {
  const { puppet, admins } = await open()
  puppet.invite('r1', 'wxid_li', '清溪村二组')
  await vi.waitFor(() => expect(puppet.accepted).toEqual(['r1']))
  expect(admins()).toEqual([])
})

test('a stranger’s is not; the admins hear of it once, the stranger nothing', async () => {
  const { puppet, admins } = await open()
  puppet.invite('r1', 'wxid_wang', '清溪村二组')
  await vi.waitFor(() => expect(admins()).toEqual([expect.stringMatching(/【助手通知】有人（老王）请微信助手进群「清溪村二组」，没有进/)]))
  puppet.invite('r2', 'wxid_wang', '清溪村二组')
  puppet.invite('r3', 'wxid_wang', '别的群')
  await vi.waitFor(() => expect(admins()).toHaveLength(2))
  expect(admins()[1]).toContain('别的群')
  expect([puppet.accepted, puppet.sent]).toEqual([[], []])
})

test('signed out, and back: the admins hear of both, by another channel', async () => {
  const { puppet, mocker, me, admins } = await open()
  await puppet.logout('被挤下线')
  await vi.waitFor(() => expect(admins()).toEqual([expect.stringContaining('退出了登录')]))
  mocker.login(me)
  await vi.waitFor(() => expect(admins()).toHaveLength(2))
  expect(admins()[1]).toContain('已恢复')
})

test('a gateway that cannot be reached is told of once, not at every beat', async () => {
  const { puppet, admins } = await open()
  for (let beat = 0; beat < 3; beat++) puppet.emit('error', { data: '14 UNAVAILABLE: Connection dropped' })
  await vi.waitFor(() => expect(admins()).toEqual([expect.stringContaining('连不上微信网关')]))
})

test('with no admin in the register the advisers’ group hears of it', async () => {
  const { puppet } = await open({}, { ...withLi, admins: [] })
  await puppet.logout('被挤下线')
  await vi.waitFor(() => expect(village.channels.telegram.sent.map(({ to, text }) => [to.conversation, text])).toEqual([['-9', expect.stringContaining('退出了登录')]]))
})
