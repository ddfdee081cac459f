import type { Alarm, Outcome } from '../domain/outcome.ts'
import type { Ticket } from '../domain/ticket.ts'

/** So soon after the last words on it the advisers are still being called for an emergency's ticket. */
const freshMs = 10 * 60_000

export function isAlarm(outcome: Outcome): outcome is Extract<Outcome, { kind: 'escalated' }> & Alarm {
  return outcome.kind === 'escalated' && outcome.situation !== undefined
}

/**
 * The ticket that an alarm goes on with: one that nobody has taken yet, of the same emergency, minutes old. An alarm
 * that the words themselves make certain is never taken for the rest of another, and no adviser who has left it is counted on.
 */
export function ticketOfAlarm({ situation, reason }: Outcome & Alarm, tickets: readonly Ticket[], at: Date): Ticket | undefined {
  if (reason.startsWith('sign:')) return undefined
  return tickets.find(({ status, emergency, openedAt, said }) => {
    const last = said.findLast(({ by }) => by === 'resident')?.at ?? openedAt
    return status === 'open' && emergency === situation.id && at.getTime() - Date.parse(last) < freshMs
  })
}

/** Whether the words say that the danger is over, and nothing else. */
export function saysSafe(text: string): boolean {
  return /^(?:(?:他|她|人|他们)(?:已经|刚)?走了[，,。 ]*)?(?:我|我们|俺|人)?(?:现在|已经|都)*(?:安全|脱险)了[，,。！! ]*(?:谢谢(?:你|您|大家|你们)?|没事了|放心)?[。！! ]*$/.test(text.trim())
}
