import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startOpenAiServer, type OpenAiServer } from '../support/openai-server.ts'
import { startTelegramServer, type TelegramServer } from '../support/telegram-server.ts'

const sentences = [
  { text: '可以先打12333，或者去当地劳动监察投诉，让劳动部门责令他限期付。', passages: ['p1'] },
  { text: '也可以申请劳动仲裁，不收费，受理后一般45日内裁决。', passages: ['p1'] },
]
let dir = ''
let telegram: TelegramServer
let model: OpenAiServer
let child: ChildProcess | undefined

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'streaming-'))
  await mkdir(join(dir, 'knowledge', 'guides'), { recursive: true })
  for (const name of ['laws.yaml', 'law-numbers.json', 'guides/unpaid-wages.md', 'services', 'situations']) await cp(join('knowledge', name), join(dir, 'knowledge', name), { recursive: true })
  telegram = await startTelegramServer()
  model = await startOpenAiServer()
})
afterAll(async () => {
  child?.kill('SIGKILL')
  await telegram.stop()
  await model.stop()
  await rm(dir, { recursive: true, force: true })
})

test('killed while the answer is being written: the resident has the first words, and after the restart the answer once', async () => {
  const whole = JSON.stringify({ sentences })
  model.does({ kind: 'stall', json: whole, after: whole.indexOf('也可以') })
  child = start()
  telegram.say({ chat: 2001, text: '厂里拖了我三个月工资不给，我该找哪里', messageId: 10_000 })
  await vi.waitFor(() => expect(telegram.sent.map(({ text }) => text)).toEqual([expect.stringContaining(`${sentences[0]!.text}……`)]), { timeout: 60_000 })
  child.kill('SIGKILL')
  await once(child, 'exit')

  model.does({ kind: 'sentences', sentences })
  child = start()
  const answers = () => telegram.sent.filter(({ text }) => text.includes('依据'))
  await vi.waitFor(() => expect(answers()).toHaveLength(1), { timeout: 60_000 })
  child.kill('SIGTERM')
  await once(child, 'exit')
  expect(answers()).toHaveLength(1)
  expect(answers()[0]?.text).toContain(sentences.map(({ text }) => text).join(''))
  expect(telegram.sent.filter(({ text }) => text.includes('还没写完'))).toHaveLength(1)
}, 180_000)

function start(): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env, PORT: '0', DATA_DIR: join(dir, 'data'), KNOWLEDGE_DIR: join(dir, 'knowledge'), LOG_LEVEL: 'silent',
      TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.url, LLM_MODEL: 'openai:scripted', LLM_BASE_URL: model.url, LLM_TIMEOUT_MS: '30000',
    },
  })
}
