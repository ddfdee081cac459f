import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { webChannel } from '../../adapters/web.ts'
import { startApp, type App } from '../../src/app.ts'
import { openAssistant } from '../../src/assistant.ts'
import { readConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/store/database.ts'
import { startOpenAiServer, type OpenAiServer } from '../support/openai-server.ts'

const silent = { info: () => {}, warn: () => {}, error: () => {} }
let dir: string
let server: OpenAiServer
let app: App
let web: ReturnType<typeof webChannel>

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'model-'))
  server = await startOpenAiServer()
  await mkdir(join(dir, 'knowledge', 'guides'), { recursive: true })
  for (const name of ['laws.yaml', 'law-numbers.json', 'guides/unpaid-wages.md', 'guides/land-contract-rights.md', 'services', 'situations']) await cp(join('knowledge', name), join(dir, 'knowledge', name), { recursive: true })
  const config = readConfig({ DATA_DIR: join(dir, 'data'), KNOWLEDGE_DIR: join(dir, 'knowledge'), LLM_MODEL: 'openai:scripted', LLM_BASE_URL: server.url, LLM_TIMEOUT_MS: '10000' })
  const assistant = await openAssistant(config, silent)
  app = await startApp({ assistant, db: await openDatabase('better-sqlite3::memory:'), log: silent, channels: (ports) => [(web = webChannel({ port: 0, host: '127.0.0.1', trustProxy: false, ...ports }))] })
})
afterAll(async () => {
  await app.stop()
  await server.stop()
  await rm(dir, { recursive: true, force: true })
})

const sentences = [
  { text: '可以先打12333，或者去当地劳动监察投诉，让劳动部门责令他限期付。', passages: ['p1'] },
  { text: '法院一定会支持您。', passages: ['p1'] },
  { text: '也可以申请劳动仲裁，不收费，受理后一般45日内裁决。', passages: ['p1'] },
]

/** Reads a conversation's stream until a message has come. */
async function listen(conversation: string): Promise<{ event: string; data: string }[]> {
  const reply = await fetch(`${web.url()}/api/conversations/${conversation}/events`)
  const events: { event: string; data: string }[] = []
  let rest = ''
  for await (const piece of reply.body!.pipeThrough(new TextDecoderStream())) {
    rest += piece
    const blocks = rest.split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (data !== undefined) events.push({ event: /^event: (.*)$/m.exec(block)?.[1] ?? 'message', data })
    }
    if (events.some(({ event }) => event === 'message')) return events
  }
  return events
}

async function say(conversation: string, text: string): Promise<void> {
  await fetch(`${web.url()}/api/messages`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ conversation, text }) })
}

test("the web page's stream shows checked words with their label, then the answer, and never a fault", async () => {
  server.does({ kind: 'sentences', sentences })
  const heard = listen('talk-one')
  await say('talk-one', '厂里拖了我三个月工资不给，我该找哪里')
  const events = await heard
  const unfinished = events.filter(({ event }) => event === 'unfinished').map(({ data }) => JSON.parse(data) as { text: string; label: string })
  for (const words of unfinished) expect(words).toEqual({ text: expect.stringContaining('12333') as string, label: 'AI 生成（模型 scripted），仅供参考，不代替律师意见' })
  const answer = JSON.parse(events.find(({ event }) => event === 'message')?.data ?? '{}') as { text: string }
  expect(answer.text).toContain(`${sentences[0]!.text}${sentences[2]!.text}`)
  expect(JSON.stringify(events)).not.toContain('一定会支持')
})

test('a failing model costs the resident no answer', async () => {
  server.does({ kind: 'error', status: 500 })
  const heard = listen('talk-two')
  await say('talk-two', '厂里拖了我三个月工资不给，我该找哪里')
  const events = await heard
  expect(events.map(({ event }) => event)).toEqual(['message'])
  expect(events[0]?.data).toContain('欠工资有三条路可走')
})

test('a long story of two matters gets two answers, each its own', async () => {
  server.does({ kind: 'error', status: 500 })
  await say('talk-three', '厂里拖了我们大半年工资一直不给老板电话也打不通了我该去哪里要这个钱。对了还想问一下村里说我外出打工要把我家的承包地收回去这个合不合法')
  await app.idle()
  const said = await app.history({ channel: 'web', conversation: 'talk-three' })
  const texts = said.map(({ message }) => message.text).join('\n')
  expect(texts).toContain('欠工资有三条路可走')
  expect(texts).toContain('承包期内村里不能收回')
})
