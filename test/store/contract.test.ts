import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Knex } from 'knex'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BadDatabaseAddress, openDatabase } from '../../src/store/database.ts'
import { createMailbox } from '../../src/store/mailbox.ts'
import { readConversation, record, type Decided } from '../../src/store/record.ts'
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

  test('a person has one vote on a message, the last one', async () => {
    await mailbox.vote('o1', 'resident', true, now)
    await mailbox.vote('o1', 'resident', false, later)
    expect(await db('votes').select('message', 'sender', 'up')).toEqual([{ message: 'o1', sender: 'resident', up: 0 }])
  })
})
