import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { telegramChannel } from '../../adapters/telegram.ts'
import { startTestApp } from '../support/app.ts'
import { startTelegramServer, type Sent, type TelegramServer } from '../support/telegram-server.ts'

let server: TelegramServer
let village: Awaited<ReturnType<typeof startTestApp>>

beforeAll(async () => {
  server = await startTelegramServer()
  village = await startTestApp(telegramChannel({ token: server.token, apiRoot: server.url }))
})
afterAll(async () => {
  await village.stop()
  await server.stop()
})

const answered = (chat: number, count: number): Promise<Sent> =>
  vi.waitFor(
    () => {
      const to = server.sent.filter((message) => message.chat === String(chat))
      expect(to).toHaveLength(count)
      return to.at(-1)!
    },
    { timeout: 20_000 },
  )

test('a resident asks over Telegram, is answered under the question, asks for more by a button and for a person', async () => {
  server.say({ text: '厂里拖欠我三个月工资不给，怎么办', chat: 1001, messageId: 51 })
  const answer = await answered(1001, 1)
  expect(answer.text).toContain('劳动')
  expect(answer.text).toContain('AI 生成')
  expect(answer.payload).toMatchObject({ reply_parameters: { message_id: 51 } })
  server.press(answer, '👍', { id: 1001 })
  server.press(answer, '详细步骤', { id: 1001 })
  expect((await answered(1001, 2)).text).toContain('怎么办')
  server.press(answer, '转人工', { id: 1001 })
  expect((await answered(1001, 3)).text).toMatch(/#\d{4}/)
})

test('a busy and a broken Telegram delay an answer and cost none', async () => {
  server.refuse('sendMessage', { code: 429, retryAfter: 1 }, { code: 500 }, { code: 502 })
  server.say({ text: '借钱给人没打借条，还要得回来吗', chat: 1002 })
  expect((await answered(1002, 1)).text).toContain('借')
})

test('an update brought twice is answered once', async () => {
  for (let time = 0; time < 2; time++) server.say({ text: '工资拖了三个月咋办', chat: 1003, messageId: 900 })
  await answered(1003, 1)
  server.say({ text: '借条怎么写', chat: 1004 })
  await answered(1004, 1)
  await village.app.idle()
  expect(server.sent.filter(({ chat }) => chat === '1003')).toHaveLength(1)
})
