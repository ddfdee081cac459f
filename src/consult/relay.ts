import type { Inbound } from '../domain/message.ts'
import type { Outcome, Trace } from '../domain/outcome.ts'
import { adviserNamed, adviserOf, barred, crossesRegion, dayOf, expertsFor, groupAt, maySign, rolesOf, type Adviser, type Roster } from '../domain/person.ts'
import { move, type Move, type Signer, type Ticket } from '../domain/ticket.ts'
import { estimateMinutes, type Service, type ServiceNote } from '../domain/worklog.ts'
import { redact } from '../safety/redact.ts'
import { readOrder, type Order } from './orders.ts'
import { adviserHelp, channelNames, listText, refusals, whyNot } from './relay-wording.ts'

/** What relaying needs from outside. */
export type RelayPorts = {
  roster(): Roster
  ticket(number: number): Promise<Ticket | undefined>
  unclosed(): Promise<readonly Ticket[]>
  /** What the assistant would say to a pasted question, ready to paste back; `found` is false when it has nothing to offer. */
  draft(question: string): Promise<{ readonly text: string; readonly found: boolean }>
  /** An adviser's log of a month, as far as it is not signed. */
  unsigned(adviser: string, month: string): Promise<{ readonly entries: number; readonly minutes: number }>
  now(): Date
  /** After how many hours a ticket stands in the list as overdue. */
  readonly overdueHours: number
}

const draftMinutes = 5

/**
 * Takes an adviser's or admin's message to its outcome, before any screening: an adviser may write 家暴
 * without raising an alarm. Undefined when it is for the assistant to answer like anybody's.
 *
 * Only a registered adviser's words go out, and only to where the ticket came from.
 */
export async function relay(message: Inbound, ports: RelayPorts): Promise<Outcome | undefined> {
  if (message.fromBot) return ignored()
  const roster = ports.roster()
  const adviser = adviserOf(roster, message)
  const { admin } = rolesOf(roster, message.from.channel, message.sender)
  const group = groupAt(roster, message.from)
  const amongAdvisers = group?.with === 'advisers'
  const order = readOrder(message.text, message.quote)

  if (!order) {
    if (amongAdvisers) return ignored()
    if (!adviser) return undefined
    if (message.place === 'group') return message.addressed ? undefined : ignored()
    return message.text.trim() === '' ? undefined : paste(message.text, adviser, message, ports)
  }
  // In a group of residents only what is meant for the assistant counts.
  const known = adviser !== undefined || admin !== undefined
  if (message.place === 'group' && !amongAdvisers && (order.kind === 'help' || order.kind === 'list' || order.kind === 'draft' || order.kind === 'incomplete')) return known && !message.addressed ? ignored() : undefined
  if (!known) return amongAdvisers ? told(refusals.unknownAdviser, 'unknown-adviser') : undefined
  return obey(order, message, { adviser, admin: admin?.name }, ports)
}

type Who = { readonly adviser: Adviser | undefined; readonly admin: string | undefined }

async function obey(order: Order, message: Inbound, who: Who, ports: RelayPorts): Promise<Outcome> {
  const roster = ports.roster()
  switch (order.kind) {
    case 'help':
      return told(adviserHelp, 'help')
    case 'list':
      return list(order, roster, ports)
    case 'incomplete':
      return told(refusals.incomplete(order.order), 'incomplete')
    case 'mute':
    case 'unmute':
      return hush(order, message, roster)
    case 'draft':
      return who.adviser ? paste(order.text, who.adviser, message, ports) : told(refusals.unknownAdviser, 'unknown-adviser')
    case 'sign': {
      if (!who.adviser) return told(refusals.unknownAdviser, 'unknown-adviser')
      const { entries, minutes } = await ports.unsigned(who.adviser.id, order.month)
      return { ...trace('signed'), kind: 'signed', adviser: signerOf(who.adviser), month: order.month, text: refusals.signed(order.month, entries, minutes) }
    }
    default:
      return step(order, message, who, ports)
  }
}

/** All that is not closed, or one village's. */
async function list({ village }: Extract<Order, { kind: 'list' }>, roster: Roster, ports: RelayPorts): Promise<Outcome> {
  const wanted = roster.villages.find(({ id, name }) => id === village || name === village)
  if (village !== undefined && !wanted) return told(refusals.noVillage(village, roster), 'no-village')
  const unclosed = await ports.unclosed()
  return told(listText(wanted ? unclosed.filter((ticket) => ticket.village === wanted.id) : unclosed, roster, ports.now(), ports.overdueHours), 'list')
}

type TicketOrder = Extract<Order, { ticket: number }>

