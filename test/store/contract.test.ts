import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Knex } from 'knex'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BadDatabaseAddress, openDatabase } from '../../src/store/database.ts'
import { move } from '../../src/domain/ticket.ts'
import type { Service } from '../../src/domain/worklog.ts'
import { createMailbox } from '../../src/store/mailbox.ts'
import { readConversation, record, type Decided } from '../../src/store/record.ts'
import { readReminders, recordReminders } from '../../src/store/reminders.ts'
import { createTickets } from '../../src/store/tickets.ts'
import { readWorklog, signWorklog, writeService } from '../../src/store/worklog.ts'
import { inbound, outbound } from '../support/messages.ts'

const now = new Date('2026-11-22T08:00:00Z')
const later = new Date(now.getTime() + 60_000)

function decided(over: Partial<Decided> = {}): Decided {
  return { message: inbound(), kind: 'answered', trace: { entries: [] }, replies: [outbound()], ...over }
}
const ticket = { question: '工资', because: 'unsure', urgency: 'normal', village: '' } as const

test('an address that names no driver is refused with what to write', async () => {
  await expect(openDatabase('oracle:x')).rejects.toThrow(BadDatabaseAddress)
  await expect(openDatabase('oracle:x')).rejects.toThrow(/better-sqlite3:data\/village\.db/)
})

