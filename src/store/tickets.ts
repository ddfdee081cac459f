import type { Knex } from 'knex'
import type { Address, ChannelName } from '../domain/message.ts'
import type { Ticket, TicketStatus } from '../domain/ticket.ts'

type TicketRow = { number: number; status: TicketStatus; channel: string; conversation: string; resident: string; village: string; ticket: string; opened_at: number; version: number }

/** The tickets as they stand. Every change goes through `writeTicket`, inside the transaction of what caused it. */
export function createTickets(db: Knex) {
  const rows = () => db('tickets').select<TicketRow[]>('*')
  return {
    async ticket(number: number): Promise<Ticket | undefined> {
      const [row] = await rows().where({ number })
      return row && toTicket(row)
    },

    /** All that are not closed, oldest first. */
    async unclosed(): Promise<Ticket[]> {
      return (await rows().whereNot({ status: 'closed' }).orderBy('number')).map(toTicket)
    },

    /** A person's, newest first; `at` limits them to one conversation. */
    async ticketsOf(channel: ChannelName, resident: string, at?: Address): Promise<Ticket[]> {
      const found = rows().where({ channel, resident }).orderBy('number', 'desc').limit(50)
      return (await (at ? found.where({ conversation: at.conversation }) : found)).map(toTicket)
    },
  }
}

/** Writes a ticket over the version it came from; false when somebody else changed it meanwhile. */
export async function writeTicket(db: Knex, ticket: Ticket, before: number, now: Date): Promise<boolean> {
  const { number, status, urgency, version } = ticket
  const changed = await db('tickets').where({ number, version: before }).update({ status, urgency, version, resident: ticket.resident, conversation: ticket.from.conversation, ticket: JSON.stringify(ticket), updated_at: now.getTime() })
  return changed > 0
}

export async function insertTicket(db: Knex, ticket: Ticket, now: Date): Promise<void> {
  const { number, status, urgency, from, resident, village, version } = ticket
  await db('tickets').insert({
    number, status, urgency, channel: from.channel, conversation: from.conversation, resident, village, version,
    ticket: JSON.stringify(ticket), opened_at: now.getTime(), updated_at: now.getTime(),
  })
}

/** The column values win: a ticket written by an earlier release holds less. */
function toTicket(row: TicketRow): Ticket {
  const kept = JSON.parse(row.ticket) as Partial<Ticket>
  const from = { channel: row.channel as ChannelName, conversation: row.conversation }
  return {
    question: '', because: 'unsure', urgency: 'normal', message: '', place: 'direct', said: [], openedAt: new Date(Number(row.opened_at)).toISOString(),
    ...kept, from, number: row.number, status: row.status, resident: row.resident, village: row.village, version: row.version,
  }
}
