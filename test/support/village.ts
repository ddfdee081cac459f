import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Knex } from 'knex'
import { startApp, type AdminPorts, type App, type WebPorts } from '../../src/app.ts'
import type { Counsel } from '../../src/assistant.ts'
import { consult } from '../../src/consult/consult.ts'
import type { Entry, Situation } from '../../src/domain/entry.ts'
import type { Confidence, Evidence, Intent } from '../../src/domain/evidence.ts'
import type { Address, Channel, ChannelName, Desk, Inbound, Outbound } from '../../src/domain/message.ts'
import type { Roster } from '../../src/domain/person.ts'
import { readKnowledge } from '../../src/knowledge/load.ts'
import { compileSigns } from '../../src/safety/signs.ts'
import type { DeskSettings } from '../../src/settings.ts'
import { openDatabase } from '../../src/store/database.ts'

/** What searching finds for messages that hold some words. */
export type Found = { entry?: string; next?: string; confidence?: number; closedSet?: number; intents?: Partial<Record<Intent, number>>; situation?: string }

/** The real consultation over the real knowledge folder; only what searching finds is said by the test. */
export async function scriptedCounsel(found: Readonly<Record<string, Found>>): Promise<Counsel> {
  const knowledge = await folder()
  const entries = new Map<string, Entry>(knowledge.entries.map((entry) => [entry.id, entry]))
  const signs = compileSigns(knowledge.entries.filter((entry): entry is Situation => entry.kind === 'situation'))
  const search = (text: string): Evidence => {
    const { entry, next, confidence = 0, closedSet, intents = {}, situation } = Object.entries(found).find(([words]) => text.includes(words))?.[1] ?? {}
    return {
      matches: [entry, next].flatMap((one) => (one ? [{ entry: one, score: confidence }] : [])), confidence: confidence as Confidence, ...(closedSet === undefined ? {} : { closedSet: closedSet as Confidence }),
      intents: { question: 0.9, urgent: 0, refuse: 0, ignore: 0, escalate: 0, ...intents },
      situations: situation ? { [(entries.get(situation) as Situation).response]: { entry: situation, score: 1 } } : {},
    }
  }
  const library = { entry: (id: string) => entries.get(id), citable: () => true, stale: () => false }
  return {
    decide: (message, conversation) => consult(message, { ...library, conversation: async () => conversation, search: async (text) => search(text), article: () => undefined, signs: () => signs, laws: () => knowledge.register.laws, bars: { default: 0.6 } }),
    words: { article: () => ({ text: '', verbatim: false, status: '现行有效' }) },
    entry: library.entry,
    laws: () => knowledge.register.laws,
    emergency: (text) => signs.spot(text, 'urgent') !== undefined,
  }
}

let read: ReturnType<typeof readKnowledge> | undefined
const folder = () => (read ??= readKnowledge('knowledge', '2026-11-22'))

export const group: Address = { channel: 'wechat', conversation: 'qingxi@chatroom' }
export const advisers: Address = { channel: 'telegram', conversation: '-9' }

/** One village with an attentive group, an adviser group, a lawyer, a grassroots worker and a partner who is an expert. */
export const roster: Roster = {
  villages: [{ id: 'qingxi', name: '清溪村', township: '望溪镇', county: '青禾县' }],
  groups: [{ with: 'residents', at: group, village: 'qingxi', policy: 'attentive' }, { with: 'advisers', at: advisers }],
  advisers: [
    { id: 'li', name: '李明', kind: '律师', licence: '11101201010000001', accounts: [{ channel: 'telegram', id: 'li' }], villages: ['qingxi'] },
    { id: 'wang', name: '王芳', kind: '基层法律服务工作者', licence: '31101201000', accounts: [{ channel: 'telegram', id: 'wang' }], villages: ['qingxi'] },
    { id: 'zhao', name: '赵远', kind: '律师', licence: '11101201010000003', accounts: [{ channel: 'telegram', id: 'zhao' }], partner: true, expert: true },
  ],
  admins: [{ name: '周主任', accounts: [{ channel: 'telegram', id: 'zhou' }] }],
}

