import type { Knex } from 'knex'
import type { Conversation } from '../domain/conversation.ts'
import type { Address, Inbound, Outbound } from '../domain/message.ts'
import { personOf } from '../domain/person.ts'
import type { Ticket, TicketDraft } from '../domain/ticket.ts'
import type { Service, ServiceNote } from '../domain/worklog.ts'
import { offerDraft, type OfferedDraft } from './drafts.ts'
import { erasePerson } from './erasure.ts'
import { audit, noteNotice, notePerson, setMuted } from './people.ts'
import { insertTicket, writeTicket } from './tickets.ts'
import { signWorklog, writeService } from './worklog.ts'

/** A ticket to open: what deciding proposed, and where it goes. */
export type NewTicket = TicketDraft & { readonly village: string } & Partial<Pick<Ticket, 'intimate' | 'desk' | 'missing' | 'crossRegion'>>

/** A ticket after a step, and the version that the step was taken on. */
export type MovedTicket = { readonly ticket: Ticket; readonly before: number }

/** A decision ready to be written: the one write of a consultation. */
export type Decided = {
  readonly message: Inbound
  /** Earlier messages that were gathered into this one; they are decided with it. */
  readonly gathered?: readonly Inbound[]
  readonly kind: string
  /** For the log and for replaying a ticket; no resident's name or number in it. */
  readonly trace: object
  readonly ticket?: NewTicket
  /** Another one, of the message's second matter. */
  readonly beside?: NewTicket
  readonly moved?: MovedTicket
  readonly log?: Service | ServiceNote
  readonly draft?: OfferedDraft
  readonly conversation?: Conversation
  /** `{ticket}` in them stands for the number that is given here, `{beside}` for that of the second ticket. */
  readonly replies: readonly Outbound[]
  /** The resident was told here who answers: a group, or empty for one-to-one. */
  readonly notice?: string
  /** The village of the group it was said in. */
  readonly village?: string
  readonly muted?: { readonly groups: readonly Address[]; readonly muted: boolean }
  readonly signed?: { readonly adviser: string; readonly month: string }
  readonly audit?: string
  /** What the writer thinks of one of our messages. */
  readonly vote?: { readonly message: string; readonly up: boolean }
  /** Erases whoever wrote the message. */
  readonly erase?: boolean
}

type Numbers = { readonly ticket?: number; readonly beside?: number }

const firstTicket = 1001

class Stale extends Error {}

/**
 * Writes a decision in one transaction: the inbox lines, the ticket, the work log, the conversation, the
 * replies. Returns the tickets' numbers. A message that was decided before is left as it was; a step on a
 * ticket that changed meanwhile is `stale` and writes nothing: decide again.
 */
export async function record(db: Knex, decided: Decided, now: Date): Promise<Numbers | 'decided-before' | 'stale'> {
  return db.transaction((trx) => write(trx, decided, now)).catch((cause: unknown) => {
    if (cause instanceof Stale) return 'stale' as const
    throw cause
  })
}

