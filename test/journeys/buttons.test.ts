import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { telegramChannel } from '../../adapters/telegram.ts'
import { wecomChannel } from '../../adapters/wecom.ts'
import { startTelegramServer, type Sent, type TelegramServer } from '../support/telegram-server.ts'
import { eggLaw, pictureLaw, statuteVillage } from '../support/statute-village.ts'
import { openVillage, roster, type Village } from '../support/village.ts'
import { bot, startWecomServer, type WecomServer } from '../support/wecom-server.ts'

/** What a reply offers to unfold is unfolded, by a press on Telegram and by the words that it names on WeCom, which shows no buttons. */
let place: Awaited<ReturnType<typeof statuteVillage>>
let telegram: TelegramServer
let wecom: WecomServer
let village: Village

beforeAll(async () => {
  place = await statuteVillage()
  await place.put('画.md', pictureLaw)
  await place.put('鸡蛋.md', eggLaw)
  const counsel = await place.open()
  await counsel.statutes.refresh()
  telegram = await startTelegramServer()
  wecom = await startWecomServer()
  const people = { ...roster, advisers: [], groups: [], admins: [] }
  village = await openVillage({ counsel, people, at: '2026-11-22T01:00:00Z', real: () => [telegramChannel({ token: telegram.token, apiRoot: telegram.url }), wecomChannel({ bot: { ...bot, wsUrl: wecom.wsUrl } })] })
}, 120_000)
afterAll(async () => {
  await village.close()
  await Promise.all([telegram.stop(), wecom.stop()])
  await place.close()
})

const unanswered = '受本法保护的作品包括画在井壁上的画、临摹的画作和写在桶上的字体吗'
const answered = '厂里拖欠我三个月工资不给，怎么办'

const onTelegram = (chat: number, count: number): Promise<Sent> =>
  vi.waitFor(
    () => {
      const to = telegram.sent.filter((message) => message.chat === String(chat))
      expect(to).toHaveLength(count)
      return to.at(-1)!
    },
    { timeout: 20_000 },
  )
const onWecom = (from: string, count: number): Promise<string> =>
  vi.waitFor(
    () => {
      const to = wecom.sent.filter((message) => message.to === from && message.finish !== false)
      expect(to).toHaveLength(count)
      return to.at(-1)!.text
    },
    { timeout: 20_000 },
  )

test('on Telegram 「看…条」 under an escalation brings the article, word for word, as often as it is pressed', async () => {
  telegram.say({ text: unanswered, chat: 1001 })
  const told = await onTelegram(1001, 1)
  expect(told.text).toContain('可能有关的法条')
  for (const count of [2, 3]) {
    telegram.press(told, '看著作权法3条', { id: 1001 })
    const shown = await onTelegram(1001, count)
    expect(shown.text).toContain('写在桶上的字体和人工智能生成物')
    expect(shown.text).toContain('逐字照录，不是 AI 生成')
  }
})

test('on Telegram 「法条原文」 under an answer brings its articles, those that are not imported by name', async () => {
  telegram.say({ text: answered, chat: 1002 })
  const told = await onTelegram(1002, 1)
  telegram.press(told, '法条原文', { id: 1002 })
  expect((await onTelegram(1002, 2)).text).toMatch(/《劳动合同法》第三十条\n第三十个鸡窝归第三十只母鸡。[\s\S]*这里没有导入它的原文/)
})

test('on WeCom the reply names the words that bring the article, and they do', async () => {
  wecom.say({ text: unanswered, from: 'zhangsan' })
  const told = await onWecom('zhangsan', 1)
  const [, word = ''] = /回「([^」]+条)」这样的条号/.exec(told) ?? []
  expect(word).toBe('著作权法3条')
  wecom.say({ text: word, from: 'zhangsan' })
  expect(await onWecom('zhangsan', 2)).toContain('写在桶上的字体和人工智能生成物')
  wecom.say({ text: '原文', from: 'zhangsan' })
  expect(await onWecom('zhangsan', 3)).toContain('写在桶上的字体和人工智能生成物')
})

test('on WeCom 「原文」 under an answer brings its articles', async () => {
  wecom.say({ text: answered, from: 'lisi' })
  expect(await onWecom('lisi', 1)).toContain('回「原文」看法条')
  wecom.say({ text: '原文', from: 'lisi' })
  expect(await onWecom('lisi', 2)).toContain('第三十个鸡窝归第三十只母鸡。')
})
