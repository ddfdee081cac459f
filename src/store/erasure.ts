import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { domains } from '../domain/entry.ts'
import type { ChannelName, Inbound, Outbound } from '../domain/message.ts'
import { erasedWords, type Ticket } from '../domain/ticket.ts'
import { audit, type Person } from './people.ts'

/** In place of a service's content once its words are over. */
const lapsed = '〔原话到期已删〕'
const dayMs = 24 * 3600_000
type Line = { seq: number; id: string; channel: string; conversation: string; sender: string; message: string }

/**
 * Takes a person's words and identity out of everything we hold. What stays are counts under a name made
 * up for this erasure, which nobody can lead back: when, which village, what came of it.
 */
export async function erasePerson(db: Knex, { channel, person }: Person, now: Date): Promise<void> {
  const pseudonym = `erased-${randomUUID()}`
  const column = channel === 'web' ? 'conversation' : 'sender'
  const lines = await db('inbox').where({ channel, [column]: person }).whereNull('erased_at').select<Line[]>('seq', 'id', 'channel', 'conversation', 'sender', 'message')
  // On the web the sender's name is whatever was said: it stands for nobody outside this conversation.
  const web = channel === 'web'
  const senders = web ? new Set([person]) : new Set([person, ...lines.map(({ sender }) => sender)])
  const direct = new Set(lines.filter(({ message }) => placeOf(message) === 'direct').map(({ conversation }) => conversation))
  const groups = new Set(lines.map(({ conversation }) => conversation).filter((conversation) => !direct.has(conversation)))
  const tickets = await db('tickets').where({ channel, [web ? 'conversation' : 'resident']: person }).select<{ number: number; conversation: string; ticket: string }[]>('number', 'conversation', 'ticket')

  for (const line of lines) {
    await eraseLine(db, line, pseudonym, now)
    // Replies and cards carry the message's id in theirs.
    await eraseReplies(db, (rows) => rows.where('id', '>', `${channel}:${line.id}:`).where('id', '<', `${channel}:${line.id};`), pseudonym, now)
  }
  for (const conversation of direct) await eraseReplies(db, (rows) => rows.where({ channel, conversation }), pseudonym, now)
  for (const conversation of groups) await eraseReplies(db, (rows) => rows.where({ channel, conversation }), pseudonym, now, ({ mention }) => senders.has(mention?.id ?? ''))
  for (const { number, conversation, ticket } of tickets) {
    await eraseTicket(db, number, JSON.parse(ticket) as Ticket, { resident: pseudonym, conversation: direct.has(conversation) ? pseudonym : conversation })
    await eraseTalk(db, number, pseudonym, now)
  }
  const numbers = tickets.map(({ number }) => number)
  await db('worklog').whereIn('ticket', numbers).update({ content: erasedWords })
  await db('drafts').whereIn('ticket', numbers).update({ state: 'withdrawn', draft: '{}' })
  await db('conversations').where({ channel }).where((rows) => void rows.whereIn('sender', [...senders]).orWhereIn('conversation', [...direct])).delete()
  await db('votes').whereIn('sender', [...senders]).update({ sender: pseudonym })
  await db('people').where({ channel, person }).delete()
  await db('notices').where({ channel, person }).delete()
  await db('audit').where({ channel, person }).update({ person: pseudonym })
  await audit(db, { channel, person: pseudonym }, '删除我的记录', now)
}

/**
 * Takes out of old lines what the retention says: words go, persons become names that only this ledger could
 * tell apart. What practice demands of the work log stays: when, which village, who, which field, how, how long.
 */
export async function expire(db: Knex, before: Date, now: Date): Promise<number> {
  const nameOf = await pseudonyms(db)
  const old = before.getTime()
  const lines = await db('inbox').whereNull('erased_at').whereNotNull('decided_at').where('decided_at', '<', old).limit(2000).select<Line[]>('seq', 'id', 'channel', 'conversation', 'sender', 'message')
  for (const line of lines) await eraseLine(db, line, nameOf(line.channel, line.sender), now)
  await eraseReplies(db, (rows) => rows.whereIn('state', ['sent', 'given-up', 'held']).where('created_at', '<', old).limit(2000), nameOf, now)
  // One that nobody touched for so long is over, whatever its state.
  const tickets = await db('tickets').where('updated_at', '<', old).whereNot('resident', 'like', 'p-%').whereNot('resident', 'like', 'erased-%').select<{ number: number; channel: string; conversation: string; resident: string; ticket: string }[]>('*')
  for (const { number, channel, conversation, resident, ticket } of tickets) {
    const kept = JSON.parse(ticket) as Ticket
    await eraseTicket(db, number, kept, { resident: nameOf(channel, resident), conversation: kept.place === 'group' ? conversation : nameOf(channel, conversation) })
  }
  await db('conversations').where('updated_at', '<', old).delete()
  await db('people').where('seen_at', '<', old).delete()
  await db('notices').where('at', '<', old).delete()
  await expireBeside(db, old, nameOf)
  await expireIds(db, now.getTime() - dayMs)
  return lines.length + tickets.length
}

