import type { Knex } from 'knex'
import type { Address, ChannelName, Inbound } from '../domain/message.ts'

export type Person = { readonly channel: ChannelName; readonly person: string }

/** What we keep of people beside their words: where they speak, what they were told, which groups want silence. */
export function createPeople(db: Knex) {
  return {
    async seen({ channel, person }: Person): Promise<{ direct?: Address; village?: string }> {
      const row = await db('people').where({ channel, person }).first<{ direct: string | null; village: string | null } | undefined>('direct', 'village')
      return { ...(row?.direct ? { direct: { channel, conversation: row.direct } } : {}), ...(row?.village ? { village: row.village } : {}) }
    },

    /** Whether the person was told in this place who answers and what is kept. */
    async noticed({ channel, person }: Person, place: string): Promise<boolean> {
      return (await db('notices').where({ channel, person, place }).first('at')) !== undefined
    },

    async muted({ channel, conversation }: Address): Promise<boolean> {
      return (await db('muted').where({ channel, conversation }).first('at')) !== undefined
    },

    /** When an entry was last given as an answer in a conversation, from `since` on. */
    async answeredAt({ channel, conversation }: Address, entry: string, since: Date): Promise<Date | undefined> {
      const rows = await db('inbox').where({ channel, conversation, kind: 'answered' }).where('decided_at', '>=', since.getTime()).orderBy('seq', 'desc').limit(60).select<{ decided_at: number; outcome: string }[]>('decided_at', 'outcome')
      const found = rows.find(({ outcome }) => (JSON.parse(outcome) as { said?: string }).said === entry)
      return found && new Date(Number(found.decided_at))
    },

    /** The last answer of the assistant's own that a person was given in a conversation: the id of our message. */
    async lastAnswer({ from, sender }: Pick<Inbound, 'from' | 'sender'>): Promise<string | undefined> {
      const at = { channel: from.channel, conversation: from.conversation }
      const theirs = db('inbox').where({ ...at, sender, kind: 'answered' }).select('id')
      const row = await db('outbox').where(at).whereIn('answers', theirs).orderBy('seq', 'desc').first<{ id: string } | undefined>('id')
      return row?.id
    },

    /** What is held of a person: their words that are still kept, and how many rows in all. */
    async held({ channel, person }: Person): Promise<{ messages: { at: Date; text: string }[]; answers: number }> {
      const column = channel === 'web' ? 'conversation' : 'sender'
      const rows = await db('inbox').where({ channel, [column]: person }).orderBy('seq').select<{ message: string; accepted_at: number; id: string }[]>('message', 'accepted_at', 'id')
      const answers = await db('outbox').where({ channel }).whereIn('answers', db('inbox').where({ channel, [column]: person }).select('id')).count<{ n: number | string }[]>({ n: '*' })
      return { messages: rows.map(({ message, accepted_at }) => ({ at: new Date(Number(accepted_at)), text: (JSON.parse(message) as { text: string }).text })), answers: Number(answers[0]?.n ?? 0) }
    },
  }
}

/** Notes where a person speaks. */
export async function notePerson(db: Knex, { channel, person }: Person, { direct, village }: { direct?: string; village?: string }, now: Date): Promise<void> {
  const known = { ...(direct === undefined ? {} : { direct }), ...(village === undefined ? {} : { village }), seen_at: now.getTime() }
  await db('people').insert({ channel, person, ...known }).onConflict(['channel', 'person']).merge(known)
}

export async function noteNotice(db: Knex, { channel, person }: Person, place: string, now: Date): Promise<void> {
  await db('notices').insert({ channel, person, place, at: now.getTime() }).onConflict(['channel', 'person', 'place']).ignore()
}

export async function setMuted(db: Knex, { channel, conversation }: Address, muted: boolean, now: Date): Promise<void> {
  if (muted) await db('muted').insert({ channel, conversation, at: now.getTime() }).onConflict(['channel', 'conversation']).ignore()
  else await db('muted').where({ channel, conversation }).delete()
}

export async function audit(db: Knex, { channel, person }: Person, what: string, now: Date): Promise<void> {
  await db('audit').insert({ at: now.getTime(), channel, person, what })
}
