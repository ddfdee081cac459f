import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { wechatyChannel } from '../../adapters/wechaty.ts'
import { startTestApp } from '../support/app.ts'
import { openVillage } from '../support/wechat.ts'

const { puppet, li, wang, me, room } = openVillage()
let village: Awaited<ReturnType<typeof startTestApp>>

beforeAll(async () => {
  village = await startTestApp(wechatyChannel({ puppet, show: () => {}, clock: { wait: async () => {}, random: () => 0.5 } }))
})
afterAll(() => village.stop())

const sent = (count: number) =>
  vi.waitFor(
    () => {
      expect(puppet.sent).toHaveLength(count)
      return puppet.sent.at(-1)!
    },
    { timeout: 20_000 },
  )

test('a resident mentions the assistant in the group and is answered there, by name', async () => {
  li.say('@法律助手\u2005厂里拖欠我三个月工资不给，怎么办', [me]).to(room)
  const answer = await sent(1)
  expect(answer).toMatchObject({ to: room.id, mentions: ['wxid_li'] })
  expect(answer.text).toMatch(/^@李婶\u2005/)
  expect(answer.text).toContain('AI 生成')
})

test('a friend asks one to one, and for a person', async () => {
  wang.say('借钱给人没打借条，还要得回来吗').to(me)
  expect(await sent(2)).toMatchObject({ to: 'wxid_wang', mentions: [] })
  wang.say('转人工').to(me)
  expect((await sent(3)).text).toMatch(/#\d{4}/)
})
