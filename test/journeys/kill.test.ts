import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'

/** The gate kills two hundred times; a quick run on a desk makes do with fewer. */
const kills = Number(process.env.KILLS ?? 15)
const people = 20

let dir = ''
let url = ''
let child: ChildProcess | undefined

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kill-'))
  await mkdir(join(dir, 'knowledge'), { recursive: true })
  for (const name of ['laws.yaml', 'law-numbers.json', 'guides/unpaid-wages.md', 'guides/lending-iou.md', 'services']) await cp(join('knowledge', name), join(dir, 'knowledge', name), { recursive: true })
  url = `http://127.0.0.1:${await freePort()}`
})
afterAll(async () => {
  child?.kill('SIGKILL')
  await rm(dir, { recursive: true, force: true })
})

test(`killed ${kills} times at random moments, every accepted message is decided once, answered, and shown once`, async () => {
  const accepted = new Set<string>()
  const shown = new Map<string, string[]>()
  const done = new AbortController()
  const readers = Array.from({ length: people }, (_, person) => read(`person-${person}-${'x'.repeat(20)}`, shown, done.signal))
  const writers = Array.from({ length: people }, (_, person) => write(`person-${person}-${'x'.repeat(20)}`, accepted, done.signal))

  for (let kill = 0; kill < kills; kill++) {
    child = start()
    // One in five dies while it starts; the others anywhere in their work.
    if (kill % 5 > 0) await until(async () => (await fetch(`${url}/healthz`)).ok)
    await pause(Math.random() * 700)
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  child = start()
  await until(async () => (await fetch(`${url}/healthz`)).ok)
  await pause(300)
  done.abort()
  await Promise.all(writers)
  await until(async () => {
    const all = [...shown.values()].flat()
    return [...accepted].every((id) => all.some((reply) => reply.startsWith(`web:${id}:`)))
  })
  child.kill('SIGTERM')
  await once(child, 'exit')
  await Promise.all(readers)

  const db = await openDatabase(`better-sqlite3:${join(dir, 'data', 'village.db')}`)
  const inbox = await db('inbox').select<{ id: string; decided_at: number | null }[]>('id', 'decided_at')
  const outbox = await db('outbox').select<{ id: string; answers: string; state: string }[]>('id', 'answers', 'state')
  await db.destroy()

  expect(accepted.size).toBeGreaterThan(kills)
  expect([...accepted].filter((id) => !inbox.some((row) => row.id === id))).toEqual([])
  expect(inbox.filter(({ decided_at }) => decided_at === null)).toEqual([])
  expect(outbox.filter(({ state }) => state !== 'sent')).toEqual([])
  const answers = new Map<string, number>()
  for (const { answers: id } of outbox) answers.set(id, (answers.get(id) ?? 0) + 1)
  expect([...accepted].filter((id) => answers.get(id) !== 1)).toEqual([])
  for (const replies of shown.values()) expect(replies).toHaveLength(new Set(replies).size)
}, 1_800_000)

function start(): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PORT: new URL(url).port, HOST: '127.0.0.1', DATA_DIR: join(dir, 'data'), KNOWLEDGE_DIR: join(dir, 'knowledge'), LOG_LEVEL: 'silent', GATHER_SECONDS: '0' },
  })
}

/** Asks again and again under ids of its own; one that got no 202 is sent again under the same id. */
async function write(conversation: string, accepted: Set<string>, signal: AbortSignal): Promise<void> {
  for (let count = 0; !signal.aborted; count++) {
    const id = `${conversation.slice(0, 8)}-${count}`
    const text = count % 2 === 0 ? `老板拖了${(count % 9) + 2}个月工资不给咋办` : `借条上没写利息能要吗 第${count}回问`
    while (!signal.aborted) {
      const response = await fetch(`${url}/api/messages`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ conversation, id, text }) }).catch(() => undefined)
      if (response?.status === 202) {
        accepted.add(`${conversation}:${((await response.json()) as { id: string }).id}`)
        break
      }
      await pause(response?.status === 429 ? 500 : 60)
    }
    await pause(400 + Math.random() * 1200)
  }
}

/** Reads the conversation's events, taking up after the last one seen whenever the line breaks. */
async function read(conversation: string, shown: Map<string, string[]>, signal: AbortSignal): Promise<void> {
  const replies: string[] = []
  shown.set(conversation, replies)
  let last = ''
  for (let quiet = 0; quiet < 40; ) {
    const response = await fetch(`${url}/api/conversations/${conversation}/events`, { headers: last ? { 'last-event-id': last } : {} }).catch(() => undefined)
    if (!response?.ok || !response.body) {
      quiet = signal.aborted ? quiet + 1 : 0
      await pause(80)
      continue
    }
    let text = ''
    const decoder = new TextDecoder()
    try {
      for await (const chunk of response.body) {
        text += decoder.decode(chunk as Uint8Array, { stream: true })
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const event = text.slice(0, end)
          text = text.slice(end + 2)
          const id = /^id: ?(.*)$/m.exec(event)?.[1]
          const data = /^data: ?(.*)$/m.exec(event)?.[1]
          if (!id || !data) continue
          last = id
          replies.push((JSON.parse(data) as { id: string }).id)
        }
      }
    } catch {
      // The line broke with the process: read on after the last event.
    }
  }
}

async function until(fact: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 120_000
  while (!(await fact().catch(() => false))) {
    if (Date.now() > end) throw new Error('waited two minutes in vain')
    await pause(50)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
