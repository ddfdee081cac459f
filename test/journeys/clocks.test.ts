import { afterEach, expect, test } from 'vitest'
import { usualClocks } from '../../src/desk/clocks.ts'
import { advisers, lines, openVillage, roster, type Village } from '../support/village.ts'

const found = { 欠条: { entry: 'lending-iou', confidence: 0.3 } }
let village: Village
afterEach(() => village.close())

test('a ticket is called to mind after two hours, to everyone after five, on the overdue list after a day, each once', async () => {
  village = await openVillage({ found })
  await village.direct('包工头给的欠条，能要钱吗')
  expect(await village.pass(1.9)).toEqual([])
  expect(lines(await village.pass(0.2))).toEqual([expect.stringMatching(/^telegram:-9 【提醒】#1001 等了 2 小时，等人接/)])
  expect(await village.pass(0.1)).toEqual([])
  const everyone = lines(await village.pass(3))
  expect(everyone.map((line) => line.split(' ')[0])).toEqual(['telegram:-9', 'telegram:li', 'telegram:wang'])
  expect(everyone[0]).toMatch(/【催办】#1001 等了 5 小时.*李明、王芳/)
  expect(await village.pass(1)).toEqual([])
  const overdue = lines(await village.pass(19))
  expect(overdue.map((line) => line.split(' ')[0])).toEqual(['telegram:-9', 'telegram:zhou'])
  expect(overdue[0]).toMatch(/【超时清单】1 张[\s\S]*#1001 超时 等人接/)
  expect(await village.pass(48)).toEqual([])
  expect((await village.adviser('列表'))[0]?.text).toMatch(/#1001 超时/)
})

test('what counts as overdue is the setting’s, in the list as in the reminder', async () => {
  village = await openVillage({ found, settings: { clocks: { ...usualClocks, overdueHours: 48 } } })
  await village.direct('包工头给的欠条，能要钱吗')
  await village.pass(30)
  expect((await village.adviser('列表'))[0]?.text).toMatch(/#1001 等人接/)
  expect(lines(await village.pass(19))[0]).toMatch(/【超时清单】1 张/)
  expect((await village.adviser('列表'))[0]?.text).toMatch(/#1001 超时 等人接/)
})

test('an answered ticket is not called to mind; after the fifth hour another adviser may take a held one over', async () => {
  village = await openVillage({ found })
  await village.direct('包工头给的欠条，能要钱吗')
  await village.direct('包工头给的欠条，能要钱吗', 'wu')
  await village.adviser('#1001 可以要。')
  await village.adviser('接 #1002')
  expect(lines(await village.adviser('#1002 我来答', 'wang'))).toEqual([expect.stringMatching(/李明已经接了，这句没有发出去/)])
  expect(lines(await village.pass(5.1)).filter((line) => line.includes('#1001'))).toEqual([])
  expect((await village.adviser('#1002 我来答', 'wang'))[0]?.sheet?.signature?.name).toBe('王芳')
})

test('an urgent ticket falls to the next on duty every five minutes until somebody takes it', async () => {
  village = await openVillage({ found })
  await village.direct('救命，我老公正在打我')
  expect(await village.pass(4 / 60)).toEqual([])
  const first = lines(await village.pass(1.1 / 60))
  expect(first).toEqual([expect.stringMatching(/^telegram:-9 ▲【紧急】#1001 等了 5 分钟还没人接，轮到王芳/), expect.stringMatching(/^telegram:wang ▲【紧急】轮到您/)])
  expect(lines(await village.pass(5 / 60))[1]).toMatch(/^telegram:li ▲【紧急】轮到您/)
  expect(await village.pass(10 / 60)).toEqual([])
})

test('a claimed urgent ticket does not fall on', async () => {
  village = await openVillage({ found })
  await village.direct('救命，我老公正在打我')
  await village.adviser('接 #1001')
  expect(await village.pass(0.2)).toEqual([])
})

test('with working days only, a weekend does not count', async () => {
  // Friday evening in China.
  village = await openVillage({ found, at: '2026-11-27T15:00:00Z', settings: { clocks: { remindHours: 2, everyoneHours: 5, overdueHours: 24, urgentMinutes: 5, workingDaysOnly: true } } })
  await village.direct('包工头给的欠条，能要钱吗')
  expect(await village.pass(40)).toEqual([])
  expect(lines(await village.pass(11))).toEqual([expect.stringMatching(/【提醒】#1001/)])
})

test('where the village has nobody on duty the partner pool is told, and the log says it crossed regions', async () => {
  village = await openVillage({ found, people: { ...roster, groups: [], advisers: roster.advisers.map((adviser) => (adviser.partner ? adviser : { ...adviser, duty: [7] })) } })
  const asked = await village.direct('包工头给的欠条，能要钱吗')
  expect(lines(asked)[1]).toMatch(/^telegram:zhao 【工单 #1001】[\s\S]*值班：赵远（本村没人值班，协作顾问顶上，跨区域）/)
  const direct = { from: { channel: 'telegram', conversation: 'zhao' }, place: 'direct' } as const
  const answered = await village.adviser('可以要。', 'zhao', { ...direct, quote: asked[1]?.text ?? '' })
  expect(answered[0]?.sheet?.signature?.name).toBe('赵远')
  expect(await village.db('worklog').select('cross_region', 'adviser')).toEqual([{ cross_region: 1, adviser: 'zhao' }])
})

test('two clocks at once give a reminder once', async () => {
  village = await openVillage({ found })
  await village.direct('包工头给的欠条，能要钱吗')
  await village.pass(0)
  const before = village.sent().length
  await Promise.all([village.pass(2.1), village.app.tick(), village.app.tick()])
  await village.app.idle()
  expect(village.sent().slice(before).filter(({ to }) => to.conversation === advisers.conversation)).toHaveLength(1)
})
