import type { Knex } from 'knex'
import type { Address, Inbound, Outbound } from '../domain/message.ts'

type OutboxRow = { seq: number; id: string; message: string; attempts: number; created_at: number }

/** The inbox, which refuses repeats, and the outbox, which forgets nothing that was not sent. */
export function createMailbox(db: Knex) {
  return {
    /** Notes a message; one with a channel and id that it has seen is a repeat. */
    async accept(message: Inbound, now: Date): Promise<'new' | 'repeat'> {
      const row = {
        channel: message.from.channel, id: message.id, conversation: message.from.conversation, sender: message.sender,
        message: JSON.stringify(message), accepted_at: now.getTime(),
      }
      const before = await db('inbox').insert(row).onConflict(['channel', 'id']).ignore().returning('seq')
      // Who speaks can be written to again.
      if (before.length > 0) await db('outbox').where({ state: 'held', channel: row.channel, conversation: row.conversation }).update({ state: 'pending', due_at: 0 })
      return before.length > 0 ? 'new' : 'repeat'
    },

    /** What was accepted and not decided, oldest first: the work a crash left behind. */
    async undecided(): Promise<Inbound[]> {
      const rows = await db('inbox').whereNull('decided_at').orderBy('seq').select<{ message: string }[]>('message')
      return rows.map(({ message }) => toInbound(message))
    },

    /** After a start nothing is being sent: what was when the process died is sent again. */
    async recover(): Promise<number> {
      return db('outbox').where({ state: 'sending' }).update({ state: 'pending', due_at: 0 })
    },

    /** The first unsent message of each conversation whose time has come, oldest first. */
    async due(now: Date): Promise<Outbound[]> {
      const rows = await db('outbox as o')
        .where('o.state', 'pending')
        .where('o.due_at', '<=', now.getTime())
        .whereNotExists(
          db('outbox as p').select(db.raw('1')).whereIn('p.state', ['pending', 'sending', 'held']).whereRaw('p.channel = o.channel and p.conversation = o.conversation and p.seq < o.seq'),
        )
        .orderBy('o.seq')
        .limit(100)
        .select<OutboxRow[]>('o.message')
      return rows.map(({ message }) => JSON.parse(message) as Outbound)
    },

    /** False when the message is no longer waiting, such as one whose reader had it all erased. */
    async sending(id: string): Promise<boolean> {
      return (await db('outbox').where({ id }).whereIn('state', ['pending', 'sending']).update({ state: 'sending', attempts: db.raw('attempts + 1') })) > 0
    },

    async sent(id: string): Promise<void> {
      await db('outbox').where({ id }).update({ state: 'sent', sent_at: Date.now(), problem: null })
    },

    /** What waits for its reader to speak is held, and so is what comes after it in the conversation. */
    async failed(id: string, problem: string, again?: Date | 'when-they-speak'): Promise<void> {
      const next = again === undefined ? { state: 'given-up' } : again === 'when-they-speak' ? { state: 'held' } : { state: 'pending', due_at: again.getTime() }
      await db('outbox').where({ id }).update({ ...next, problem: problem.slice(0, 500) })
    },

    async attempts(id: string): Promise<number> {
      const row = await db('outbox').where({ id }).first<Pick<OutboxRow, 'attempts'> | undefined>('attempts')
      return row?.attempts ?? 0
    },

    /** When the next unsent message is due; undefined when there is none. */
    async nextDue(): Promise<Date | undefined> {
      const row = await db('outbox').where({ state: 'pending' }).min<{ at: number | null }[]>('due_at as at')
      return row[0]?.at == null ? undefined : new Date(row[0].at)
    },

    /** One of our messages, by our own id. */
    async message(id: string): Promise<Outbound | undefined> {
      const row = await db('outbox').where({ id }).first<{ message: string } | undefined>('message')
      return row && (JSON.parse(row.message) as Outbound)
    },

    /** Whether the message was decided, now or in an earlier run. */
    async decided({ from, id }: Inbound): Promise<boolean> {
      const row = await db('inbox').where({ channel: from.channel, id }).whereNotNull('decided_at').first('seq')
      return row !== undefined
    },

    /** What was said in a conversation, both sides, in order, from after `seq` of our messages. */
    async history({ channel, conversation }: Address, after = 0): Promise<{ seq: number; message: Outbound; at: Date }[]> {
      const rows = await db('outbox').where({ channel, conversation }).where('seq', '>', after).orderBy('seq').limit(200).select<OutboxRow[]>('seq', 'message', 'created_at')
      return rows.map(({ seq, message, created_at }) => ({ seq, message: JSON.parse(message) as Outbound, at: new Date(Number(created_at)) }))
    },

    /** The last two hundred messages that came in a conversation, in order. */
    async asked({ channel, conversation }: Address): Promise<Inbound[]> {
      const rows = await db('inbox').where({ channel, conversation }).orderBy('seq', 'desc').limit(200).select<{ message: string }[]>('message')
      return rows.reverse().map(({ message }) => toInbound(message))
    },

    /** The votes given in a one-to-one conversation on the web, whose sender is the conversation. */
    async votes({ conversation }: Address): Promise<{ message: string; up: boolean }[]> {
      const rows = await db('votes').where({ sender: conversation }).select<{ message: string; up: boolean | number }[]>('message', 'up')
      return rows.map(({ message, up }) => ({ message, up: Boolean(up) }))
    },

    async vote(message: string, sender: string, up: boolean, now: Date): Promise<void> {
      await db('votes').insert({ message, sender, up, at: now.getTime() }).onConflict(['message', 'sender']).merge()
    },
  }
}

function toInbound(json: string): Inbound {
  const { at, ...message } = JSON.parse(json) as Omit<Inbound, 'at'> & { at: string }
  return { ...message, at: new Date(at) }
}
