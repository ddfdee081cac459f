import type { Knex } from 'knex'
import type { Outbound } from '../domain/message.ts'
import type { Ticket } from '../domain/ticket.ts'
import type { Service, ServiceNote } from '../domain/worklog.ts'
import { offerDraft, type OfferedDraft } from './drafts.ts'
import { post } from './record.ts'
import { writeTicket } from './tickets.ts'
import { writeService } from './worklog.ts'

/** The reminders that were given, by ticket. */
export async function readReminders(db: Knex): Promise<Map<number, Set<string>>> {
  const given = new Map<number, Set<string>>()
  for (const { ticket, step } of await db('reminders').select<{ ticket: number; step: string }[]>('ticket', 'step')) given.set(ticket, (given.get(ticket) ?? new Set()).add(step))
  return given
}

/**
 * Notes reminders and posts them, in one transaction; each once, whoever else may be at it. Gives the
 * number of those that were new.
 */
export async function recordReminders(db: Knex, reminders: readonly { ticket: number; step: string; moved?: { ticket: Ticket; before: number }; messages: readonly Outbound[] }[], now: Date): Promise<number> {
  let noted = 0
  for (const { ticket, step, moved, messages } of reminders) {
    await db.transaction(async (trx) => {
      const fresh = await trx('reminders').insert({ ticket, step, at: now.getTime() }).onConflict(['ticket', 'step']).ignore().returning('step')
      if (fresh.length === 0) return
      if (moved) await writeTicket(trx, moved.ticket, moved.before, now)
      await post(trx, messages, now)
      noted++
    })
  }
  return noted
}

/** A vote by button, with what it does to a ticket; `stale` when the ticket changed meanwhile. */
export async function recordVote(
  db: Knex,
  vote: { message: string; sender: string; up: boolean },
  effect: { moved: { ticket: Ticket; before: number }; log?: Service | ServiceNote; draft?: OfferedDraft; messages: readonly Outbound[] } | undefined,
  now: Date,
): Promise<'stale' | void> {
  return db.transaction(async (trx) => {
    if (effect && !(await writeTicket(trx, effect.moved.ticket, effect.moved.before, now))) return 'stale'
    await trx('votes').insert({ ...vote, at: now.getTime() }).onConflict(['message', 'sender']).merge()
    if (effect?.log) await writeService(trx, effect.log, now)
    if (effect?.draft) await offerDraft(trx, effect.draft, now)
    if (effect) await post(trx, effect.messages, now)
  })
}
