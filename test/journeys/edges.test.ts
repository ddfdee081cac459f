import { afterEach, expect, test } from 'vitest'
import { group, lines, openVillage, type Village } from '../support/village.ts'

const found = { 欠条: { entry: 'lending-iou', confidence: 0.3 }, 工资: { entry: 'unpaid-wages', confidence: 0.9 }, 天气: { confidence: 0, intents: { question: 0.1, ignore: 0.9 } } }
let village: Village
afterEach(() => village.close())

const alone = (sender: string) => ({ from: { channel: 'telegram', conversation: sender } as const, place: 'direct' as const })

async function answered(): Promise<void> {
  village = await openVillage({ found })
  await village.direct('包工头给的欠条，能找总包要钱吗')
  await village.adviser('#1001 可以要。')
}

test.each(['答 #1001 可以要。', '答复 #1001 可以要。', '回复 #1001：可以要。', '#1001 答：可以要。', '＃1001 可以要。'])('「%s」 answers the resident', async (text) => {
  village = await openVillage({ found })
  await village.direct('包工头给的欠条，能找总包要钱吗')
  expect((await village.adviser(text))[0]?.text).toMatch(/^【法律顾问答复 #1001】\n可以要。\n—— 李明/)
})

test.each([
  ['问 #1001', '「问 #1001」后面要写想问居民什么'], ['转 #1001', '「转 #1001」后面要写转给谁'], ['答 #1001', '#1001 后面要写答复的内容'], ['接', '「接」后面还缺工单编号'],
  ['拟', '「拟」后面要写居民的问题'], ['签', '「签」后面要写年和月'], ['签 11月', '「签」后面要写年和月'], ['列表 火星村', '没有「火星村」这个村。有：清溪村'],
])('「%s」 hears what is missing', async (text, told) => {
  await answered()
  expect(lines(await village.adviser(text))).toEqual([expect.stringContaining(told)])
})

test('the list is one village’s where a village is named', async () => {
  await answered()
  expect((await village.adviser('列表 清溪村'))[0]?.text).toMatch(/没办结的工单 1 张/)
})

test('「办结」 closes like 「结」', async () => {
  await answered()
  expect((await village.adviser('办结 #1001')).map(({ text }) => text).join()).toMatch(/#1001 已办结/)
})

test('talk that begins like an order stays talk', async () => {
  await answered()
  for (const text of ['接下来怎么分工', '问一下老王', '答案我也不知道', '转眼年底了', '结果出来了吗', '签到了吗', '拟得不错']) expect(await village.adviser(text)).toEqual([])
})

test('who claims too late hears who has it, and nothing of words that were not sent', async () => {
  village = await openVillage({ found })
  await village.direct('包工头给的欠条，能找总包要钱吗')
  await village.adviser('接 #1001')
  expect(lines(await village.adviser('接 #1001', 'wang'))).toEqual(['telegram:-9 #1001 李明已经接了。要换人，请李明说「转 #1001 @您」。'])
})

test('what an adviser does one-to-one the others hear of in their group', async () => {
  village = await openVillage({ found })
  await village.direct('包工头给的欠条，能找总包要钱吗')
  const group = (sent: readonly { to: { conversation: string }; text: string }[]) => sent.filter(({ to }) => to.conversation === '-9').map(({ text }) => text)
  expect(group(await village.adviser('接 #1001', 'zhao', alone('zhao')))).toEqual(['#1001 由赵远接了。'])
  expect(group(await village.adviser('#1001 可以要。', 'zhao', alone('zhao')))).toEqual(['#1001 赵远答复了居民。'])
  expect(group(await village.adviser('结 #1001', 'zhao', alone('zhao')))).toEqual(['#1001 赵远办结了。'])
})

test('after 「不满意」 what the resident adds joins that ticket, as it was promised', async () => {
  await answered()
  await village.direct('还有一张欠条，要得回来吗')
  expect((await village.direct('不满意'))[0]?.text).toMatch(/#1001.*重新转给法律顾问了。哪里没说清、还差什么，直接告诉我/)
  expect(lines(await village.direct('总包说他不认识包工头'))).toContainEqual('telegram:-9 #1001 居民补充：总包说他不认识包工头')
})

test('「不满意」 with our own answer is heard as that, and brings a person', async () => {
  village = await openVillage({ found })
  await village.direct('工资拖了怎么办')
  expect((await village.direct('不满意'))[0]?.text).toMatch(/^没帮上您，对不住，这就给您找人，已经转给法律顾问，编号 #1001。/)
})

test('in an emergency one-to-one there is no talk of a group, and in a group there is', async () => {
  village = await openVillage({ found })
  expect((await village.direct('我老公喝酒又打我，我怕'))[0]?.text).toMatch(/编号 #1001。有新情况接着告诉我。/)
  expect((await village.say({ text: '我老公喝酒又打我，我怕', sender: 'liu' }))[0]?.text).toMatch(/编号 #1002。别在群里说细节/)
})

test('the steps say once who made them, and small talk brings no buttons', async () => {
  village = await openVillage({ found })
  await village.direct('工资拖了怎么办')
  expect((await village.direct('详细'))[0]?.text.match(/AI 生成/g)).toHaveLength(1)
  expect((await village.direct('今天天气真好'))[0]?.actions).toEqual([])
  expect((await village.direct('我的记录'))[0]?.actions).toEqual([])
  expect((await village.direct('我的问题'))[0]?.actions).toEqual([{ label: '转人工', send: '转人工' }])
})

test.each(['你说的不对', '我要投诉你', '答非所问'])('「%s」 is no topic to refuse but an answer that did not help', async (text) => {
  village = await openVillage({ found })
  await village.direct('工资拖了怎么办')
  expect((await village.direct(text))[0]?.text).toMatch(/^没帮上您，对不住/)
})

test('what goes on with a matter that an adviser has joins its ticket; another matter opens its own', async () => {
  village = await openVillage({ found })
  await village.direct('包工头给的欠条，能要钱吗')
  expect((await village.direct('那欠条丢了呢'))[0]?.text).toMatch(/^收到，已经转给法律顾问（#1001）/)
  expect((await village.direct('邻居也有张欠条，能告不'))[0]?.text).toMatch(/编号 #1002/)
  expect(await village.db('tickets').select('number')).toHaveLength(2)
})

test('「不满意」 twice says that it was passed on, and opens nothing new', async () => {
  await answered()
  await village.direct('不满意')
  expect((await village.direct('不满意')).map(({ text }) => text)).toEqual([expect.stringMatching(/^您的事（#1001）已经重新转给法律顾问了，还在等人接/)])
  expect(await village.db('tickets').select('number')).toHaveLength(1)
})

test('a reopened ticket cannot be closed with the words that it was never answered', async () => {
  await answered()
  await village.direct('不满意')
  expect(lines(await village.adviser('结 #1001'))).toEqual([expect.stringContaining('居民不满意、重新打开了，还没有再答复，不能办结')])
})

test('what a person is told of their own tickets does not call an adviser’s words AI’s', async () => {
  await answered()
  const [mine] = await village.direct('我的问题')
  expect(mine?.text).toContain('可以要。')
  expect(mine?.text).not.toContain('AI 生成')
  expect((await village.direct('我的记录'))[0]?.text).not.toContain('AI 生成')
})

test('「我的问题」 offers 「不满意」 only where there is an answer', async () => {
  village = await openVillage({ found })
  await village.direct('包工头给的欠条，能找总包要钱吗')
  expect((await village.direct('我的问题'))[0]?.text).toMatch(/#1001 等人接.*\n顾问答复后我马上发给您/)
  await village.adviser('#1001 可以要。')
  expect((await village.direct('我的问题'))[0]?.text).toMatch(/答复没解决问题，回「不满意」。$/)
})

test('a resident’s 「闭嘴」 in a group silences nobody and opens no ticket', async () => {
  village = await openVillage({ found })
  expect((await village.say({ text: '闭嘴' })).map(({ text }) => text.split('\n')[0])).toEqual(['让我停下或者再开口，要由村里的法律顾问或管理员来说。您不@我，我就不打扰您。'])
  expect(await village.say({ text: '闭嘴', addressed: false })).toEqual([])
  expect(await village.db('tickets')).toEqual([])
  expect((await village.say({ text: '工资没发怎么办' }))[0]?.to).toEqual(group)
})

test('a draft to paste asks nothing back, and small talk is no question to draft for', async () => {
  village = await openVillage({ found })
  const [draft] = await village.adviser('厂里拖了三个月工资咋办', 'li', alone('li'))
  expect(draft?.text).toMatch(/^【草稿，看过再粘贴】/)
  expect(draft?.text).not.toContain('跳过')
  expect((await village.adviser('今天天气不错', 'li', alone('li')))[0]?.text).toMatch(/不像要答复的法律问题/)
})

test('a card that is shown again does not call open what the resident has answered', async () => {
  village = await openVillage({ found })
  const [, card] = await village.direct('包工头给的欠条，能找总包要钱吗')
  expect(card?.text).toContain('还不清楚，已经问居民')
  await village.direct('有借条，三万块，说好年底还')
  const handed = await village.adviser('转 #1001 @王芳')
  expect(handed.find(({ text }) => text.includes('【工单 #1001】'))?.text).toMatch(/居民：有借条，三万块/)
  expect(handed.map(({ text }) => text).join()).not.toContain('还不清楚')
})
