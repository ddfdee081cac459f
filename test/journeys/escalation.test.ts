import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { DeliveryFailed } from '../../src/domain/errors.ts'
import { advisers, group, lines, memoryChannel, openVillage, roster, type Village } from '../support/village.ts'

const found = { 欠条: { entry: 'lending-iou', confidence: 0.3 }, 工资: { entry: 'unpaid-wages', confidence: 0.9 }, 谢谢: { confidence: 0, intents: { ignore: 0.9 } } }
let village: Village
afterEach(() => village.close())

test('ask → unsure → card → claim → answer → relayed once → vote → log line', async () => {
  village = await openVillage({ found })
  const asked = await village.say({ text: '包工头给的欠条，能找总包要钱吗' })
  expect(asked.map(({ to }) => to)).toEqual([group, advisers])
  expect(asked[0]?.text).toMatch(/已经转给法律顾问，编号 #1001/)
  expect(asked[0]?.mention).toEqual({ id: 'zhang', name: '老张' })
  expect(asked[1]?.text).toMatch(/【工单 #1001】清溪村 · 借贷合同 · 普通\n问：包工头给的欠条/)
  expect(asked[1]?.text).toMatch(/助手本想答（AI 生成，把握 30%）/)
  expect(asked[1]?.text).not.toMatch(/老张|zhang/)

  const claimed = await village.adviser('接 #1001')
  expect(lines(claimed)).toEqual([expect.stringMatching(/^wechat:qingxi@chatroom 李明（律师）接手了您的事（#1001）.*我先不插话/), expect.stringMatching(/^telegram:-9 #1001 由李明接了/)])

  const answered = await village.adviser('可以一起找总包公司，先去县劳动监察投诉。', 'li', { quote: asked[1]?.text ?? '' })
  expect(answered[0]).toMatchObject({ to: group, mention: { id: 'zhang' }, sheet: { by: 'adviser', ticket: 1001, signature: { name: '李明', licence: '律师，执业证号 11101201010000001' } } })
  expect(answered[0]?.text).toMatch(/可以一起找总包公司.*\n—— 李明（律师，执业证号 11101201010000001）\n（法律顾问本人的答复，不是 AI 生成）/)
  expect(village.sent().filter(({ text }) => text.includes('可以一起找总包公司'))).toHaveLength(1)

  await village.app.vote({ message: answered[0]?.id ?? '', from: group, sender: 'zhang', up: true })
  await village.app.idle()
  expect(village.sent().at(-1)?.text).toBe('#1001 居民满意，已办结。')
  expect(await village.db('tickets').select('number', 'status')).toEqual([{ number: 1001, status: 'closed' }])
  expect(await village.db('worklog').select('month', 'village', 'adviser_name', 'result', 'minutes', 'ticket')).toEqual([{ month: '2026-11', village: 'qingxi', adviser_name: '李明', result: '已办结，居民满意', minutes: 10, ticket: 1001 }])
  await village.app.tick()
  expect(await readFile(join(village.dir, 'drafts', 'ticket-1001.md'), 'utf8')).toMatch(/包工头给的欠条[\s\S]*可以一起找总包公司/)
  expect(village.problems).toEqual([])
})

test('the same adviser message brought twice by the platform goes out once', async () => {
  village = await openVillage({ found })
  await village.say({ text: '包工头给的欠条，能找总包要钱吗' })
  await village.adviser('#1001 可以要。', 'li', { id: 'same' })
  expect(await village.adviser('#1001 可以要。', 'li', { id: 'same' })).toEqual([])
  expect(village.sent().filter(({ text }) => text.includes('可以要。'))).toHaveLength(1)
})

test('only a registered adviser’s words go out', async () => {
  village = await openVillage({ found })
  await village.say({ text: '包工头给的欠条，能找总包要钱吗' })
  const stranger = await village.adviser('#1001 可以要。', 'somebody')
  expect(lines(stranger)).toEqual([expect.stringMatching(/^telegram:-9 只有登记在册的法律顾问才能/)])
  const resident = await village.say({ text: '#1001 可以要。', sender: 'wangwu' })
  expect(resident.filter(({ text }) => text.includes('法律顾问答复'))).toEqual([])
})

test('talk among advisers stays among them, even when it quotes a card', async () => {
  village = await openVillage({ found })
  const [, card] = await village.say({ text: '包工头给的欠条，能找总包要钱吗' })
  expect(await village.adviser('今天谁值班')).toEqual([])
  expect(lines(await village.adviser('这个你熟', 'wang', { quote: card?.text ?? '' }))).toEqual([expect.stringMatching(/^telegram:-9 这句没有发给居民/)])
  await village.adviser('接 #1001')
  expect(await village.adviser('这个我也办过', 'wang', { quote: card?.text ?? '' })).toEqual([])
})

test('an adviser asks back, and the resident’s next message joins the ticket', async () => {
  village = await openVillage({ found })
  await village.say({ text: '包工头给的欠条，能找总包要钱吗' })
  const asked = await village.adviser('问 #1001 欠条上写了日期吗')
  expect(asked[0]).toMatchObject({ to: group, mention: { id: 'zhang' } })
  expect(asked[0]?.text).toMatch(/法律顾问李明想问您（#1001）：\n欠条上写了日期吗/)
  expect(await village.say({ text: '今天天气好', sender: 'other', addressed: false })).toEqual([])
  const joined = await village.say({ text: '写了，去年3月，我电话13800001234', addressed: false })
  expect(lines(joined)).toEqual([expect.stringMatching(/^wechat:qingxi@chatroom 收到，已经转给李明（#1001）/), 'telegram:-9 #1001 居民回话：写了，去年3月，我电话〔电话〕'])
})

test('while an adviser holds the conversation the assistant is silent, except in an emergency, and comes back', async () => {
  village = await openVillage({ found })
  await village.direct('包工头给的欠条，能找总包要钱吗')
  await village.adviser('接 #1001')
  const meanwhile = await village.direct('工资没发怎么办')
  expect(meanwhile.map(({ to }) => to)).toEqual([advisers])
  const emergency = await village.direct('救命，我老公正在打我')
  expect(emergency[0]).toMatchObject({ to: { conversation: 'zhang' }, sheet: { kind: 'urgent' } })
  await village.adviser('#1001 可以要。')
  const after = await village.direct('工资没发怎么办')
  expect(after[0]?.sheet).toMatchObject({ by: 'assistant', kind: 'answer' })
})

test('facts that the assistant asked for join the ticket, a new question does not', async () => {
  village = await openVillage({ found })
  const [first] = await village.direct('包工头给的欠条，能找总包要钱吗')
  expect(first?.sheet?.notes?.[0]).toMatch(/顾问还想知道：① .* ② /)
  const joined = await village.direct('三万块，说好年底还')
  expect(lines(joined)).toEqual([expect.stringMatching(/^wechat:zhang 收到，已经转给法律顾问（#1001）/), 'telegram:-9 #1001 居民补充：三万块，说好年底还'])
  const other = await village.direct('工资拖了三个月怎么办')
  expect(other[0]?.sheet?.kind).toBe('answer')
  expect(await village.db('tickets').count({ n: '*' })).toEqual([{ n: 1 }])
})

test('in a group what is said to nobody joins a ticket at once or not at all', async () => {
  village = await openVillage({ found: { ...found, 年底: { intents: { question: 0.3 } } } })
  await village.say({ text: '包工头给的欠条，能找总包要钱吗' })
  expect(lines(await village.say({ text: '三万块，说好年底还', addressed: false }))[1]).toMatch(/#1001 居民补充/)
  await village.pass(0.2)
  expect(await village.say({ text: '年底又要忙了', addressed: false })).toEqual([])
  expect(lines(await village.say({ text: '说好年底还，有证人', addressed: true }))[1]).toMatch(/#1001 居民补充/)
})

test('转人工 before anything was said is a ticket without a guess, and what follows joins it', async () => {
  village = await openVillage({ found: { ...found, 转人工: { entry: 'unpaid-wages', confidence: 0.5 } } })
  const [told, card] = await village.direct('转人工')
  expect(told?.text).toMatch(/编号 #1001[\s\S]*顾问还想知道：① 是什么事/)
  expect(card?.text).toMatch(/问：（居民要找法律顾问，还没说是什么事）/)
  expect(card?.text).not.toMatch(/助手本想答/)
  expect(lines(await village.direct('我家跟邻居为院墙吵了半年'))[1]).toBe('telegram:-9 #1001 居民补充：我家跟邻居为院墙吵了半年')
  expect((await village.direct('转人工'))[0]?.text).toMatch(/#1001 等人接/)
})

test('in doubt which of two guides is meant both can be read at once, while the ticket stays and facts still join it', async () => {
  village = await openVillage({ found: { ...found, 复婚: { entry: 'divorce-by-agreement', next: 'divorce-certificate-record', confidence: 0.5, closedSet: 0.55 } } })
  const [offered] = await village.direct('想跟前夫复婚咋弄')
  expect(offered?.text).toMatch(/编号 #1001[\s\S]*可以先看（回 1 或 2），顾问照样会答：\n1\. .*协议.*\n2\. .*复婚/)
  expect(offered?.actions?.map(({ label }) => label)).toEqual([expect.stringContaining('协议'), expect.stringContaining('复婚')])
  for (const second of ['2', '２', '2。', '第二个', '看第2个', '二']) expect((await village.direct(second))[0]?.text, second).toMatch(/复婚要重新领/)
  expect((await village.direct('1'))[0]?.text).toMatch(/婚姻登记处/)
  expect(lines(await village.direct('一个'))[1]).toBe('telegram:-9 #1001 居民补充：一个')
  expect(lines(await village.direct('领过证，有个孩子五岁'))[1]).toBe('telegram:-9 #1001 居民补充：领过证，有个孩子五岁')
})

test('a choice stays open while facts are told and asked, and its guide’s own question is answered', async () => {
  village = await openVillage({ found: { ...found, 复婚: { entry: 'divorce-by-agreement', next: 'divorce-certificate-record', confidence: 0.5, closedSet: 0.55 } } })
  await village.direct('想跟前夫复婚咋弄')
  expect(lines(await village.direct('领过证，有个孩子五岁'))[1]).toBe('telegram:-9 #1001 居民补充：领过证，有个孩子五岁')
  expect((await village.direct('1'))[0]?.text).toMatch(/还没去民政局申请/)
  expect((await village.direct('1'))[0]?.sheet).toMatchObject({ kind: 'answer', conclusion: expect.not.stringContaining('都谈妥了') })
  expect((await village.direct('离婚判决生效、补证件、复婚'))[0]?.text).toMatch(/复婚要重新领/)
  await village.pass(0.6)
  expect((await village.direct('2')).some(({ text }) => text.includes('复婚要重新领'))).toBe(false)
  expect(await village.db('tickets').count({ n: '*' })).toEqual([{ n: 1 }])
})

test('a number that chooses nothing, or none of what was listed, is told so', async () => {
  village = await openVillage({ found: { ...found, 复婚: { entry: 'divorce-by-agreement', next: 'divorce-certificate-record', confidence: 0.5, closedSet: 0.55 } } })
  expect((await village.direct('2'))[0]?.text).toMatch(/眼下没有要您选的/)
  expect((await village.say({ text: '@助手 2', sender: 'other' }))[0]?.text).toMatch(/眼下没有要您选的/)
  expect(await village.say({ text: '2', sender: 'other', addressed: false })).toEqual([])
  await village.direct('想跟前夫复婚咋弄')
  expect((await village.direct('都不是'))[0]?.text).toMatch(/等法律顾问答您/)
  await village.direct('1')
  expect((await village.direct('8'))[0]?.text).toMatch(/请回 1 到 \d 里的一个数/)
  expect((await village.direct('都不是'))[0]?.text).toMatch(/按上面的一般情况办/)
  expect((await village.direct('还没去民政局申请'))[0]?.sheet?.kind).toBe('answer')
  expect(await village.db('tickets').count({ n: '*' })).toEqual([{ n: 1 }])
})

test('a bare number answers the facts that a ticket waits for, whatever kind of message it looks like', async () => {
  village = await openVillage({ found: { ...found, 2: { intents: { question: 0, ignore: 0.9 }, situation: 'chatter-greeting' } } })
  await village.direct('包工头给的欠条，能找总包要钱吗')
  expect(lines(await village.direct('2'))[1]).toBe('telegram:-9 #1001 居民补充：2')
})

const hurt = { urgent: 0.9, question: 0 }
const alarms = { 哭个不停: { intents: hurt, situation: 'urgent-violence-aftermath' }, 安全: { intents: hurt, situation: 'urgent-violence-aftermath' }, 没气: { intents: hurt, situation: 'urgent-death-homicide' }, 警察来了: { intents: hurt, situation: 'urgent-police-at-door' } }

test('what sounds urgent soon after an emergency goes on with it: one ticket, and its own words stand', async () => {
  village = await openVillage({ found: { ...alarms, 复婚: { entry: 'divorce-by-agreement', next: 'divorce-certificate-record', confidence: 0.5, closedSet: 0.55 } } })
  await village.direct('想跟前夫复婚咋弄')
  await village.direct('救命，我老公正在打我')
  const more = await village.direct('她哭个不停，电话13800001234')
  expect(more[0]).toMatchObject({ sheet: { kind: 'urgent', conclusion: expect.stringContaining('还有危险就先离开'), notes: ['您说的也转给法律顾问了（#1002）。有新情况接着告诉我。'] } })
  expect(more[0]?.sheet?.calls?.map(({ phone }) => phone)).toContain('110')
  expect(lines(more)[1]).toBe('telegram:-9 ▲#1002 居民补充：她哭个不停，电话〔电话〕')
  for (const text of ['警察来了', '没气了']) expect((await village.direct(text))[0]?.text, text).toMatch(/^知道了。人还有危险就先离开/)
  const safe = await village.direct('他走了，我安全了')
  expect(safe[0]?.text).toMatch(/^平安就好/)
  expect(lines(safe)[1]).toBe('telegram:-9 ▲#1002 居民补充：他走了，我安全了')
  expect((await village.direct('2'))[0]?.text).toMatch(/复婚要重新领/)
  await village.adviser('接 #1002')
  expect(lines(await village.direct('她哭个不停'))[1]).toBe('telegram:-9 ▲#1002 居民补充：她哭个不停')
  await village.adviser('#1002 报警了吗')
  expect(lines(await village.direct('没气了'))[1]).toBe('telegram:-9 ▲#1002 居民补充：没气了')
  await village.adviser('结 #1002')
  expect(lines(await village.direct('她哭个不停'))).toEqual([expect.stringMatching(/知道了。人还有危险就先离开/)])
  expect(await village.db('tickets').count({ n: '*' })).toEqual([{ n: 2 }])
})

test('a deadline told before is no emergency to go on with', async () => {
  village = await openVillage({ found: { ...alarms, 到期: { intents: hurt, situation: 'urgent-appeal-deadline' } } })
  await village.direct('上诉的日子后天就到期了，一审判决不服')
  const fresh = (await village.direct('我爹没气了'))[0]
  expect(fresh?.text).toMatch(/#1002/)
  expect(fresh?.sheet?.calls?.map(({ phone }) => phone)).toContain('120')
})

test('an emergency that words make certain, that is told at length, or that comes later is one of its own', async () => {
  village = await openVillage({ found: alarms })
  await village.direct('救命，我老公正在打我')
  expect((await village.direct('救命，我老公又在打我'))[0]?.text).toMatch(/#1002/)
  expect((await village.direct('我爷爷昨天夜里在床上走的，我们早上去叫他吃饭才看见，人已经没气了，现在要先叫谁'))[0]?.text).toMatch(/#1003/)
  await village.pass(0.6)
  expect((await village.direct('警察来了'))[0]?.text).toMatch(/#1004/)
})

test('an answer to our question that chooses no case is asked for again; thanks are thanks', async () => {
  village = await openVillage({ found: { 彩礼: { entry: 'betrothal-gifts', confidence: 0.95 }, 没领证: { intents: { question: 0, ignore: 0.9 }, situation: 'chatter-thanks' }, 谢谢: { intents: { question: 0, ignore: 0.9 }, situation: 'chatter-thanks' } } })
  await village.direct('彩礼能退吗')
  expect((await village.direct('谢谢'))[0]?.sheet?.kind).toBe('refused')
  expect((await village.direct('没领证'))[0]?.text).toMatch(/^没听明白是哪一种，请回一个数.*\n1\. 没领证也没一起过\n2\. 没领证但一起过了/)
  expect((await village.direct('2'))[0]?.sheet?.conclusion).toMatch(/不是全退也不是不退/)
  expect((await village.direct('没领证'))[0]?.sheet?.kind).toBe('refused')
})

test('the case that was chosen is not asked again', async () => {
  village = await openVillage({ found: { 离婚: { entry: 'divorce-by-lawsuit', confidence: 0.95 }, 能再告: { entry: 'divorce-by-lawsuit', confidence: 0.95 }, 工资: { entry: 'unpaid-wages', confidence: 0.9 } } })
  expect((await village.direct('他不同意离婚咋办'))[0]?.text).toMatch(/起诉过吗？/)
  const second = (await village.direct('2'))[0]?.sheet?.conclusion ?? ''
  expect(second).toMatch(/等6个月才能再起诉/)
  const again = (await village.direct('那我现在能再告吗'))[0]
  expect(again?.sheet?.conclusion).toMatch(/^一方不同意也可以离[\s\S]*\n您说的是「起诉过，判了不准离」：/)
  expect(again?.sheet?.conclusion?.endsWith(second)).toBe(true)
  expect(again?.text).toMatch(/不是这样了，就选一个：\n1\. 没有，第一次/)
  expect(again?.text).not.toMatch(/起诉过吗？/)
  expect((await village.direct('还要能再告吗'))[0]?.text).toMatch(/您说的是/)
  expect((await village.direct('我没起诉过，不同意离婚的话呢'))[0]?.sheet?.conclusion).not.toMatch(/您说的是/)
  await village.direct('工资没发怎么办')
  expect((await village.direct('那我现在能再告吗'))[0]?.text).toMatch(/起诉过吗？/)
})

test('转人工 within a sentence is heard, and what was said beside it is the question', async () => {
  village = await openVillage({ found: { ...found, 狗: { entry: 'dog-bite-pets', confidence: 0.95 } } })
  const [told, card] = await village.direct('我要转人工，邻居家的狗咬了我')
  expect(told?.text).toMatch(/给您找人.*#1001/)
  expect(card?.text).toMatch(/问：邻居家的狗咬了我\n/)
  for (const text of ['不用转人工，邻居家的狗咬了我', '客服不给转人工，邻居家的狗咬了我']) expect((await village.direct(text, 'other'))[0]?.sheet?.kind, text).toBe('answer')
  expect((await village.say({ text: '客服不给转人工，邻居家的狗咬了我怎么办', sender: 'third', addressed: false }))[0]?.sheet?.kind).toBe('answer')
})

test('转人工 after an answer leaves 详细 with that answer', async () => {
  village = await openVillage({ found: { ...found, 转人工: { entry: 'migrant-construction-wages', confidence: 0.5 } } })
  await village.direct('工资没发怎么办')
  const more = (await village.direct('详细'))[0]?.text
  await village.direct('转人工')
  expect((await village.direct('详细'))[0]?.text).toBe(more)
})

test('where no adviser is registered nobody is promised', async () => {
  village = await openVillage({ found, people: { villages: roster.villages, groups: [], advisers: [], admins: [] } })
  const [told] = await village.direct('包工头给的欠条，能找总包要钱吗')
  expect(told?.text).toMatch(/已经记下，编号 #1001，可是这里还没有登记法律顾问.*请打 12348/)
  expect(JSON.stringify(await village.direct('另外，隔壁也给我打了张欠条，没写日期'))).not.toMatch(/转给|答复后|转过去|顾问还想/)
  expect((await village.direct('救命，我老公正在打我'))[0]?.text).toMatch(/已经记下，编号 #1002.*先打上面的电话/)
})

test('an adviser’s word on a ticket whose resident had everything erased says so', async () => {
  village = await openVillage({ found })
  await village.direct('包工头给的欠条，能找总包要钱吗')
  await village.direct('删除我的记录')
  expect(lines(await village.adviser('#1001 可以要。'))).toEqual([expect.stringMatching(/居民删除了自己的记录.*这句没有发出去/)])
})

test('a group is offered no guide whose title tells too much', async () => {
  village = await openVillage({ found: { ...found, 彩礼: { entry: 'divorce-hidden-assets-fault', next: 'divorce-by-agreement', confidence: 0.5, closedSet: 0.55 } } })
  const [offered] = await village.say({ text: '彩礼的事想问一下怎么办', addressed: true })
  expect(offered?.text).toMatch(/是不是这件？可以先看（回 1），顾问照样会答：\n1\. 协议离婚/)
  expect(offered?.text).not.toContain('出轨')
})

test('a dissatisfied resident reopens the ticket, and another adviser may take it', async () => {
  village = await openVillage({ found })
  await village.direct('包工头给的欠条，能找总包要钱吗')
  await village.adviser('#1001 可以要。')
  expect((await village.direct('我的问题'))[0]?.text).toMatch(/#1001 李明已答复：包工头给的欠条[\s\S]*李明（律师，执业证号 11101201010000001）：可以要。/)
  expect(lines(await village.direct('不满意'))).toEqual([expect.stringMatching(/重新转给法律顾问/), expect.stringMatching(/^telegram:-9 #1001 居民不满意/)])
  expect(lines(await village.adviser('接 #1001', 'wang'))[1]).toMatch(/由王芳接了/)
})

test('a ticket is handed on by name, to experts, and never to somebody in conflict or to a grassroots worker in a criminal matter', async () => {
  const people = { ...roster, advisers: [...roster.advisers, { id: 'sun', name: '孙平', kind: '律师' as const, licence: '11101201010000009', accounts: [{ channel: 'telegram' as const, id: 'sun' }], conflicts: ['qingxi'], expert: true }] }
  village = await openVillage({ people, found: { 取保: { entry: 'relative-detained', confidence: 0.2 } } })
  await village.direct('取保候审能不能办')
  expect(lines(await village.adviser('接 #1001', 'wang'))).toEqual([expect.stringMatching(/王芳是基层法律服务工作者，刑事案件要由律师来办/)])
  await village.adviser('接 #1001')
  expect(lines(await village.adviser('转 #1001 @孙平'))).toEqual([expect.stringMatching(/孙平跟这个村登记有利害关系/)])
  const experts = await village.adviser('专家 #1001')
  expect(lines(experts).filter((line) => line.startsWith('telegram:zhao'))).toEqual([expect.stringMatching(/李明请您看一张工单/)])
  expect(lines(experts).some((line) => line.startsWith('telegram:sun'))).toBe(false)
  await village.adviser('#1001 可以申请。', 'zhao')
  expect(await village.db('worklog').select('adviser_name', 'cross_region')).toEqual([{ adviser_name: '赵远', cross_region: 1 }])
})

test('two advisers who claim at once: one has it, the other is told who', async () => {
  village = await openVillage({ found })
  await village.say({ text: '包工头给的欠条，能找总包要钱吗' })
  await Promise.all([village.receive({ text: '接 #1001', sender: 'li', from: advisers }), village.receive({ text: '接 #1001', sender: 'wang', from: advisers })])
  await village.app.idle()
  const told = village.sent().filter(({ to }) => to.conversation === '-9').map(({ text }) => text)
  expect(told.filter((text) => /由(李明|王芳)接了/.test(text))).toHaveLength(1)
  expect(told.filter((text) => /(李明|王芳)已经接了。要换人/.test(text))).toHaveLength(1)
  expect(village.sent().filter(({ text }) => text.includes('接手了您的事'))).toHaveLength(1)
})

test('a resident who waits for an adviser is shown the three service points of their village, one of no village those of the first', async () => {
  const point = (name: string) => ({ name, phone: '0550-1234567' })
  const villages = [{ ...roster.villages[0], points: { village: point('清溪村法律顾问室'), township: point('望溪镇公共法律服务工作站'), county: point('青禾县公共法律服务中心') } }, { id: 'shangling', name: '上岭村', points: { county: point('青禾县公共法律服务中心') } }] as const
  const other = { channel: 'wechat', conversation: 'shangling@chatroom' } as const
  village = await openVillage({ found, people: { ...roster, villages: [...villages], groups: [...roster.groups, { with: 'residents', at: other, village: 'shangling', policy: 'mention' }] } })
  expect((await village.say({ text: '包工头给的欠条，能找总包要钱吗' }))[0]?.text).toMatch(/去哪儿：清溪村法律顾问室（0550-1234567）、望溪镇公共法律服务工作站（0550-1234567）、青禾县公共法律服务中心（0550-1234567）/)
  expect((await village.say({ text: '包工头给的欠条，能找总包要钱吗', from: other, sender: 'b' }))[0]?.text).toMatch(/去哪儿：青禾县公共法律服务中心/)
  expect((await village.direct('包工头给的欠条，能找总包要钱吗', 'nobody'))[0]?.text).toMatch(/去哪儿：清溪村法律顾问室/)
})

test('with nobody registered, every member of the adviser chat may answer, marked as a trial', async () => {
  village = await openVillage({ found, people: { villages: [{ id: 'default', name: '本村' }], groups: [{ with: 'advisers', at: advisers, everyMember: true }], advisers: [], admins: [] } })
  await village.direct('包工头给的欠条，能找总包要钱吗')
  const answered = await village.adviser('#1001 可以要。', '777', { senderName: '小陈' })
  expect(answered[0]?.text).toMatch(/—— 小陈（执业证号未登记（试用））/)
})

test('an adviser pastes a question one-to-one and gets a draft, which the log counts and the adviser signs', async () => {
  village = await openVillage({ found })
  const [draft] = await village.adviser('厂里拖了三个月工资咋办', 'li', { from: { channel: 'telegram', conversation: 'li' }, place: 'direct' })
  expect(draft?.to).toEqual({ channel: 'telegram', conversation: 'li' })
  expect(draft?.text).toMatch(/【草稿，看过再粘贴】[\s\S]*依据：[\s\S]*AI 生成/)
  expect(await village.db('worklog').select('method', 'generated', 'signed_at')).toEqual([{ method: '代拟答复（顾问转贴）', generated: 1, signed_at: null }])
  expect((await village.adviser('签 2026-11'))[0]?.text).toBe('2026-11 的台账已签字：1 条，共 5 分钟。')
  expect((await village.db('worklog').whereNotNull('signed_at')).length).toBe(1)
  expect((await village.adviser('拟 厂里拖了三个月工资咋办'))[0]?.text).toMatch(/【草稿/)
})

test('an adviser hears when the platform will not take their answer, once', async () => {
  let gone = false
  const lost = { ...memoryChannel('weibo').channel, send: async () => { if (gone) throw new DeliveryFailed('weibo', { retry: false, cause: 'blocked' }) } }
  village = await openVillage({ found, real: () => [lost] })
  await village.say({ text: '包工头给的欠条，能找总包要钱吗', from: { channel: 'weibo', conversation: 'zhang' }, place: 'direct' })
  gone = true
  await village.adviser('#1001 可以要。')
  await expect.poll(() => village.sent().filter(({ text }) => /^#1001 的答复没送到，平台不收/.test(text)).map(({ to }) => to)).toEqual([advisers])
})
