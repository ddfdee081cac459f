import { afterEach, expect, test } from 'vitest'
import { advisers, group, lines, openVillage, roster, type Village } from '../support/village.ts'

const found = {
  工资: { entry: 'unpaid-wages', confidence: 0.9 }, 借条: { entry: 'lending-iou', confidence: 0.9 }, 宅基地: { confidence: 0 }, 网贷: { entry: 'online-loan-collection', confidence: 0.9 },
  天气: { intents: { question: 0.1, ignore: 0.9 } }, 吃饭: { intents: { question: 0.1, ignore: 0.9 } }, 诗: { intents: { question: 0.1, refuse: 0.9 } },
}
let village: Village
afterEach(() => village.close())

const unaddressed = { addressed: false }
const mentionOnly = { ...roster, groups: roster.groups.map((one) => (one.with === 'residents' ? { ...one, policy: 'mention' as const } : one)) }

test('in a group that wants to be asked, only a mention is answered, and an emergency', async () => {
  village = await openVillage({ found, people: mentionOnly })
  expect(await village.say({ text: '工资拖了怎么办', ...unaddressed })).toEqual([])
  expect((await village.say({ text: '工资拖了怎么办' }))[0]?.sheet?.kind).toBe('answer')
  expect((await village.say({ text: '救命，我老公正在打我', sender: 'sun', ...unaddressed }))[0]?.sheet?.kind).toBe('urgent')
})

test('an attentive group is helped with a plain legal question and left alone otherwise', async () => {
  village = await openVillage({ found })
  expect((await village.say({ text: '工资拖了怎么办', ...unaddressed }))[0]).toMatchObject({ sheet: { kind: 'answer' }, mention: { id: 'zhang' } })
  expect(await village.say({ text: '今天天气真好', sender: 'b', ...unaddressed })).toEqual([])
  expect(await village.say({ text: '谁给我写首诗', sender: 'b', ...unaddressed })).toEqual([])
  expect(await village.say({ text: '宅基地那边路修好了', sender: 'b', ...unaddressed })).toEqual([])
  expect(await village.say({ text: '怎么办', sender: 'b', ...unaddressed })).toEqual([])
  expect((await village.say({ text: '宅基地能不能卖给城里人', sender: 'c', ...unaddressed }))[0]?.text).toMatch(/转给法律顾问/)
})

test('whoever we just answered may go on without a mention', async () => {
  village = await openVillage({ found, people: mentionOnly })
  await village.say({ text: '工资拖了怎么办' })
  expect((await village.say({ text: '详细', ...unaddressed }))[0]?.text).toMatch(/拖欠工资/)
  expect(await village.say({ text: '详细', sender: 'other', ...unaddressed })).toEqual([])
})

test('a burst is gathered into one question, each person apart, and its messages are decided together', async () => {
  village = await openVillage({ found, settings: { gatherSeconds: 8 } })
  await village.receive({ text: '老板', ...unaddressed })
  await village.receive({ text: '借条', sender: 'wang', ...unaddressed })
  await village.receive({ text: '拖我工资', ...unaddressed })
  await village.receive({ text: '没写利息能要吗', sender: 'wang', ...unaddressed })
  await village.receive({ text: '咋办', ...unaddressed })
  expect(village.sent()).toEqual([])
  await village.app.idle()
  expect(village.sent().map(({ mention, replyTo }) => [mention?.id, replyTo])).toEqual([['zhang', 'm5'], ['wang', 'm4']])
  expect(await village.db('inbox').whereNull('decided_at')).toEqual([])
  expect(await village.db('inbox').select('id', 'kind').orderBy('seq')).toEqual([
    { id: 'm1', kind: 'gathered' }, { id: 'm2', kind: 'gathered' }, { id: 'm3', kind: 'gathered' }, { id: 'm4', kind: 'answered' }, { id: 'm5', kind: 'answered' },
  ])
})

test('an emergency does not wait for the rest of a burst', async () => {
  village = await openVillage({ found, settings: { gatherSeconds: 60 } })
  await village.receive({ text: '在吗', ...unaddressed })
  await village.receive({ text: '救命，我老公正在打我', ...unaddressed })
  await expect.poll(() => village.sent().length).toBe(2)
  expect(village.sent()[0]?.sheet?.kind).toBe('urgent')
})

test('what belongs one-to-one is not told to the group', async () => {
  village = await openVillage({ found })
  const [debts] = await village.say({ text: '我欠网贷八万还不上会坐牢吗' })
  expect(debts?.text).toMatch(/^这件事不方便在群里说/)
  expect(debts?.text).not.toMatch(/网贷|八万/)
  const [named] = await village.say({ text: '工资不给，老板电话13800001234', sender: 'b' })
  expect(named?.text).toMatch(/^这件事不方便在群里说/)
  const [urgent] = await village.say({ text: '我老公正在打我 救命', sender: 'c' })
  expect(urgent?.sheet?.calls?.map(({ phone }) => phone)).toContain('110')
  expect(urgent?.text).not.toMatch(/家暴|老公|打我/)
})

