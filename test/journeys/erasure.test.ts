import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { worklogSheets } from '../../src/desk/worklog-sheets.ts'
import { readWorklog } from '../../src/store/worklog.ts'
import { openVillage, type Village } from '../support/village.ts'

const found = { 欠条: { entry: 'lending-iou', confidence: 0.3 }, 工资: { entry: 'unpaid-wages', confidence: 0.9 } }
let village: Village
afterEach(() => village.close())

/** Everything in the ledger, as one text. */
async function everything(): Promise<string> {
  const tables = ['inbox', 'outbox', 'conversations', 'tickets', 'votes', 'worklog', 'people', 'notices', 'audit', 'drafts']
  return JSON.stringify(await Promise.all(tables.map((table) => village.db(table).select('*'))))
}

test('我的记录 gives what is held, one-to-one only, and is audited', async () => {
  village = await openVillage({ found })
  await village.direct('包工头老赖的欠条，能要钱吗')
  expect((await village.direct('我的记录'))[0]?.text).toMatch(/消息 2 条[\s\S]*包工头老赖的欠条[\s\S]*#1001 包工头老赖的欠条/)
  expect((await village.say({ text: '我的记录' }))[0]?.text).toMatch(/不方便在群里说/)
  expect(await village.db('audit').select('person', 'what')).toEqual([{ person: 'zhang', what: '我的记录' }])
})

test('删除我的记录 takes words and identity out of everything, tells the advisers, and keeps counts', async () => {
  village = await openVillage({ found })
  await village.direct('包工头老赖的欠条，能要钱吗')
  await village.say({ text: '工资拖了怎么办，我在青石板厂' })
  await village.adviser('#1001 老赖的事可以起诉。')
  await village.direct('满意')
  await village.direct('又有一张欠条，老赖不认')
  await village.app.tick()
  expect(existsSync(join(village.dir, 'drafts', 'ticket-1001.md'))).toBe(true)
  const inbox = await village.db('inbox').count({ n: '*' })

  const erased = await village.direct('删除我的记录')
  expect(erased.map(({ to }) => to.conversation)).toEqual(['zhang', '-9'])
  expect(erased[0]?.text).toMatch(/删好了/)
  expect(erased[1]?.text).toMatch(/#1002 居民删除了自己的记录，工单关闭/)
  await village.app.tick()

  const left = await everything()
  expect(left).not.toMatch(/老赖|青石板|zhang|老张/)
  expect(await village.db('inbox').count({ n: '*' })).toEqual([{ n: Number(inbox[0]?.['n']) + 1 }])
  expect(await village.db('worklog').select('village', 'adviser', 'content')).toEqual([{ village: 'qingxi', adviser: 'li', content: '〔已删除〕' }])
  expect(await village.db('tickets').select('status')).toEqual([{ status: 'closed' }, { status: 'closed' }])
  expect(await village.db('audit').select('what')).toContainEqual({ what: '删除我的记录' })
  expect(existsSync(join(village.dir, 'drafts', 'ticket-1001.md'))).toBe(false)
  expect((await village.direct('我的问题'))[0]?.text).toMatch(/没有转给法律顾问的问题/)
})

test('one person’s erasure leaves a neighbour’s words alone', async () => {
  village = await openVillage({ found })
  await village.direct('我家的欠条，能要钱吗', 'neighbour')
  await village.say({ text: '工资拖了怎么办', sender: 'neighbour' })
  const before = await village.db('inbox').where({ sender: 'neighbour' })
  await village.say({ text: '工资拖了怎么办' })
  await village.direct('删除我的记录')
  expect(await village.db('inbox').where({ sender: 'neighbour' })).toEqual(before)
  expect((await village.direct('我的问题', 'neighbour'))[0]?.text).toMatch(/#1001/)
})

test('on the web a name that anybody may give erases nothing of somebody else’s conversation', async () => {
  village = await openVillage({ found })
  const web = (conversation: string, text: string) => village.say({ text, sender: 'anna', from: { channel: 'web', conversation }, place: 'direct' })
  await web('secret-1', '我家的欠条，能要钱吗')
  await web('secret-2', '删除我的记录')
  expect((await web('secret-1', '我的问题'))[0]?.text).toMatch(/#1001 等人接：我家的欠条/)
  await web('secret-1', '删除我的记录')
  await village.app.tick()
  expect(await everything()).not.toMatch(/secret-1|我家的欠条/)
})

test('after the retention words and identity go by themselves, out of every table', async () => {
  village = await openVillage({ found, settings: { retentionDays: 30 } })
  const platformId = (n: number) => ({ id: `zhang:${n}` })
  await village.direct('包工头老赖的欠条，能要钱吗', 'zhang', platformId(1))
  await village.adviser('#1001 老赖的事可以起诉。')
  await village.direct('满意', 'zhang', platformId(2))
  await village.direct('我的记录', 'zhang', platformId(3))
  const [answer] = await village.direct('工资拖了怎么办', 'zhang', platformId(4))
  await village.app.vote({ message: answer?.id ?? '', from: { channel: 'wechat', conversation: 'zhang' }, sender: 'zhang', up: true })
  await village.app.tick()
  expect(existsSync(join(village.dir, 'drafts', 'ticket-1001.md'))).toBe(true)
  await village.pass(24 * 29)
  expect(await everything()).toMatch(/老赖/)
  await village.pass(24 * 2)
  expect(await everything()).not.toMatch(/老赖/)
  expect(existsSync(join(village.dir, 'drafts', 'ticket-1001.md'))).toBe(false)
  await village.pass(24 * 2)
  expect(await everything()).not.toMatch(/老赖|zhang|老张/)
  expect(await village.db('tickets').select('status', 'village')).toEqual([{ status: 'closed', village: 'qingxi' }])
  expect(await village.db('audit').select('what')).toEqual([{ what: '我的记录' }])
  expect(await village.db('votes').select('up')).toEqual([{ up: 1 }])
})

test('the work log keeps what practice demands, and the sheet still exports', async () => {
  village = await openVillage({ found, settings: { retentionDays: 30 } })
  await village.direct('包工头老赖的欠条，能要钱吗')
  await village.adviser('#1001 老赖的事可以起诉。')
  await village.adviser('拟 厂里老赖拖了三个月工资咋办')
  await village.adviser('签 2026-11')
  await village.pass(24 * 31)
  const services = await readWorklog(village.db, { month: '2026-11' })
  expect(services.map(({ content, adviser, village: where, method, result, minutes, signed }) => [content, adviser.name, adviser.licence, where, method, result, minutes, signed])).toEqual([
    ['借贷合同：〔原话到期已删〕', '李明', '11101201010000001', 'qingxi', '线上答复（微信）', '已答复', 10, true],
    ['〔原话到期已删〕', '李明', '11101201010000001', 'qingxi', '代拟答复（顾问转贴）', '已拟稿，由顾问转发', 5, true],
  ])
  const [log, , settlement] = worklogSheets(services, '2026-11', { village: () => '清溪村', channel: () => '微信' })
  expect(log?.rows.at(-3)).toEqual(expect.arrayContaining(['合计', 15]))
  expect(settlement?.rows[1]).toEqual(['李明', '律师', '11101201010000001', 2, 15, 0.25])
})

test('a ticket that nobody touched for so long is over, answered or not', async () => {
  village = await openVillage({ found, settings: { retentionDays: 30 } })
  await village.direct('包工头老赖的欠条，能要钱吗')
  await village.direct('另一张老赖的欠条呢，能要吗', 'wu')
  await village.adviser('#1001 老赖的事可以起诉。')
  await village.pass(24 * 31)
  await village.pass(24 * 31)
  expect(await everything()).not.toMatch(/老赖/)
  expect(await village.db('tickets').select('status')).toEqual([{ status: 'closed' }, { status: 'closed' }])
})

test('a message that its platform brings again after the erasure is still known', async () => {
  village = await openVillage({ found })
  await village.direct('包工头老赖的欠条，能要钱吗', 'zhang', { id: 'zhang:1' })
  await village.direct('删除我的记录', 'zhang', { id: 'zhang:2' })
  expect(await village.direct('包工头老赖的欠条，能要钱吗', 'zhang', { id: 'zhang:1' })).toEqual([])
  await village.app.tick()
  await village.pass(24 * 2)
  expect(await everything()).not.toMatch(/老赖|zhang/)
})