async function step(order: TicketOrder, message: Inbound, { adviser, admin }: Who, ports: RelayPorts): Promise<Outcome> {
  const roster = ports.roster()
  const ticket = await ports.ticket(order.ticket)
  if (!ticket) return told(refusals.noTicket(order.ticket), 'no-ticket')
  const by = adviser ? signerOf(adviser) : order.kind === 'hand-on' && admin !== undefined ? (ticket.adviser ?? { id: `admin:${admin}`, name: admin, kind: '管理员' }) : undefined
  if (!by) return told(refusals.unknownAdviser, 'unknown-adviser')
  const excluded = adviser && takeRefusal(adviser, ticket, ports.now())
  if (excluded && order.kind !== 'hand-on' && order.kind !== 'experts') return told(excluded, 'may-not-take')
  // Advisers discuss a card by quoting it; only who holds the ticket speaks to the resident by a quote.
  if (order.kind === 'answer' && order.quoted && message.place === 'group' && ticket.adviser?.id !== by.id) return ticket.status === 'open' ? told(refusals.quoteFirst(order.ticket), 'quote-before-claim') : ignored()

  const crossRegion = adviser && crossesRegion(adviser, ticket.village) ? { crossRegion: true } : {}
  switch (order.kind) {
    case 'hand-on': {
      const to = adviserNamed(roster, order.to)
      if (!to) return told(refusals.nobodyNamed(order.to), 'nobody-named')
      const refused = takeRefusal(to, ticket, ports.now())
      if (refused) return told(refused, 'may-not-take')
      return moved(ticket, { kind: 'hand-on', by, to: signerOf(to) }, ports)
    }
    case 'experts':
      if (expertsFor(roster, ticket, [by.id]).length === 0) return told(refusals.noExpert, 'no-expert')
      return moved(ticket, { kind: 'experts', by }, ports)
    case 'claim':
      return moved(ticket, { kind: 'claim', by, ...crossRegion }, ports)
    case 'ask':
      return moved(ticket, { kind: 'ask', by, text: order.text, ...crossRegion }, ports)
    case 'close':
      return moved(ticket, { kind: 'close', by }, ports, () => ({ ticket: ticket.number, adviser: by.id, result: '已办结', ...(order.minutes === undefined ? {} : { minutes: order.minutes }) }))
    case 'answer':
      return moved(ticket, { kind: 'answer', by, text: order.text, ...crossRegion }, ports, (after) => serviceFor(after, by, order.text))
  }
}

function moved(before: Ticket, order: Move, ports: RelayPorts, logFor?: (after: Ticket) => Service | ServiceNote): Outcome {
  const result = move(before, order, ports.now().toISOString())
  if (!result.ok) return told(whyNot(result.why, before, 'text' in order), result.why)
  return { ...trace(order.kind), kind: 'moved', step: order, before, ticket: result.ticket, ...(logFor ? { log: logFor(result.ticket) } : {}) }
}

/** The sentence that says why an adviser may not take a ticket; undefined when they may. */
export function takeRefusal(adviser: Adviser, ticket: Pick<Ticket, 'number' | 'village' | 'domain'>, now: Date): string | undefined {
  if (!maySign(adviser, dayOf(now))) return refusals.expired(adviser.name)
  const why = barred(adviser, ticket)
  return why && (why === 'conflict' ? refusals.conflict(adviser.name) : refusals.noCriminal(adviser.name))
}

function serviceFor(ticket: Ticket, by: Signer, text: string): Service {
  const answeredAt = ticket.answeredAt ?? ticket.openedAt
  return {
    at: answeredAt, village: ticket.village, adviser: by, channel: ticket.from.channel, ticket: ticket.number,
    content: `${ticket.domain ? `${ticket.domain}：` : ''}${ticket.question}`, method: `线上答复（${channelNames[ticket.from.channel]}${ticket.place === 'group' ? '群' : ''}）`, result: '已答复',
    minutes: estimateMinutes(ticket.claimedAt ?? answeredAt, answeredAt), crossRegion: ticket.crossRegion === true,
    generated: ticket.draft !== undefined && text.includes(ticket.draft.text.slice(0, 24)), signed: true,
  }
}

/** An adviser pasted a question from elsewhere: a draft to paste back, noted in the log. */
async function paste(text: string, adviser: Adviser, message: Inbound, ports: RelayPorts): Promise<Outcome> {
  const roster = ports.roster()
  const village = roster.villages.find(({ name }) => text.startsWith(`${name} `) || text.startsWith(`${name}：`)) ?? roster.villages.find(({ id }) => adviser.villages?.includes(id)) ?? roster.villages[0]
  const question = text.startsWith(village.name) ? text.slice(village.name.length).replace(/^[\s：]+/, '') : text
  const draft = await ports.draft(question)
  if (!draft.found) return told(draft.text, 'no-draft')
  const log: Service = {
    at: ports.now().toISOString(), village: village.id, adviser: signerOf(adviser), channel: message.from.channel, content: redact(question), method: '代拟答复（顾问转贴）',
    result: '已拟稿，由顾问转发', minutes: draftMinutes, crossRegion: crossesRegion(adviser, village.id), generated: true, signed: false,
  }
  return { ...trace('drafted'), kind: 'drafted', text: draft.text, log }
}

function hush(order: Extract<Order, { kind: 'mute' | 'unmute' }>, message: Inbound, roster: Roster): Outcome {
  const muted = order.kind === 'mute'
  const village = order.village === undefined ? undefined : roster.villages.find(({ name, id }) => name === order.village || id === order.village)
  const here = order.village === undefined && message.place === 'group' && groupAt(roster, message.from)?.with !== 'advisers'
  const [first, ...rest] = here ? [message.from] : roster.groups.flatMap((group) => (group.with === 'residents' && group.village === village?.id ? [group.at] : []))
  return first ? { ...trace(order.kind), kind: 'switched', groups: [first, ...rest], muted } : told(refusals.whichGroup(muted, roster), 'which-group')
}

export function signerOf({ id, name, kind, licence }: Adviser): Signer {
  return { id, name, kind, ...(licence === undefined ? {} : { licence }) }
}

function trace(reason: string): Trace {
  return { entries: [], confidence: 1, reason }
}

function told(text: string, reason: string): Outcome {
  return { ...trace(reason), kind: 'told', text }
}

function ignored(): Outcome {
  return { ...trace('among-advisers'), kind: 'ignored', because: 'among-advisers' }
}
