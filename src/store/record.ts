import type { Knex } from 'knex'
import type { Conversation } from '../domain/conversation.ts'
import type { Inbound, Outbound } from '../domain/message.ts'
import type { TicketDraft } from '../domain/ticket.ts'

/** A decision ready to be written: the one write of a consultation. */
export type Decided = {
  readonly message: Inbound
  readonly kind: string
  /** For the log and for replaying a ticket; no resident's name or number in it. */
  readonly trace: object
  readonly ticket?: TicketDraft & { readonly village: string }
  readonly conversation?: Conversation
  /** `{ticket}` in them stands for the number that is given here. */
  readonly replies: readonly Outbound[]
}

const firstTicket = 1001

/**
 * Writes a decision in one transaction: the inbox line, the ticket, the conversation, the replies. Returns
 * the ticket's number; a message that was decided before is left as it was.
 */
export async function record(db: Knex, { message, kind, trace, ticket, conversation, replies }: Decided, now: Date): Promise<{ ticket?: number } | 'decided-before'> {
  return db.transaction(async (trx) => {
    const { channel, conversation: place } = message.from
    const first = await trx('inbox')
      .where({ channel, id: message.id })
      .whereNull('decided_at')
      .update({ decided_at: now.getTime(), kind, outcome: JSON.stringify(trace) })
    if (first === 0) return 'decided-before'

    let number: number | undefined
    if (ticket) {
      const row = await trx('tickets').max<{ last: number | null }[]>('number as last')
      number = (row[0]?.last ?? firstTicket - 1) + 1
      await trx('tickets').insert({
        number, status: 'open', urgency: ticket.urgency, channel, conversation: place, resident: message.sender, village: ticket.village,
        ticket: JSON.stringify({ ...ticket, place: message.place, residentName: message.senderName, message: message.id }), opened_at: now.getTime(), updated_at: now.getTime(),
      })
    }
    if (conversation) {
      await trx('conversations')
        .insert({ channel, conversation: place, sender: message.sender, state: JSON.stringify(conversation), updated_at: now.getTime() })
        .onConflict(['channel', 'conversation', 'sender'])
        .merge()
    }
    for (const reply of replies) {
      await trx('outbox').insert({
        id: reply.id, channel: reply.to.channel, conversation: reply.to.conversation, answers: message.id,
        message: JSON.stringify(reply).replaceAll('{ticket}', `#${number ?? ''}`), due_at: 0, created_at: now.getTime(),
      })
    }
    return number === undefined ? {} : { ticket: number }
  })
}

/** What we remember of a person in a conversation; nothing yet is an empty memory. */
export async function readConversation(db: Knex, { from, sender }: Pick<Inbound, 'from' | 'sender'>): Promise<Conversation> {
  const row = await db('conversations').where({ channel: from.channel, conversation: from.conversation, sender }).first<{ state: string } | undefined>('state')
  return row ? (JSON.parse(row.state) as Conversation) : {}
}
