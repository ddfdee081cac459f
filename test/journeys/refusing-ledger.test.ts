import { afterEach, expect, test } from 'vitest'
import { openVillage, type Village } from '../support/village.ts'

const found = { 欠条: { entry: 'lending-iou', confidence: 0.3 } }
const full = "create trigger full before insert on outbox begin select raise(abort, 'database or disk is full'); end"
let village: Village
afterEach(() => village.close())

test('a database that refuses twice: the message is decided once, with one ticket, one card and one reply', async () => {
  const waits: number[] = []
  village = await openVillage({
    found,
    later(run, ms) {
      waits.push(ms)
      void (waits.length === 2 ? village.db.raw('drop trigger full') : Promise.resolve()).then(run)
      return () => {}
    },
  })
  await village.db.raw(full)
  const sent = await village.direct('包工头给的欠条，能找总包要钱吗')
  expect(waits).toEqual([500, 1000])
  expect(village.problems).toEqual([expect.stringMatching(/账本没写进去.*disk is full/), expect.stringMatching(/账本没写进去/)])
  expect(sent.map(({ to }) => to.channel)).toEqual(['wechat', 'telegram'])
  expect(await village.db('tickets').select('number')).toEqual([{ number: 1001 }])
  expect(await village.db('inbox').whereNull('decided_at')).toEqual([])
})

test('one that refuses for minutes: the message is taken up by the clock, without a restart', async () => {
  village = await openVillage({ found, later: (run) => (void Promise.resolve().then(run), () => {}) })
  await village.db.raw(full)
  expect(await village.direct('包工头给的欠条，能找总包要钱吗')).toEqual([])
  expect(await village.db('inbox').whereNull('decided_at').select('id')).toEqual([{ id: 'm1' }])
  await village.db.raw('drop trigger full')
  expect((await village.pass(0.01)).map(({ to }) => to.channel)).toEqual(['wechat', 'telegram'])
  expect(await village.pass(0.01)).toEqual([])
})