/** A channel in memory: what came out, and a way to say something in. */
export function memoryChannel(name: ChannelName, send?: (message: Outbound) => Promise<void>) {
  const sent: Outbound[] = []
  let desk: Desk | undefined
  const channel: Channel = {
    name, longestText: 8000,
    async start(to) {
      desk = to
    },
    async send(message) {
      await send?.(message)
      sent.push(message)
    },
    async stop() {},
  }
  return { channel, sent, desk: () => desk ?? fail() }
}

function fail(): never {
  throw new Error('the app has not started')
}

export type Village = Awaited<ReturnType<typeof openVillage>>

/** The real app in memory, with a clock that the test turns; `real` channels take the place of those in memory. */
export async function openVillage(options: { found?: Readonly<Record<string, Found>>; people?: Roster; settings?: Partial<DeskSettings>; counsel?: Counsel; at?: string; later?: (run: () => void, ms: number) => () => void; real?: (ports: WebPorts & AdminPorts) => readonly Channel[] } = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'village-'))
  const channels = { wechat: memoryChannel('wechat'), telegram: memoryChannel('telegram'), web: memoryChannel('web') }
  const counsel = options.counsel ?? (await scriptedCounsel(options.found ?? {}))
  const db = await openDatabase(`better-sqlite3:${join(dir, 'village.db')}`)
  let people = options.people ?? roster
  let clock = new Date(options.at ?? '2026-11-23T01:00:00Z').getTime()
  let count = 0
  const problems: string[] = []
  const log = { info: () => {}, warn: () => {}, error: (data: object, text: string) => void problems.push(`${text} ${JSON.stringify(data)}`) }
  const app: App = await startApp({
    assistant: counsel, db, log, channels: (ports) => [...Object.values(channels).map(({ channel }) => channel), ...(options.real?.(ports) ?? [])], roster: () => people, now: () => new Date(clock),
    ...(options.later ? { later: options.later } : {}),
    settings: { gatherSeconds: 0, draftsDir: join(dir, 'drafts'), ...options.settings },
  })

  /** Says something and waits until everything is decided and sent; gives what was sent meanwhile. */
  async function say(over: Partial<Inbound> & { text: string }): Promise<Outbound[]> {
    const before = sent().length
    await receive(over)
    await app.idle()
    return inOrder(sent().slice(before))
  }
  /** As they were decided: channels send side by side. */
  async function inOrder(messages: readonly Outbound[]): Promise<Outbound[]> {
    const rows = await db('outbox').whereIn('id', messages.map(({ id }) => id)).orderBy('seq').select<{ id: string }[]>('id')
    return rows.flatMap((row) => messages.filter(({ id }) => id === row.id))
  }
  async function receive(over: Partial<Inbound> & { text: string }): Promise<void> {
    clock += 1000
    await app.receive({ id: `m${++count}`, from: group, sender: 'zhang', senderName: '老张', at: new Date(clock), place: 'group', addressed: true, ...over })
  }
  const order: Outbound[] = []
  for (const { sent: list } of Object.values(channels)) {
    const push = list.push.bind(list)
    list.push = (...messages) => (order.push(...messages), push(...messages))
  }
  const sent = () => order

  return {
    app, db: db as Knex, dir, channels, problems, say, receive, sent,
    /** Among advisers. */
    adviser: (text: string, sender = 'li', over: Partial<Inbound> = {}) => say({ text, sender, senderName: sender, from: advisers, ...over }),
    /** One-to-one on WeChat. */
    direct: (text: string, sender = 'zhang', over: Partial<Inbound> = {}) => say({ text, sender, from: { channel: 'wechat', conversation: sender }, place: 'direct', ...over }),
    async pass(hours: number): Promise<Outbound[]> {
      const before = sent().length
      clock += hours * 3600_000
      await app.tick()
      await app.idle()
      return inOrder(sent().slice(before))
    },
    now: () => new Date(clock),
    setPeople: (next: Roster) => void (people = next),
    async close(): Promise<void> {
      await app.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Where each message went and what it said, in one line. */
export function lines(messages: readonly Outbound[]): string[] {
  return messages.map(({ to, text }) => `${to.channel}:${to.conversation} ${text}`)
}
