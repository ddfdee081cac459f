import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { AssistantLog } from './log.ts'
import { undeliveredText } from './consult/ticket-wording.ts'
import type { Address, ChannelName, Outbound } from './domain/message.ts'
import { directOf, sameAddress, type Roster } from './domain/person.ts'
import { post } from './store/record.ts'
import { createTickets } from './store/tickets.ts'

/** Tells those who must act that something is amiss with a channel; by another channel where there is one. */
export function createTelling(options: { db: Knex; roster(): Roster; now(): Date; log: AssistantLog; dispatch(): Promise<void> }) {
  const { db, now, log, dispatch } = options

  return async function tell(about: ChannelName, text: string): Promise<void> {
    const places = placesFor(options.roster(), about)
    if (places.length === 0) return log.warn({ channel: about }, `没有管理员可告诉（请在 people.yaml 里写 admins）：${text}`)
    try {
      await post(db, places.map((to) => ({ id: `tell:${randomUUID()}`, to, text: `【助手通知】${text}` })), now())
      await dispatch()
    } catch (cause) {
      log.error({ channel: about, cause: String(cause) }, `没能告诉管理员：${text}`)
    }
  }
}

/** Tells the advisers when words of one of them did not reach the resident, who would wait in vain. */
export function createUndelivered(options: { db: Knex; now(): Date; log: AssistantLog; dispatch(): Promise<void> }) {
  const { db, now, log, dispatch } = options
  const tickets = createTickets(db)
  const told = new Set<string>()

  async function tell({ id, sheet }: Outbound, how: 'held' | 'given-up'): Promise<void> {
    const ticket = sheet?.by === 'adviser' && sheet.ticket !== undefined ? await tickets.ticket(sheet.ticket) : undefined
    if (!ticket?.desk || told.has(`${id} ${how}`)) return
    told.add(`${id} ${how}`)
    await post(db, [{ id: `undelivered:${randomUUID()}`, to: ticket.desk, text: undeliveredText(ticket.number, how) }], now())
    await dispatch()
  }

  return (message: Outbound, how: 'held' | 'given-up'): void => void tell(message, how).catch((cause: unknown) => log.error({ cause: String(cause) }, '没能告诉顾问有一条答复没送到'))
}

/** Every admin; where there is none, the advisers' groups. */
function placesFor({ admins, groups }: Roster, about: ChannelName): Address[] {
  const reached = admins.flatMap(({ accounts }) => directOf({ accounts: [...accounts.filter(({ channel }) => channel !== about), ...accounts] }) ?? [])
  const desks = groups.filter((group) => group.with === 'advisers').map(({ at }) => at)
  const elsewhere = desks.filter(({ channel }) => channel !== about)
  const places = reached.length > 0 ? reached : elsewhere.length > 0 ? elsewhere : desks
  return places.filter((at, index) => places.findIndex((other) => sameAddress(other, at)) === index)
}
