import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Assistant } from '../../src/assistant.ts'
import { likelyPassages } from '../../src/consult/likely.ts'
import { phrase } from '../../src/consult/wording.ts'
import type { Conversation } from '../../src/domain/conversation.ts'
import type { Outbound } from '../../src/domain/message.ts'
import { inbound } from '../support/messages.ts'
import { orchardLaw, orchardLawRevised, pictureLaw, statuteVillage } from '../support/statute-village.ts'
import { advisers, openVillage, type Village } from '../support/village.ts'

let place: Awaited<ReturnType<typeof statuteVillage>>
let assistant: Assistant
let village: Village

const pictures = '临摹的画和字体算不算作品，能不能受保护'
const bees = '别人把蜂箱放在我家承包的林地里，产的蜂蜜法律上归谁，能起诉吗'

beforeAll(async () => {
  place = await statuteVillage()
  await place.put('果园(2018-03-01).md', orchardLaw)
  await place.put('果园(2025-09-01).md', orchardLawRevised)
  await place.put('画.md', pictureLaw)
  assistant = await place.open()
  village = await openVillage({ counsel: assistant, at: '2026-11-22T01:00:00Z' })
}, 120_000)
afterAll(async () => {
  await village.close()
  await place.close()
})

const ask = (text: string, conversation: Conversation = {}) => assistant.decide(inbound({ text }), conversation)
const toAdvisers = (sent: readonly Outbound[]) => sent.filter(({ to }) => to.conversation === advisers.conversation).map(({ text }) => text).join('\n')
const toResident = (sent: readonly Outbound[]) => sent.find(({ to }) => to.conversation !== advisers.conversation)

test('until the index is ready the assistant behaves as without statutes', async () => {
  expect(assistant.statutes.ready()).toBe(false)
  const outcome = await ask(pictures)
  expect(outcome).toMatchObject({ kind: 'escalated', ticket: { because: 'unsure' } })
  expect(outcome.kind === 'escalated' && [outcome.likely, outcome.ticket.likely]).toEqual([undefined, undefined])
})

test('a question that no guide answers puts the likely articles on the card', { timeout: 60_000 }, async () => {
  await assistant.statutes.refresh()
  expect(assistant.statutes.ready()).toBe(true)
  const card = toAdvisers(await village.direct(pictures, 'zhang'))
  expect(card).toMatch(/可能有关的法条（机器检索 2026-11-22 有效的法律，不是答复；其中有对得上的把握 \d+%）：\n1\. /)
  expect(card).toMatch(/\d\. 《著作权法》第三条「本法所称的作品，包括画在井壁上的画/)
})

test('unfolding an article is no addition to the ticket', async () => {
  const sent = await village.direct('著作权法3条', 'zhang')
  expect(toAdvisers(sent)).toBe('')
  expect(toResident(sent)?.text).toContain('写在桶上的字体和人工智能生成物')
})

test('the ticket keeps where to look, with the day, the chance and the first words', async () => {
  const outcome = await ask(bees)
  const likely = outcome.kind === 'escalated' ? outcome.ticket.likely : undefined
  expect(likely).toMatchObject({ day: '2026-11-22' })
  expect(likely?.confidence).toBeLessThan(1)
  expect(likely?.articles).toContainEqual({ law: '果园邻里法', article: '3', start: '蜂箱放在他人林地里的，所得蜂蜜归养蜂人，养蜂人应当每年给林地主人送蜂蜜十…' })
})

test.each([
  ['an emergency', '我老公正在打我，还撕了我临摹的画'],
  ['a matter of another country', '我爸在香港去世，留下的画和香港的房子按香港法律怎么继承'],
  ['a greeting', '早上好'],
])('%s is not searched', async (_, text) => {
  const outcome = await ask(text)
  expect(outcome.kind).not.toBe('answered')
  expect('likely' in outcome || ('ticket' in outcome && 'likely' in outcome.ticket)).toBe(false)
})

test('an adviser who pastes a question sees them beside the draft, marked as not to be pasted', async () => {
  const sent = await village.say({ text: pictures, sender: 'li', from: { channel: 'telegram', conversation: 'li' }, place: 'direct' })
  expect(sent[0]?.text).toMatch(/【只给您看，别粘贴】可能有关的法条[\s\S]*《著作权法》第三条/)
})

