import type { Conversation } from '../domain/conversation.ts'
import type { Alarm, Outcome } from '../domain/outcome.ts'
import type { Ticket, TicketDraft } from '../domain/ticket.ts'
import { lately } from './follow-up.ts'

export function isAlarm(outcome: Outcome): outcome is Extract<Outcome, { kind: 'escalated' }> & Alarm {
  return outcome.kind === 'escalated' && outcome.situation !== undefined
}

/** Whether an alarm goes on with the emergency of a ticket that nobody has answered: of the same field of life, in the same hour. */
export function goesOnWith(alarm: TicketDraft, ticket: Ticket, before: Conversation, at: Date): boolean {
  return ticket.urgency === 'urgent' && alarm.domain === ticket.domain && lately(before, at) !== undefined
}

/** Whether the words say that the danger is over. */
export function saysSafe(text: string): boolean {
  return /(?<!不|没|没有)(?:安全了|脱险了|平安了|没事了|没危险了|得救了)(?!吗|么|没)/.test(text)
}
