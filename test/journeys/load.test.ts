import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { DeliveryFailed } from '../../src/domain/errors.ts'
import { openDatabase } from '../../src/store/database.ts'
import { echo, groupsRoster, loadSettings } from '../support/load-village.ts'
import { startTelegramServer, type TelegramServer } from '../support/telegram-server.ts'
import { memoryChannel } from '../support/village.ts'
import { startApp } from '../../src/app.ts'

const groups = 20
const people = 200
const rounds = 3
const kills = Number(process.env.LOAD_KILLS ?? 20)

/** A draw that a failing run can repeat. */
function draw(seed: number): () => number {
  let state = seed
  return () => ((state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32)
}

const chatOf = (person: number) => -100 - (person % groups)
const word = (person: number, round: number) => `第${person}人第${round}句完`

/** The words of an answer: whom it quotes, in order. */
function quoted(text: string): { person: number; round: number }[] {
  return [...text.matchAll(/第(\d+)人第(\d+)句完/g)].map(([, person, round]) => ({ person: Number(person), round: Number(round) }))
}

test('200 conversations in 20 groups, before a platform that answers 429, 500 and nothing: each has its own answer, in order, once', async () => {
  const random = draw(7)
  let clock = Date.parse('2026-11-23T01:00:00Z')
  const { channel, sent, desk } = memoryChannel('telegram', async () => {
    const drawn = random()
    if (drawn < 0.1) throw new DeliveryFailed('telegram', { retry: true, cause: '429', waitMs: 1000 })
    if (drawn < 0.2) throw new DeliveryFailed('telegram', { retry: true, cause: '500' })
    if (drawn < 0.3) throw new Error('timed out')
    await new Promise((resolve) => setTimeout(resolve, random() * 3))
  })
  const roster = groupsRoster(groups)
  const log = { info: () => {}, warn: () => {}, error: (data: object, text: string) => expect.fail(`${text} ${JSON.stringify(data)}`) }
  const app = await startApp({ assistant: echo, db: await openDatabase('better-sqlite3::memory:'), log, roster: () => roster, settings: loadSettings, channels: () => [channel], now: () => new Date(clock) })

  const turns = Array.from({ length: people * rounds }, (_, index) => ({ person: index % people, round: Math.floor(index / people) }))
  await Promise.all(
    turns.map(({ person, round }) =>
      desk().receive({ id: `${person}-${round}`, from: { channel: 'telegram', conversation: String(chatOf(person)) }, sender: `p${person}`, senderName: `村民${person}`, text: word(person, round), at: new Date(clock), place: 'group', addressed: false }),
    ),
  )
  await app.idle()
  while (sent.length < turns.length) {
    clock += 60_000
    await app.idle()
  }
  await app.stop()

  expect(new Set(sent.map(({ id }) => id)).size).toBe(sent.length)
  expect(sent).toHaveLength(turns.length)
  for (const { to, mention, replyTo, text } of sent) {
    const [words, ...others] = quoted(text)
    expect(others).toEqual([])
    expect({ mention: mention?.id, replyTo, to: to.conversation }).toEqual({ mention: `p${words?.person}`, replyTo: `${words?.person}-${words?.round}`, to: String(chatOf(words?.person ?? -1)) })
  }
  for (let person = 0; person < people; person++) expect(sent.filter(({ mention }) => mention?.id === `p${person}`).map(({ text }) => quoted(text)[0]?.round)).toEqual([0, 1, 2])
}, 300_000)

let dir = ''
let server: TelegramServer
let child: ChildProcess | undefined
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'load-'))
  server = await startTelegramServer({ random: draw(11) })
})
afterAll(async () => {
  child?.kill('SIGKILL')
  await server.stop()
  await rm(dir, { recursive: true, force: true })
})

