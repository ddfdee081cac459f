import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTelegramServer, type TelegramServer } from '../support/telegram-server.ts'

const kills = Number(process.env.TELEGRAM_KILLS ?? 4)
const people = 6

let dir = ''
let server: TelegramServer
let child: ChildProcess | undefined

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'telegram-kill-'))
  await mkdir(join(dir, 'knowledge', 'guides'), { recursive: true })
  for (const name of ['laws.yaml', 'law-numbers.json', 'guides/unpaid-wages.md', 'guides/lending-iou.md', 'services']) await cp(join('knowledge', name), join(dir, 'knowledge', name), { recursive: true })
  server = await startTelegramServer()
})
afterAll(async () => {
  child?.kill('SIGKILL')
  await server.stop()
  await rm(dir, { recursive: true, force: true })
})

test(`killed ${kills} times before a Telegram that answers 429 and 500, every message is answered, and repeated at most once a kill`, async () => {
  server.setWeather({ sendMessage: { tooMany: 0.1, broken: 0.1, retryAfter: 1 }, getUpdates: { broken: 0.05 } })
  const asked: number[] = []
  const talking = setInterval(() => {
    const messageId = 10_000 + asked.length
    server.say({ chat: 2000 + (asked.length % people), text: `老板拖了${2 + (asked.length % 9)}个月工资不给，怎么办`, messageId })
    asked.push(messageId)
  }, 100)

  for (let kill = 0; kill < kills; kill++) {
    const before = server.calls.length
    child = start()
    // The later kills fall into the work, the early ones into the start.
    if (kill % 2 === 0) await vi.waitFor(() => expect(server.calls.length).toBeGreaterThan(before + 5), { timeout: 60_000 })
    await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 1000))
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  clearInterval(talking)

  child = start()
  const answers = () => server.sent.map(({ payload }) => (payload['reply_parameters'] as { message_id: number } | undefined)?.message_id)
  await vi.waitFor(() => expect(asked.filter((id) => !answers().includes(id))).toEqual([]), { timeout: 300_000, interval: 500 })
  await vi.waitFor(() => expect(server.pending()).toEqual([]), { timeout: 60_000 })
  child.kill('SIGTERM')
  await once(child, 'exit')

  expect(asked.length).toBeGreaterThan(kills)
  expect(server.sent.length - new Set(answers()).size).toBeLessThanOrEqual(kills)
  for (const chat of new Set(server.sent.map((message) => message.chat))) {
    const texts = server.sent.filter((message) => message.chat === chat)
    const order = texts.map(({ payload }) => (payload['reply_parameters'] as { message_id: number }).message_id)
    expect(order, `chat ${chat} in order`).toEqual([...order].sort((a, b) => a - b))
  }
}, 1_800_000)

function start(): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env, PORT: '0', DATA_DIR: join(dir, 'data'), KNOWLEDGE_DIR: join(dir, 'knowledge'), LOG_LEVEL: 'silent', GATHER_SECONDS: '0',
      TELEGRAM_BOT_TOKEN: server.token, TELEGRAM_API_ROOT: server.url,
    },
  })
}