test('they are passages for a model, each verbatim and with its article', async () => {
  const likely = assistant.statutes.search(pictures, '2026-11-22')
  expect(likely && likelyPassages(likely).map(({ id: _place, ...passage }) => passage)).toContainEqual({ label: '《著作权法》第三条', text: pictureLaw[4]?.replace('第三条　', ''), ref: { law: '著作权法', article: '3' } })
})

const said = async (text: string, conversation: Conversation = {}) => {
  const outcome = await ask(text, conversation)
  return phrase(outcome, inbound({ text }), assistant.words)[0]?.text ?? ''
}

test.each([
  ['果园邻里法第3条第2款', '第二款：养蜂人不送蜂蜜的，林地主人可以：\n（一）请村民委员会调解；\n（二）要求搬走蜂箱。'],
  ['《果园邻里法》第三条第二款第（二）项', '第二款第二项：养蜂人不送蜂蜜的，林地主人可以：\n（二）要求搬走蜂箱。'],
  ['果园邻里法3条第1项', '第一项：养蜂人不送蜂蜜的，林地主人可以：\n（一）请村民委员会调解；'],
  ['果园邻里法第三条第五款', '这一条一共 2 款，没有第五款，整条如下：\n蜂箱放在他人林地里的'],
])('%s shows the part that is asked for', async (text, expected) => {
  expect(await said(text)).toContain(expected)
})

test('a quote is labelled as the law itself, with its version, and not as made by a machine', async () => {
  const text = await said('果园邻里法4条')
  expect(text).toContain('果子掉在邻居院子里的，归邻居所有。')
  expect(text).toContain('（法律原文（2025-09-01 版，2026-01-01 起施行），逐字照录，不是 AI 生成）')
  expect(text).not.toContain('仅供参考')
})

test('several articles come at once, five in full and the rest by name', async () => {
  const two = await said('果园邻里法第二条、第四条')
  expect(two).toMatch(/《果园邻里法》第二条\n果树的枝条[\s\S]*《果园邻里法》第四条\n果子掉在/)
  const six = await said('果园邻里法1到6条')
  expect(six).toContain('《果园邻里法》第五条\n稻草人')
  expect(six).toContain('还有：《果园邻里法》第六条。一次最多看 5 条')
  expect(await said('果园邻里法4条和著作权法3条')).toMatch(/果子掉在[\s\S]*写在桶上的字体[\s\S]*《果园邻里法》2025-09-01 版、《著作权法》2020-11-11 版/)
})

test.each([
  ['果园邻里法第三百条', '《果园邻里法》一共 6 条，没有第三百条。'],
  ['民法典第1300条', '《民法典》一共 1260 条，没有第一千三百条。'],
  ['民法典第1077条说什么', '《民法典》第一千零七十七条的原文我这里没有。\n官方文本在国家法律法规数据库 https://flk.npc.gov.cn'],
  ['稻草人保护法第三条说什么', '《稻草人保护法》我这里没有，看不到第三条。\n官方文本在国家法律法规数据库 https://flk.npc.gov.cn'],
  ['合同法第52条', '《合同法》已于 2021-01-01 废止，由《民法典》接替'],
])('%s says what is wrong instead of silence', async (text, expected) => {
  expect(await said(text)).toContain(expected)
})

test('a law named in the telling of something else does not stop the question', async () => {
  const outcome = await ask('老板说按稻草人保护法第三条他不用给钱，可他拖了我三个月工资，我要怎么讨')
  expect(outcome.reason).not.toBe('no-such-text')
  expect(outcome.entries[0]).toBe('unpaid-wages')
})