test('an adviser’s answer to an intimate matter waits one-to-one', async () => {
  village = await openVillage({ found: { 家暴: { confidence: 0 } } })
  const asked = await village.say({ text: '家暴了能多分财产吗' })
  expect(asked[0]?.text).toMatch(/^这件事不方便在群里说.*编号 #1001/)
  const first = await village.adviser('#1001 可以要求损害赔偿，先去派出所要告诫书。')
  expect(first[0]).toMatchObject({ to: group, text: expect.stringMatching(/请单独给我发「我的问题」/) as string })
  expect((await village.direct('我的问题'))[0]?.text).toMatch(/可以要求损害赔偿/)
  const second = await village.adviser('#1001 保护令也可以申请。')
  expect(second.map(({ to }) => to.conversation)).toEqual(['zhang', 'qingxi@chatroom', '-9'])
  expect(second[1]?.text).not.toMatch(/保护令/)
})

test('what was answered in the group a few minutes ago is pointed to, later it is answered again', async () => {
  village = await openVillage({ found })
  const [first] = await village.say({ text: '工资拖了怎么办' })
  const [second] = await village.say({ text: '我家工资也拖了怎么办', sender: 'b' })
  expect(second?.text).toMatch(/^这个问题群里 09:00 刚答过/)
  expect(second?.text.length).toBeLessThan(first?.text.length ?? 0)
  await village.pass(0.5)
  expect((await village.say({ text: '工资拖了怎么办呢', sender: 'c' }))[0]?.sheet?.kind).toBe('answer')
})

test('another program is never answered', async () => {
  village = await openVillage({ found })
  expect(await village.say({ text: '工资拖了怎么办', fromBot: true })).toEqual([])
})

test('闭嘴 by an adviser or admin silences a group until 开口, and lasts over a restart; a resident cannot', async () => {
  village = await openVillage({ found })
  const here = { from: { channel: 'telegram', conversation: '-1' } } as const
  village.setPeople({ ...roster, groups: [...roster.groups, { with: 'residents', at: here.from, village: 'qingxi', policy: 'attentive' }] })
  await village.say({ text: '闭嘴', ...here, sender: 'nobody', ...unaddressed })
  expect((await village.say({ text: '工资拖了怎么办', ...here }))[0]?.sheet?.kind).toBe('answer')
  expect((await village.say({ text: '闭嘴', ...here, sender: 'zhou', ...unaddressed }))[0]?.text).toMatch(/我不说话了/)
  expect(await village.say({ text: '借条没写利息能要吗', ...here })).toEqual([])
  expect(await village.db('muted').select('conversation')).toEqual([{ conversation: '-1' }])
  expect((await village.say({ text: '救命，我老公正在打我', ...here }))[0]?.sheet?.kind).toBe('urgent')
  await village.say({ text: '开口', ...here, sender: 'li', ...unaddressed })
  expect((await village.say({ text: '借条没写利息能要吗', ...here }))[0]?.sheet?.kind).toBe('answer')
  expect(lines(await village.adviser('闭嘴 清溪村'))).toEqual([expect.stringMatching(/^telegram:-9 好的，我不说话了/)])
  expect(await village.say({ text: '工资拖了怎么办', from: group })).toEqual([])
})

test('one person is paced, told once, and keeps nobody else waiting', async () => {
  village = await openVillage({ found, settings: { perPersonPerMinute: 2, repeatMinutes: 0 } })
  const texts: (string | undefined)[] = []
  for (let count = 0; count < 5; count++) texts.push((await village.say({ text: '工资拖了怎么办' }))[0]?.text)
  expect(texts.map((text) => (text === undefined ? 'silent' : text.startsWith('大家问得有点急') ? 'told' : 'answered'))).toEqual(['answered', 'answered', 'told', 'silent', 'silent'])
  expect((await village.say({ text: '工资拖了怎么办', sender: 'b' }))[0]?.sheet?.kind).toBe('answer')
})

test('the first contact is told who answers and what is kept, once one-to-one and once in each group', async () => {
  village = await openVillage({ found })
  const told = /我是 AI 助手，不是律师[\s\S]*存 180 天.*「删除我的记录」/
  expect((await village.say({ text: '工资拖了怎么办' }))[0]?.text).toMatch(told)
  expect((await village.say({ text: '借条没写利息能要吗' }))[0]?.text).not.toMatch(told)
  expect((await village.direct('借条没写利息能要吗'))[0]?.text).toMatch(told)
  expect((await village.direct('工资拖了怎么办'))[0]?.text).not.toMatch(told)
  expect((await village.say({ text: '工资拖了怎么办', from: { channel: 'wechat', conversation: 'two@chatroom' } }))[0]?.text).toMatch(told)
  const urgent = (await village.direct('救命，我老公正在打我', 'new'))[0]?.text ?? ''
  expect(urgent.indexOf('110')).toBeLessThan(urgent.indexOf('AI 助手'))
})

test('a picture is answered kindly, one nobody sent to us is left alone', async () => {
  village = await openVillage({ found })
  expect((await village.direct('', 'zhang', { attachment: '图片' }))[0]?.text).toMatch(/收到您发的图片，我只看得懂文字/)
  expect(await village.say({ text: '', attachment: '图片', ...unaddressed })).toEqual([])
})

test('an adviser who talks in a residents’ group is left alone', async () => {
  village = await openVillage({ found, people: { ...roster, groups: [...roster.groups, { with: 'residents', at: { channel: 'telegram', conversation: '-1' }, village: 'qingxi', policy: 'attentive' }] } })
  expect(await village.say({ text: '工资拖了可以去劳动监察，怎么去我来说', sender: 'li', from: { channel: 'telegram', conversation: '-1' }, ...unaddressed })).toEqual([])
  expect(village.sent().filter(({ to }) => to.conversation === advisers.conversation)).toEqual([])
})
