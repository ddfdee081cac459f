import { afterEach, expect, test } from 'vitest'
import { advisers, openVillage, type Village } from '../support/village.ts'

const found = { 工钱: { entry: 'unpaid-wages', confidence: 0.3 }, 低保: { entry: 'social-assistance-dibao', confidence: 0.3 }, 欠条: { entry: 'lending-iou', confidence: 0.9 } }
const story = '我在镇上砖厂干了大半年老板说效益不好一直没给我们结工钱现在人也找不着了我该去哪里要这个钱，对了还想问一下我家老父亲的低保今年突然给停了也没人说为啥能不能去问'
const mixed = '我在镇上借给老周两万块钱他只写了个欠条说年底还我现在人也找不着了我该去哪里要这个钱，对了还想问一下我家老父亲的低保今年突然给停了也没人说为啥能不能去问'
let village: Village
afterEach(() => village.close())

test('two matters that both need an adviser are two tickets, each with its card, and the resident hears both numbers', async () => {
  village = await openVillage({ found })
  const sent = await village.direct(story)
  const [first, second] = sent.filter(({ to }) => to.channel === 'wechat')
  expect(first?.text).toMatch(/^「我在镇上砖厂.*」：.*已经转给法律顾问，编号 #1001。/)
  expect(second?.text).toMatch(/^「.*低保.*」：.*已经转给法律顾问，编号 #1002。/)
  expect([first?.sheet?.ticket, second?.sheet?.ticket]).toEqual([1001, 1002])
  const cards = sent.filter(({ to }) => to.conversation === advisers.conversation).map(({ text }) => text)
  expect(cards).toEqual([expect.stringMatching(/【工单 #1001】[\s\S]*工钱[\s\S]*接 #1001/), expect.stringMatching(/【工单 #1002】[\s\S]*低保[\s\S]*接 #1002/)])
  expect(cards[0]).not.toContain('低保')
  expect(sent.map(({ text }) => text).join()).not.toMatch(/\{ticket\}|\{beside\}/)
})

test('only one of the two asks for facts, and what the resident says next joins that one', async () => {
  village = await openVillage({ found })
  const sent = await village.direct(story)
  const asking = sent.filter(({ to, text }) => to.channel === 'wechat' && text.includes('顾问还想知道'))
  expect(asking).toHaveLength(1)
  const number = asking[0]?.sheet?.ticket
  const joined = await village.direct('今年三月停的')
  expect(joined.map(({ text }) => text).join()).toContain(`#${number} 居民补充：今年三月停的`)
})

test('each is answered for itself, and the other waits on', async () => {
  village = await openVillage({ found })
  await village.direct(story)
  await village.adviser('#1002 先去镇上民政窗口问原因。')
  const mine = await village.direct('我的问题')
  expect(mine[0]?.text).toMatch(/#1002 李明已答复.*\n.*民政窗口[\s\S]*#1001 等人接/)
})

test('an answer beside a ticket takes one number', async () => {
  village = await openVillage({ found })
  const sent = await village.direct(mixed)
  expect(sent.filter(({ to }) => to.channel === 'wechat').map(({ sheet }) => [sheet?.kind, sheet?.ticket])).toEqual([['answer', undefined], ['escalated', 1001]])
  expect(await village.db('tickets').select('number')).toEqual([{ number: 1001 }])
})

test('both tickets or none: a failure while the second is written leaves nothing of the first', async () => {
  village = await openVillage({ found })
  await village.db.raw('create trigger full before insert on tickets when new.number = 1002 begin select raise(abort, \'full\'); end')
  await village.receive({ text: story, sender: 'zhang', from: { channel: 'wechat', conversation: 'zhang' }, place: 'direct' })
  await expect.poll(() => village.problems.length).toBeGreaterThan(0)
  expect(await village.db('tickets').select('number')).toEqual([])
  expect(await village.db('outbox').select('id')).toEqual([])
  await village.db.raw('drop trigger full')
})