test('「原文」 unfolds what was cited, what was likely, and what was quoted', async () => {
  expect(await said('原文', { lastEntry: 'unpaid-wages' })).toMatch(/《劳动合同法》第三十条\n这里没有导入它的原文，请看国家法律法规数据库/)
  const likely = { day: '2026-11-22', articles: [{ law: '著作权法', article: '3' }] }
  expect(await said('原文', { lastEntry: 'unpaid-wages', likely })).toMatch(/写在桶上的字体[\s\S]*法律原文（2020-11-11 版/)
  const quoted = await ask('果园邻里法2、4条')
  expect(await said('原文', { lastEntry: quoted.entries[0] ?? '' })).toMatch(/果树的枝条[\s\S]*果子掉在[\s\S]*法律原文/)
})

test('every answer with articles offers to unfold them, as a button and as a word', async () => {
  const outcome = await ask('厂里拖欠我三个月工资不给，怎么办')
  const [reply] = phrase(outcome, inbound({ text: 'x' }), assistant.words)
  expect(reply?.actions).toContainEqual({ label: '法条原文', send: '原文' })
  expect(reply?.text).toContain('回「原文」看法条')
})

test.each([
  ['果园邻里法第三条', '蜂蜜十斤', 'today'],
  ['2019年的果园邻里法第三条怎么说', '蜂蜜五斤', 'a year before the name'],
  ['我2019年放的蜂箱，按当时的规定，果园邻里法第三条怎么说', '蜂蜜五斤', 'the rule of then'],
  ['我2019年放的蜂箱，果园邻里法第三条怎么说', '蜂蜜十斤', 'a date of what happened'],
  ['2017年的果园邻里法第三条', '2017-12-31 那天《果园邻里法》还没有施行', 'before there was a law'],
])('%s gives the text of %s', async (text, expected) => {
  expect(await said(text)).toContain(expected)
})

test('a search uses the day whose rules are asked for, and no other', async () => {
  const dayOfSearch = async (text: string) => {
    const outcome = await ask(text)
    return outcome.kind === 'escalated' ? [outcome.ticket.likely?.day, outcome.ticket.likely?.articles.find(({ law, article }) => law === '果园邻里法' && article === '3')?.start.slice(-2)] : outcome.kind
  }
  expect(await dayOfSearch(`2019年放的蜂箱，${bees}`)).toEqual(['2026-11-22', '十…'])
  expect(await dayOfSearch(`2019年的事，当时的规定是什么：${bees}`)).toEqual(['2019-12-31', '五…'])
})

test('a guide answers with the law of today, and says so where the rule of then was asked for', async () => {
  expect(await said('我2020年被厂里拖欠三个月工资不给，怎么办')).not.toContain('那时的')
  expect(await said('我2020年被厂里拖欠三个月工资，当时的规定该怎么讨')).toContain('上面是现在的规定。您问的是 2020-12-31 那时的，可能不一样')
})

test('a new version is quoted and searched from its day, not before', async () => {
  onTestFinished(() => place.setDay('2026-11-22'))
  place.setDay('2025-12-31')
  const find = (day: string) => assistant.statutes.search(bees, day)?.articles.find(({ law, article }) => law === '果园邻里法' && article === '3')?.text
  expect(await said('果园邻里法第三条')).toContain('蜂蜜五斤')
  expect(find('2025-12-31')).toContain('五斤')
  place.setDay('2026-01-01')
  expect(await said('果园邻里法第三条')).toContain('蜂蜜十斤')
  expect(find('2026-01-01')).toContain('十斤')
})

test('traditional characters find the same, and the card shows them as they were written', async () => {
  expect(await said('果園鄰里法第三條')).toContain('蜂蜜十斤')
  expect((await ask('廠裡拖欠我三個月工資不給，怎麼辦')).entries[0]).toBe('unpaid-wages')
  const traditional = '臨摹的畫和字體算不算作品，能不能受保護'
  const sent = await village.direct(traditional, 'chen')
  expect(toAdvisers(sent)).toContain(`问：${traditional}`)
  expect(toAdvisers(sent)).toContain('《著作权法》第三条')
})

test('「转人工」 after a question puts the words of the resident on the card, whatever characters they are in', async () => {
  const traditional = '廠裡拖欠我三個月工資不給，怎麼辦'
  await village.direct(traditional, 'wu')
  const card = toAdvisers(await village.direct('轉人工', 'wu'))
  expect(card).toContain(`问：${traditional}`)
  expect(card).not.toContain('问：轉人工')
})
