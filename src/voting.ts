import type { Knex } from 'knex'
import type { Counsel } from './assistant.ts'
import { draftEntry } from './consult/draft-entry.ts'
import { resident } from './consult/mine.ts'
import { phraseMoved } from './consult/ticket-wording.ts'
import type { Inbound, Outbound, Vote } from './domain/message.ts'
import { dayOf, type Roster } from './domain/person.ts'
import type { DeskSettings } from './settings.ts'
import type { createMailbox } from './store/mailbox.ts'
import { recordVote } from './store/reminders.ts'
import { createTickets } from './store/tickets.ts'

const mostTries = 5

/** 👍 and 👎: on an adviser's answer the one closes its ticket and the other reopens it, by whoever asked. */
export function createVoting(options: { db: Knex; mailbox: ReturnType<typeof createMailbox>; assistant: Counsel; roster(): Roster; settings: DeskSettings; now(): Date }) {
  const { db, mailbox, assistant, settings, now } = options
  const tickets = createTickets(db)

  async function attempt({ message, from, sender, up }: Vote): Promise<'stale' | void> {
    const voted = { message, sender, up }
    const sheet = (await mailbox.message(message))?.sheet
    const before = sheet?.by === 'adviser' && sheet.ticket !== undefined ? await tickets.ticket(sheet.ticket) : undefined
    const theirs = before?.from.channel === from.channel && (before.resident === sender || (from.channel === 'web' && before.from.conversation === from.conversation))
    if (!before || !theirs) return recordVote(db, voted, undefined, now())
    const outcome = resident(before, { kind: 'vote', up }, now().toISOString())
    if (outcome.kind !== 'moved') return recordVote(db, voted, undefined, now())
    const pressed: Inbound = { id: before.message, from, sender, text: '', at: now(), place: before.place, addressed: true }
    const messages = phraseMoved(outcome, pressed, { roster: options.roster(), now: now() }).map((reply, index): Outbound => ({ ...reply, id: `vote:${before.number}:${outcome.ticket.version}:${index}` }))
    const draft = outcome.ticket.status === 'closed' && settings.draftsDir !== undefined ? draftEntry(outcome.ticket, assistant.laws(), dayOf(now())) : undefined
    return recordVote(db, voted, { moved: { ticket: outcome.ticket, before: before.version }, messages, ...(outcome.log ? { log: outcome.log } : {}), ...(draft ? { draft } : {}) }, now())
  }

  return {
    async vote(vote: Vote): Promise<void> {
      for (let tries = 0; tries < mostTries; tries++) if ((await attempt(vote)) !== 'stale') return
    },
  }
}
