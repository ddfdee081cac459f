import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Knex } from 'knex'
import type { AssistantLog } from './log.ts'
import { cardText } from './consult/card.ts'
import { clockReminders } from './consult/reminder-wording.ts'
import { dueReminders } from './desk/clocks.ts'
import type { Outbound } from './domain/message.ts'
import { advisersFor, dayOf, type Roster } from './domain/person.ts'
import type { Ticket } from './domain/ticket.ts'
import type { DeskSettings } from './settings.ts'
import { createDrafts } from './store/drafts.ts'
import { expire, scrubSent } from './store/erasure.ts'
import { readReminders, recordReminders } from './store/reminders.ts'
import { createTickets } from './store/tickets.ts'

const dayMs = 24 * 3600_000

/** What the clock brings: reminders about tickets, drafts that wait to be written, and once a day the retention. */
export function createTicking(options: { db: Knex; roster(): Roster; settings: DeskSettings; now(): Date; log: AssistantLog }) {
  const { db, settings, now, log } = options
  const tickets = createTickets(db)
  const drafts = createDrafts(db)
  let expiredOn = ''

  async function remind(): Promise<void> {
    const roster = options.roster()
    const unclosed = await tickets.unclosed()
    if (unclosed.length === 0) return
    const given = await readReminders(db)
    const at = now()
    const due = unclosed.flatMap((ticket) => {
      const duty = advisersFor(roster, ticket, dayOf(at))
      const since = new Date(ticket.reopenedAt ?? ticket.openedAt)
      return dueReminders(ticket, { done: given.get(ticket.number) ?? new Set(), onDuty: duty.advisers.length, since }, at, settings.clocks).map((reminder) => ({ ticket, reminder, duty }))
    })
    const noted = await recordReminders(
      db,
      due.map(({ ticket, reminder, duty }) => ({
        ticket: ticket.number, step: reminder.step,
        messages: clockReminders(reminder, ticket, { roster, duty, unclosed, now: at, overdueHours: settings.clocks.overdueHours, card: cardText(ticket, { roster, now: at }) }).map((reply, index): Outbound => ({ ...reply, id: `clock:${ticket.number}:${reminder.step}:${index}` })),
        ...(reminder.kind === 'everyone' ? { moved: freed(ticket) } : {}),
      })),
      at,
    )
    if (noted > 0) log.info({ reminders: noted }, '催办已记下')
  }

  /** Files come after the ledger: a crash in between writes them at the next tick. */
  async function writeOffered(): Promise<void> {
    const dir = settings.draftsDir
    if (dir === undefined) return
    for (const { ticket, id, markdown } of await drafts.offered()) {
      await mkdir(dir, { recursive: true })
      await writeFile(join(dir, `${id}.md.part`), markdown)
      await rename(join(dir, `${id}.md.part`), join(dir, `${id}.md`))
      await drafts.written(ticket)
    }
    for (const ticket of await drafts.withdrawn()) {
      await rm(join(dir, `ticket-${ticket}.md`), { force: true })
      await drafts.removed(ticket)
    }
  }

  async function retain(): Promise<void> {
    await scrubSent(db, now())
    const today = dayOf(now())
    if (today === expiredOn) return
    const erased = await db.transaction((trx) => expire(trx, new Date(now().getTime() - settings.retentionDays * dayMs), now()))
    if (erased > 0) log.info({ erased }, '到期的内容已删除')
    expiredOn = today
  }

  let writing = Promise.resolve()
  const writeDrafts = () => (writing = writing.catch(() => {}).then(writeOffered))
  let running: Promise<void> | undefined
  return {
    /** Writes the drafts that closed tickets offered. */
    writeDrafts,
    /** Resolves when nothing is being done. */
    async idle(): Promise<void> {
      await Promise.allSettled([running, writing])
    },
    /** Does what is due, one run at a time. */
    tick(): Promise<void> {
      running ??= remind().then(retain).then(writeDrafts).finally(() => {
        running = undefined
      })
      return running
    },
  }
}

/** Nobody took it in time: from now on any adviser may. */
function freed(ticket: Ticket): { ticket: Ticket; before: number } {
  return { ticket: { ...ticket, free: true, version: ticket.version + 1 }, before: ticket.version }
}