/** What lies beside the messages: the work log's contents, drafts that nobody took up, votes, and who asked for their records. */
async function expireBeside(db: Knex, old: number, nameOf: (channel: string, id: string) => string): Promise<void> {
  const services = await db('worklog').where('at', '<', old).whereNot('content', 'like', `%${lapsed}`).whereNot({ content: erasedWords }).limit(2000).select<{ seq: number; content: string }[]>('seq', 'content')
  for (const { seq, content } of services) {
    const domain = domains.find((known) => content.startsWith(`${known}：`))
    await db('worklog').where({ seq }).update({ content: `${domain ? `${domain}：` : ''}${lapsed}` })
  }
  await db('drafts').where('at', '<', old).whereNot({ state: 'withdrawn' }).update({ state: 'withdrawn', draft: '{}' })
  for (const { message, sender } of await db('votes').where('at', '<', old).whereNot('sender', 'like', 'p-%').whereNot('sender', 'like', 'erased-%').select<{ message: string; sender: string }[]>('message', 'sender')) {
    await db('votes').where({ message, sender }).update({ sender: nameOf(message.slice(0, message.indexOf(':')), sender) })
  }
  for (const { seq, channel, person } of await db('audit').where('at', '<', old).select<{ seq: number; channel: string; person: string }[]>('seq', 'channel', 'person')) {
    await db('audit').where({ seq }).update({ person: nameOf(channel, person) })
  }
}

/**
 * A platform's id of a message often names who wrote it. It stays for a day after an erasure, so that a
 * message brought twice is still known, and is replaced then.
 */
async function expireIds(db: Knex, before: number): Promise<void> {
  for (const table of ['inbox', 'outbox'] as const) {
    const rows = await db(table).where('erased_at', '<', before).whereNot('id', 'like', 'erased:%').limit(2000).select<{ seq: number; id: string; message: string }[]>('seq', 'id', 'message')
    for (const { seq, id, message } of rows) {
      const name = `erased:${seq}`
      const kept = { ...(JSON.parse(message) as { id: string }), id: name }
      await db(table).where({ seq }).update({ id: name, message: JSON.stringify(kept), ...(table === 'outbox' ? { answers: null } : { outcome: db.raw("case when kind = 'gathered' then '{}' else outcome end") }) })
      if (table === 'outbox') await db('votes').where({ message: id }).update({ message: name })
    }
  }
}

/** The confirmation of an erasure holds an address until it is sent; then that goes too. */
export async function scrubSent(db: Knex, now: Date): Promise<void> {
  await eraseReplies(db, (rows) => rows.where({ scrub: true }).whereIn('state', ['sent', 'given-up', 'held']), `erased-${randomUUID()}`, now)
}

async function eraseLine(db: Knex, { seq, message }: Line, name: string, now: Date): Promise<void> {
  const { id, from, at, place, addressed } = JSON.parse(message) as Inbound
  const conversation = place === 'group' ? from.conversation : name
  const kept = { id, from: { ...from, conversation }, sender: name, text: '', at, place, addressed }
  await db('inbox').where({ seq }).update({ message: JSON.stringify(kept), sender: name, conversation, erased_at: now.getTime(), decided_at: db.raw('coalesce(decided_at, ?)', [now.getTime()]) })
}

async function eraseReplies(db: Knex, choose: (rows: Knex.QueryBuilder) => Knex.QueryBuilder, name: string | ((channel: string, id: string) => string), now: Date, wanted: (message: Outbound) => boolean = () => true): Promise<void> {
  const rows = (await choose(db('outbox').whereNull('erased_at').select('seq', 'message', 'state'))) as { seq: number; message: string; state: string }[]
  for (const { seq, message, state } of rows) {
    const sent = JSON.parse(message) as Outbound
    if (!wanted(sent)) continue
    const conversation = typeof name === 'string' ? name : name(sent.to.channel, sent.to.conversation)
    await db('outbox').where({ seq }).update({ message: JSON.stringify({ id: sent.id, to: { ...sent.to, conversation }, text: '' }), conversation, erased_at: now.getTime(), problem: null, ...(state === 'pending' || state === 'held' ? { state: 'given-up' } : {}) })
  }
}

async function eraseTicket(db: Knex, number: number, ticket: Ticket, { resident, conversation }: { resident: string; conversation: string }): Promise<void> {
  const { residentName: _name, draft: _draft, missing: _missing, ...rest } = ticket
  const kept = { ...rest, question: erasedWords, resident, from: { ...rest.from, conversation }, message: '', said: (rest.said ?? []).map((words) => ({ ...words, text: erasedWords })), status: 'closed', version: (rest.version ?? 0) + 1 }
  await db('tickets').where({ number }).update({ resident, conversation, status: 'closed', version: kept.version, ticket: JSON.stringify(kept) })
}

/** What advisers and we said about a ticket, in whatever place: it names the number. */
async function eraseTalk(db: Knex, number: number, name: string, now: Date): Promise<void> {
  const names = new RegExp(`#${number}(?!\\d)`)
  await eraseReplies(db, (rows) => rows.where('message', 'like', `%#${number}%`), name, now, ({ text }) => names.test(text))
  const lines = await db('inbox').whereNull('erased_at').where('message', 'like', `%#${number}%`).select<Line[]>('seq', 'id', 'channel', 'conversation', 'sender', 'message')
  for (const line of lines) {
    const message = JSON.parse(line.message) as Inbound
    if (names.test(`${message.text} ${message.quote ?? ''}`)) await db('inbox').where({ seq: line.seq }).update({ message: JSON.stringify({ ...message, text: `#${number} ${erasedWords}`, quote: undefined }) })
  }
}

function placeOf(message: string): Inbound['place'] {
  return (JSON.parse(message) as Inbound).place
}

/** Names that tell persons apart without saying who they are; the key never leaves the ledger. */
async function pseudonyms(db: Knex): Promise<(channel: ChannelName | string, id: string) => string> {
  await db('keys').insert({ name: 'pseudonyms', value: randomBytes(32).toString('hex') }).onConflict('name').ignore()
  const row = await db('keys').where({ name: 'pseudonyms' }).first<{ value: string }>('value')
  return (channel, id) => (/^(p|erased)-/.test(id) ? id : `p-${createHmac('sha256', row.value).update(`${channel}:${id}`).digest('hex').slice(0, 16)}`)
}