async function write(trx: Knex, decided: Decided, now: Date): Promise<Numbers | 'decided-before'> {
  const { message, gathered = [], kind, trace, ticket, moved, conversation, replies } = decided
  const { channel, conversation: place } = message.from
  const lines = () => trx('inbox').where({ channel }).whereNull('decided_at')
  const first = await lines().where({ id: message.id }).update({ decided_at: now.getTime(), kind, outcome: JSON.stringify(trace) })
  if (first === 0) return 'decided-before'
  if (gathered.length > 0) {
    await lines().whereIn('id', gathered.map(({ id }) => id)).update({ decided_at: now.getTime(), kind: 'gathered', outcome: JSON.stringify({ into: message.id }) })
  }

  const number = ticket ? await open(trx, ticket, message, now) : moved?.ticket.number
  const second = decided.beside && (await open(trx, decided.beside, message, now))
  if (moved && !(await writeTicket(trx, moved.ticket, moved.before, now))) throw new Stale()
  if (decided.log) await writeService(trx, decided.log, now)
  if (decided.draft) await offerDraft(trx, decided.draft, now)
  if (decided.signed) await signWorklog(trx, decided.signed.adviser, decided.signed.month, now)
  for (const group of decided.muted?.groups ?? []) await setMuted(trx, group, decided.muted?.muted === true, now)
  const person = personOf(message)
  await notePerson(trx, person, { ...(message.place === 'direct' ? { direct: place } : {}), ...(decided.village === undefined ? {} : { village: decided.village }) }, now)
  if (decided.notice !== undefined) await noteNotice(trx, person, decided.notice, now)
  if (decided.audit !== undefined) await audit(trx, person, decided.audit, now)
  if (decided.vote) await trx('votes').insert({ ...decided.vote, sender: person.person, at: now.getTime() }).onConflict(['message', 'sender']).merge()
  if (conversation) {
    await trx('conversations')
      .insert({ channel, conversation: place, sender: message.sender, state: JSON.stringify(conversation), updated_at: now.getTime() })
      .onConflict(['channel', 'conversation', 'sender'])
      .merge()
  }
  if (decided.erase) await erasePerson(trx, person, now)
  await post(trx, replies.map((reply) => withNumber(reply, number, second)), now, { answers: message.id, scrub: decided.erase === true })
  return { ...(number === undefined ? {} : { ticket: number }), ...(second === undefined ? {} : { beside: second }) }
}

/** Puts messages into the outbox. */
export async function post(db: Knex, messages: readonly Outbound[], now: Date, { answers, scrub = false }: { answers?: string; scrub?: boolean } = {}): Promise<void> {
  for (const message of messages) {
    await db('outbox').insert({
      id: message.id, channel: message.to.channel, conversation: message.to.conversation, answers: answers ?? null,
      message: JSON.stringify(message), due_at: 0, created_at: now.getTime(), scrub,
    })
  }
}

async function open(trx: Knex, draft: NewTicket, message: Inbound, now: Date): Promise<number> {
  const row = await trx('tickets').max<{ last: number | null }[]>('number as last')
  const number = (row[0]?.last ?? firstTicket - 1) + 1
  await insertTicket(
    trx,
    {
      ...draft, number, status: 'open', from: message.from, resident: message.sender, message: message.id, place: message.place,
      ...(message.senderName === undefined ? {} : { residentName: message.senderName }),
      said: [], openedAt: now.toISOString(), version: 0,
    },
    now,
  )
  return number
}

function withNumber(reply: Outbound, first: number | undefined, second: number | undefined): Outbound {
  const given = JSON.stringify(reply)
  const tag = (number: number | undefined) => (number === undefined ? '' : `#${number}`)
  const { sheet, ...rest } = JSON.parse(given.replaceAll('{ticket}', tag(first)).replaceAll('{beside}', tag(second))) as Outbound
  if (!sheet) return rest
  const number = given.includes('{beside}') ? second : first
  const named = number !== undefined && (sheet.kind === 'escalated' || sheet.kind === 'urgent') ? { ticket: number } : {}
  return { ...rest, sheet: { ...sheet, ...named } }
}

/**
 * What we remember of a person in a conversation, and which of their tickets is held or waits; nothing yet
 * is an empty memory.
 */
export async function readConversation(db: Knex, { from, sender }: Pick<Inbound, 'from' | 'sender'>): Promise<Conversation> {
  const at = { channel: from.channel, conversation: from.conversation }
  const row = await db('conversations').where({ ...at, sender }).first<{ state: string } | undefined>('state')
  const tickets = await db('tickets').where({ ...at, resident: sender }).whereIn('status', ['open', 'claimed']).orderBy([{ column: 'updated_at', order: 'desc' }, { column: 'number', order: 'desc' }]).select<{ number: number; status: string }[]>('number', 'status')
  const held = tickets.find(({ status }) => status === 'claimed')?.number
  const waiting = tickets[0]?.number
  const kept = row ? (JSON.parse(row.state) as Conversation) : {}
  return { ...kept, ...(held === undefined ? {} : { ticket: held }), ...(waiting === undefined ? {} : { waiting }) }
}