test(`killed ${kills} times meanwhile, bursts being gathered: every message is decided once and answered, repeated at most once a kill`, async () => {
  const random = draw(3)
  server.setWeather({ sendMessage: { tooMany: 0.05, broken: 0.05, hang: 0.01, retryAfter: 1 }, getUpdates: { broken: 0.02 } })
  const turns = Array.from({ length: people * rounds }, (_, index) => ({ person: index % people, round: Math.floor(index / people) }))
  const askedIn = new Map<number, number>()
  let next = 0
  // Spread over the kills; each person's lines come in order, and often close together.
  const talking = setInterval(() => {
    for (let count = 0; count < Math.ceil((turns.length / (kills * 16)) * (0.5 + random())) && next < turns.length; count++) {
      const { person, round } = turns[next++]!
      const messageId = 5000 + next
      askedIn.set(messageId, person)
      server.say({ chat: chatOf(person), from: { id: 10_000 + person, first_name: `村民${person}` }, text: word(person, round), messageId })
    }
  }, 60)

  for (let kill = 0; kill < kills; kill++) {
    child = start()
    const before = server.sent.length
    if (kill % 3 > 0) await vi.waitFor(() => expect(server.sent.length).toBeGreaterThan(before + 2), { timeout: 60_000, interval: 20 }).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 100 + random() * 700))
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await vi.waitFor(() => expect(next).toBe(turns.length), { timeout: 120_000 })
  clearInterval(talking)
  child = start()
  const said = () => new Set(server.sent.flatMap(({ text }) => quoted(text).map(({ person, round }) => `${person}-${round}`)))
  await vi.waitFor(() => expect(said().size).toBe(turns.length), { timeout: 240_000, interval: 200 })
  await vi.waitFor(() => expect(server.pending()).toEqual([]), { timeout: 60_000 })
  child.kill('SIGTERM')
  await once(child, 'exit')

  const db = await openDatabase(`better-sqlite3:${join(dir, 'village.db')}`)
  const inbox = await db('inbox').select<{ decided_at: number | null; id: string }[]>('decided_at', 'id')
  const outbox = await db('outbox').select<{ state: string; message: string }[]>('state', 'message')
  await db.destroy()
  expect(inbox).toHaveLength(turns.length)
  expect(inbox.filter(({ decided_at }) => decided_at === null)).toEqual([])
  expect(outbox.filter(({ state }) => state !== 'sent')).toEqual([])
  // Decided once: every line stands in one reply.
  const decided = outbox.flatMap(({ message }) => quoted((JSON.parse(message) as { text: string }).text).map(({ person, round }) => `${person}-${round}`))
  expect([...decided].sort()).toEqual([...new Set(decided)].sort())
  expect(decided).toHaveLength(turns.length)

  // Nobody gets another's, in another place, or out of order; repeats are at most one a kill.
  for (const { chat, text, payload } of server.sent) {
    const persons = new Set(quoted(text).map(({ person }) => person))
    const answers = askedIn.get((payload['reply_parameters'] as { message_id: number }).message_id)
    expect([[...persons], chat]).toEqual([[answers], String(chatOf(answers ?? -1))])
  }
  const first = server.sent.filter(({ text, chat }, index) => server.sent.findIndex((other) => other.text === text && other.chat === chat) === index)
  expect(server.sent.length - first.length).toBeLessThanOrEqual(kills)
  for (let person = 0; person < people; person++) {
    const order = first.flatMap(({ text }) => quoted(text)).filter((words) => words.person === person).map(({ round }) => round)
    expect(order).toEqual([...order].sort((one, other) => one - other))
  }
  console.log(`load: ${turns.length} lines, ${first.length} answers, ${server.sent.length - first.length} repeated over ${kills} kills`)
}, 600_000)

function start(): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', 'test/support/load-village.ts'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, TOKEN: server.token, API: server.url, DATABASE: `better-sqlite3:${join(dir, 'village.db')}`, GROUPS: String(groups), GATHER: '0.2' },
  })
}
