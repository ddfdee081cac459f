import type { Ticket } from '../domain/ticket.ts'

/** After how long a ticket that nobody answered is called to mind. */
export type ClockSettings = {
  readonly remindHours: number
  readonly everyoneHours: number
  readonly overdueHours: number
  readonly urgentMinutes: number
  /** Hours on Saturdays and Sundays do not count. Urgent tickets know no weekend. */
  readonly workingDaysOnly: boolean
}

export const usualClocks: ClockSettings = { remindHours: 2, everyoneHours: 5, overdueHours: 24, urgentMinutes: 5, workingDaysOnly: false }

/** What is due for a ticket; its name is written down once it was done, so that it is done once. */
export type Reminder =
  | { readonly kind: 'remind' | 'everyone' | 'overdue'; readonly step: string }
  /** An urgent ticket falls to the next on duty; `turn` counts from 1. */
  | { readonly kind: 'next'; readonly step: string; readonly turn: number }

/**
 * The reminders that are due and not done, by how long the ticket has waited: since it was opened or, once
 * reopened, since then. An urgent one falls to the next on duty every few minutes until it is claimed; `onDuty` is how many there are.
 */
export function dueReminders(ticket: Ticket, { done, onDuty, since }: { done: ReadonlySet<string>; onDuty: number; since: Date }, now: Date, settings: ClockSettings): Reminder[] {
  if (ticket.status !== 'open' && ticket.status !== 'claimed') return []
  const round = ticket.reopened ? `~${ticket.reopened}` : ''
  const waited = settings.workingDaysOnly && ticket.urgency !== 'urgent' ? workingMs(since, now) : now.getTime() - since.getTime()
  const due: Reminder[] = []
  if (ticket.urgency === 'urgent' && ticket.status === 'open') {
    const turns = Math.min(Math.floor(waited / (settings.urgentMinutes * 60_000)), Math.max(1, onDuty))
    // Turns that passed while we were down are made up by the last one.
    if (turns > 0 && !done.has(`next-${turns}${round}`)) due.push({ kind: 'next', step: `next-${turns}${round}`, turn: turns })
  }
  const hours = waited / 3600_000
  const stages = [['overdue', settings.overdueHours], ['everyone', settings.everyoneHours], ['remind', settings.remindHours]] as const
  // Only the last stage reached: who hears that a ticket is overdue need not hear that it waited two hours.
  const reached = stages.find(([, after]) => hours >= after)?.[0]
  if (reached && !done.has(`${reached}${round}`)) due.push({ kind: reached, step: `${reached}${round}` })
  return due
}

const dayMs = 24 * 3600_000
const chinaOffsetMs = 8 * 3600_000

/** Milliseconds between two instants that do not fall on a Saturday or Sunday in China. */
export function workingMs(from: Date, to: Date): number {
  let total = 0
  let at = from.getTime() + chinaOffsetMs
  const end = to.getTime() + chinaOffsetMs
  while (at < end) {
    const next = Math.min(end, (Math.floor(at / dayMs) + 1) * dayMs)
    const weekday = new Date(at).getUTCDay()
    if (weekday !== 0 && weekday !== 6) total += next - at
    at = next
  }
  return total
}