describe.each(['better-sqlite3', 'sqlite3'])('the ledger on %s', (driver) => {
  let dir = ''
  let db: Knex
  let mailbox: ReturnType<typeof createMailbox>
  const open = async () => {
    db = await openDatabase(`${driver}:${join(dir, 'village.db')}`)
    mailbox = createMailbox(db)
  }

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'store-'))
    await open()
  })
  afterEach(async () => {
    await db.destroy()
    await rm(dir, { recursive: true })
  })

  test('a message is accepted once, however often it comes', async () => {
    expect(await mailbox.accept(inbound(), now)).toBe('new')
    expect(await mailbox.accept(inbound(), now)).toBe('repeat')
    expect(await mailbox.accept(inbound({ id: 'm2' }), now)).toBe('new')
    expect(await mailbox.accept(inbound({ from: { channel: 'telegram', conversation: 'c1' } }), now)).toBe('new')
  })

  test('what was accepted and not decided is there after a reopening, oldest first, unchanged', async () => {
    const first = inbound({ senderName: '老李', quote: '上一句' })
    await mailbox.accept(first, now)
    await mailbox.accept(inbound({ id: 'm2' }), now)
    await db.destroy()
    await open()
    expect(await mailbox.undecided()).toEqual([first, inbound({ id: 'm2' })])
  })

  test('a decision is written once: line, ticket, conversation and replies together', async () => {
    await mailbox.accept(inbound(), now)
    const decision = decided({ ticket, conversation: { lastEntry: 'unpaid-wages' }, replies: [outbound({ text: '编号 {ticket}' })] })
    expect(await record(db, decision, now)).toEqual({ ticket: 1001 })
    expect(await record(db, decision, now)).toBe('decided-before')
    expect(await mailbox.undecided()).toEqual([])
    expect(await readConversation(db, inbound())).toEqual({ lastEntry: 'unpaid-wages', waiting: 1001 })
    expect((await mailbox.due(now)).map(({ text }) => text)).toEqual(['编号 #1001'])
    expect(await db('tickets').count({ n: '*' })).toEqual([{ n: 1 }])
  })

  test('a decision that cannot be written whole is not written at all', async () => {
    await mailbox.accept(inbound(), now)
    await expect(record(db, decided({ ticket, replies: [outbound(), outbound()] }), now)).rejects.toThrow(/UNIQUE/)
    expect(await mailbox.undecided()).toHaveLength(1)
    expect(await db('tickets').count({ n: '*' })).toEqual([{ n: 0 }])
    expect(await mailbox.due(now)).toEqual([])
  })

  test('tickets are numbered in order', async () => {
    for (const id of ['m1', 'm2', 'm3']) await mailbox.accept(inbound({ id }), now)
    const numbers = []
    for (const id of ['m1', 'm2', 'm3']) numbers.push(await record(db, decided({ message: inbound({ id }), ticket, replies: [] }), now))
    expect(numbers).toEqual([{ ticket: 1001 }, { ticket: 1002 }, { ticket: 1003 }])
  })

  test('a conversation is sent in order: a message that waits holds back the ones after it, and no other conversation', async () => {
    await mailbox.accept(inbound(), now)
    const elsewhere = { channel: 'web', conversation: 'c2' } as const
    await record(db, decided({ replies: [outbound({ id: 'a' }), outbound({ id: 'b' }), outbound({ id: 'c', to: elsewhere })] }), now)
    const due = async (at: Date) => (await mailbox.due(at)).map(({ id }) => id)
    expect(await due(now)).toEqual(['a', 'c'])
    await mailbox.sending('a')
    expect(await due(now)).toEqual(['c'])
    await mailbox.failed('a', '429', later)
    expect(await due(now)).toEqual(['c'])
    expect(await due(later)).toEqual(['a', 'c'])
    await mailbox.sending('a')
    expect(await mailbox.attempts('a')).toBe(2)
    await mailbox.sent('a')
    expect(await due(later)).toEqual(['b', 'c'])
    await mailbox.failed('b', '没有这个人')
    await mailbox.sent('c')
    expect(await due(later)).toEqual([])
  })

  test('what was being sent when the process died is sent again', async () => {
    await mailbox.accept(inbound(), now)
    await record(db, decided(), now)
    await mailbox.sending('o1')
    await db.destroy()
    await open()
    expect(await mailbox.due(later)).toEqual([])
    expect(await mailbox.recover()).toBe(1)
    expect((await mailbox.due(now)).map(({ id }) => id)).toEqual(['o1'])
  })

  test('a conversation can be shown again, from any message on', async () => {
    await mailbox.accept(inbound(), now)
    await record(db, decided({ replies: [outbound({ id: 'a' }), outbound({ id: 'b' })] }), now)
    const all = await mailbox.history(inbound().from)
    expect(all.map(({ message }) => message.id)).toEqual(['a', 'b'])
    expect((await mailbox.history(inbound().from, all[0]?.seq)).map(({ message }) => message.id)).toEqual(['b'])
    expect(await mailbox.asked(inbound().from)).toEqual([inbound()])
  })

  test('a step on a ticket that changed meanwhile is stale, and nothing of it is written', async () => {
    for (const id of ['m1', 'm2', 'm3']) await mailbox.accept(inbound({ id }), now)
    await record(db, decided({ ticket, replies: [] }), now)
    const tickets = createTickets(db)
    const before = (await tickets.ticket(1001))!
    const by = { id: 'li', name: '李明', kind: '律师' }
    const claimed = move(before, { kind: 'claim', by }, now.toISOString())
    const moved = { ticket: claimed.ok ? claimed.ticket : before, before: before.version }
    expect(await record(db, decided({ message: inbound({ id: 'm2' }), kind: 'moved', moved, replies: [] }), now)).toEqual({ ticket: 1001 })
    expect(await record(db, decided({ message: inbound({ id: 'm3' }), kind: 'moved', moved, replies: [outbound()] }), now)).toBe('stale')
    expect((await mailbox.undecided()).map(({ id }) => id)).toEqual(['m3'])
    expect(await mailbox.due(now)).toEqual([])
    expect(await tickets.ticket(1001)).toMatchObject({ status: 'claimed', adviser: by, version: 1 })
    expect(await readConversation(db, inbound())).toEqual({ ticket: 1001, waiting: 1001 })
  })

  test('an adviser’s services on one ticket are one entry of the log, another adviser’s is another', async () => {
    const service: Service = { at: now.toISOString(), village: 'a', adviser: { id: 'li', name: '李明', kind: '律师', licence: '1' }, channel: 'web', content: '欠薪', method: '线上', result: '已答复', minutes: 10, crossRegion: false, ticket: 1001, generated: false, signed: true }
    await writeService(db, service, now)
    await writeService(db, { ...service, minutes: 25 }, now)
    await writeService(db, { ticket: 1001, adviser: 'li', result: '已办结' }, now)
    await writeService(db, { ...service, adviser: { id: 'wang', name: '王芳', kind: '律师' } }, now)
    const { ticket: _none, ...pasted } = service
    for (const signed of [false, false]) await writeService(db, { ...pasted, signed }, now)
    expect((await readWorklog(db, { month: '2026-11' })).map(({ adviser, minutes, result, signed }) => [adviser.id, minutes, result, signed])).toEqual([['li', 25, '已办结', true], ['wang', 10, '已答复', true], ['li', 10, '已答复', false], ['li', 10, '已答复', false]])
    expect(await signWorklog(db, 'li', '2026-11', now)).toBe(2)
    expect(await readWorklog(db, { month: '2026-12' })).toEqual([])
  })

  test('a reminder is given once', async () => {
    const reminder = { ticket: 1001, step: 'remind', messages: [outbound()] }
    expect(await recordReminders(db, [reminder], now)).toBe(1)
    expect(await recordReminders(db, [reminder], now)).toBe(0)
    expect(await mailbox.due(now)).toHaveLength(1)
    expect(await readReminders(db)).toEqual(new Map([[1001, new Set(['remind'])]]))
  })

  test('a message whose reader had it erased while it waited is not sent', async () => {
    await mailbox.accept(inbound(), now)
    await record(db, decided(), now)
    await mailbox.accept(inbound({ id: 'm2' }), now)
    await record(db, decided({ message: inbound({ id: 'm2' }), kind: 'erased', erase: true, replies: [outbound({ id: 'bye' })] }), now)
    expect(await mailbox.sending('o1')).toBe(false)
    expect((await mailbox.due(now)).map(({ id }) => id)).toEqual(['bye'])
  })

  test('a person has one vote on a message, the last one', async () => {
    await mailbox.vote('o1', 'resident', true, now)
    await mailbox.vote('o1', 'resident', false, later)
    expect(await db('votes').select('message', 'sender', 'up')).toEqual([{ message: 'o1', sender: 'resident', up: 0 }])
  })
})
