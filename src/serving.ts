import type { Knex } from 'knex'
import type { Counsel } from './assistant.ts'
import { isAlarm, saysSafe } from './consult/emergency.ts'
import { goesOn, lately } from './consult/follow-up.ts'
import { asksSomething, discreet, inTalk, silenceFor, unaddressed } from './consult/manners.ts'
import { obeyResident, resident, residentOrder } from './consult/mine.ts'
import { relay } from './consult/relay.ts'
import { toldApart } from './consult/opening.ts'
import { numberIn } from './consult/nearby.ts'
import { chooseRoute, withoutMention } from './consult/route.ts'
import { inSimplified } from './consult/simplified.ts'
import { brokenText, safeText, stillInDangerText, tooFastText } from './consult/ticket-wording.ts'
import { holdsMatters, impliedCuts, inTwoFields, readMatters, sideBySide, soundsUrgent, type Matter } from './consult/story.ts'
import { createQuota } from './desk/quota.ts'
import { createDrafting } from './drafting.ts'
import type { Conversation } from './domain/conversation.ts'
import type { Inbound, Unfinished } from './domain/message.ts'
import type { Alarm, Outcome } from './domain/outcome.ts'
import { adviserOf, amongAdvisers, groupAt, personOf, rolesOf, villageOf, type Roster } from './domain/person.ts'
import { redact } from './safety/redact.ts'
import type { DeskSettings } from './settings.ts'
import { createPeople } from './store/people.ts'
import { readConversation } from './store/record.ts'
import { createTickets } from './store/tickets.ts'
import { readWorklog } from './store/worklog.ts'
import { createWriting, placeOf, replyId, type Decision } from './writing.ts'

/** A message, or one matter of it, and what it came to. */
type Part = { readonly message: Inbound; readonly outcome: Outcome }

/** How long an answer to the facts we asked for may take; said to nobody in a group, it comes at once or is none. */
const factsMs = { ours: 30 * 60_000, unaddressed: 2 * 60_000 } as const

/** One message → its decision → what is recorded of it. Deciding reads and never writes. */
export function createServing(options: { assistant: Counsel; db: Knex; roster(): Roster; settings: DeskSettings; now(): Date }) {
  const { assistant, db, settings, now } = options
  const tickets = createTickets(db)
  const people = createPeople(db)
  const persons = createQuota(settings.perPersonPerMinute)
  const groups = createQuota(settings.perGroupPerMinute)
  const relayPorts = {
    roster: options.roster, ticket: tickets.ticket, unclosed: tickets.unclosed, now, draft: createDrafting({ assistant, now }), overdueHours: settings.clocks.overdueHours,
    async unsigned(adviser: string, month: string) {
      const entries = (await readWorklog(db, { month, adviser })).filter(({ signed }) => !signed)
      return { entries: entries.length, minutes: entries.reduce((sum, { minutes }) => sum + minutes, 0) }
    },
  }
  const minePorts = {
    now, retentionDays: settings.retentionDays, held: (message: Inbound) => people.held(personOf(message)),
    tickets: (message: Inbound) => tickets.ticketsOf(message.from.channel, message.sender, message.from.channel === 'web' || message.place === 'group' ? message.from : undefined),
  }

  /** `shown` hears the words of an answer while they are written. */
  async function consult(message: Inbound, shown?: (words: Unfinished) => void): Promise<Decision> {
    const start = performance.now()
    const roster = options.roster()
    const seen = await people.seen(personOf(message))
    const village = villageOf(roster, message.from)?.id ?? seen.village ?? roster.villages[0].id
    const shared = { village, direct: seen.direct }
    const { admin } = rolesOf(roster, message.from.channel, message.sender)
    if (amongAdvisers(roster, message) || admin || adviserOf(roster, message)) {
      const outcome = await relay(message, relayPorts)
      const asker = outcome?.kind === 'moved' ? await people.seen(personOf({ from: outcome.ticket.from, sender: outcome.ticket.resident })) : undefined
      if (outcome) return { ...shared, direct: asker?.direct, outcome, before: {}, ms: performance.now() - start, official: true, firstContact: false }
    }
    const before = await readConversation(db, message)
    const heard = await inSimplified(message)
    const [one, other] = await decideMatters(heard, before, roster)
    const show = shown && message.place === 'direct' ? (text: string, label: string) => shown({ id: replyId(message, 0), to: message.from, replyTo: message.id, text, label }) : undefined
    const [outcome, beside] = await Promise.all([worded(one, before, show), other && worded(other, before)])
    const firstContact = !(await people.noticed(personOf(message), placeOf(message)))
    const vote = await voteIn(heard, outcome)
    return { ...shared, outcome, ...(beside ? { beside } : {}), ...(vote ? { vote } : {}), before, ms: performance.now() - start, official: false, firstContact }
  }

  /** 「有用」 and 「没用」 where no adviser's answer is meant: they are about the assistant's own last one. */
  async function voteIn(message: Inbound, outcome: Outcome): Promise<Decision['vote']> {
    const order = outcome.kind === 'moved' || outcome.kind === 'ignored' ? undefined : residentOrder(message.text)
    if (order !== 'happy' && order !== 'unhappy') return undefined
    const answer = await people.lastAnswer(message)
    return answer === undefined ? undefined : { message: answer, up: order === 'happy' }
  }

  async function worded({ message, outcome }: Part, before: Conversation, show?: (text: string, label: string) => void): Promise<Outcome> {
    return (await assistant.word?.(outcome, message, before, show)) ?? outcome
  }

  /** What a message comes to; a long story of two matters comes to two, if each can stand beside the other. */
  async function decideMatters(message: Inbound, before: Conversation, roster: Roster): Promise<readonly [Part, Part?]> {
    const whole = { message, outcome: await decide(message, before, roster) }
    if (message.place !== 'direct' || before.ticket !== undefined || assistant.emergency(message.text) || !holdsMatters(whole.outcome)) return [whole]
    const urgent = soundsUrgent(whole.outcome)
    const [one, other] = await readMatters(message.text, urgent ? undefined : () => assistant.cut?.(message) ?? Promise.resolve(undefined))
    const { original: _whole, ...said } = message
    const decidePart = async ({ text, question }: Matter): Promise<Part> => ({ message: { ...said, text }, outcome: await decide({ ...said, text }, before, roster, question) })
    if (other === undefined && one.question !== undefined) return [await decidePart(one)]
    for (const [first, second] of other ? [[one, other] as const] : before.pending ? [] : impliedCuts(message.text)) {
      const [mine, theirs] = [await decidePart(first), await decidePart(second)]
      const apart = (other !== undefined || inTwoFields(mine.outcome, theirs.outcome, domainOf, second.text)) && sideBySide(mine.outcome, theirs.outcome)
      if (!apart || [mine, theirs].some(({ outcome }) => soundsUrgent(outcome)) !== urgent) continue
      // Whoever takes an emergency reads the whole message, and its words come first.
      return urgent ? [whole, soundsUrgent(mine.outcome) ? theirs : mine] : toldApart([mine, theirs])
    }
    return [whole]
  }

  /** A resident's message. */
  async function decide(message: Inbound, before: Conversation, roster: Roster, question?: string): Promise<Outcome> {
    const group = groupAt(roster, message.from)
    const held = before.ticket === undefined ? undefined : await tickets.ticket(before.ticket)
    const known = message.place === 'group' && !inTalk(before, message.at) ? withoutOptions(before) : before
    if (message.place === 'group' && !message.fromBot && !held?.awaiting) {
      const state = { policy: group?.with === 'residents' ? group.policy : ('mention' as const), muted: await people.muted(message.from) }
      const route = chooseRoute(message.text, known, message.at, branchOf)
      const answersUs = (route.kind !== 'question' && route.kind !== 'person') || (before.factsAskedAt !== undefined && before.waiting !== undefined)
      const because = silenceFor(message, state, before, { emergency: assistant.emergency(message.text), answersUs })
      if (because) return ignored(because)
    }

    const order = message.fromBot ? undefined : residentOrder(message.text)
    const obeyed = order && (await obeyResident(order, message, minePorts))
    if (obeyed) return obeyed
    const decided = await assistant.decide(order === 'unhappy' ? { ...message, text: '转人工' } : message, known, question)
    const outcome = order === 'unhappy' && decided.kind === 'escalated' ? { ...decided, reason: 'unhappy' } : decided

    if (outcome.kind === 'ignored' && outcome.because === 'held-by-adviser' && held) {
      const meant = message.place === 'direct' || message.addressed || held.awaiting
      return meant ? resident(held, { kind: 'join', text: redact((message.original ?? message.text) || `〔${message.attachment ?? ''}〕`) }, now().toISOString()) : outcome
    }
    return afterwards(outcome, message, before)
  }

  /** Facts we asked for join their ticket; then what a group should and should not read. */
  async function afterwards(outcome: Outcome, message: Inbound, before: Conversation): Promise<Outcome> {
    const waiting = before.waiting === undefined ? undefined : await tickets.ticket(before.waiting)
    if (waiting && outcome.kind === 'escalated' && outcome.ticket.because === 'asked-for-a-person' && outcome.reason !== 'asked-with-words' && before.factsAskedAt !== undefined) return (await obeyResident('mine', message, minePorts)) ?? outcome
    if (waiting && before.factsAskedAt !== undefined && message.at.getTime() - Date.parse(before.factsAskedAt) < factsMs[message.addressed ? 'ours' : 'unaddressed'] && statesFacts(outcome, message)) return resident(waiting, { kind: 'join', text: redact(message.original ?? message.text) }, now().toISOString())
    // 「那孩子呢」 that we cannot answer either belongs with the question that an adviser already has.
    if (waiting && message.place === 'direct' && outcome.kind === 'escalated' && outcome.ticket.because === 'unsure' && lately(before, message.at) !== undefined && goesOn(message.text)) return resident(waiting, { kind: 'join', text: redact(message.original ?? message.text) }, now().toISOString())
    const said = discreet(unaddressed(outcome, message), message)
    if (isAlarm(said) && said.goesOn) return goesOnWith(said, message)
    if (message.place === 'direct' || said.kind === 'ignored' || (said.kind === 'escalated' && said.situation)) return said
    const share = [persons.take(`${message.from.channel}:${message.sender}`, now()), groups.take(`${message.from.channel}:${message.from.conversation}`, now())].find((answer) => answer !== 'yes')
    if (share) return share === 'tell' && message.addressed ? { ...traceOf(said), kind: 'told', text: tooFastText, reason: 'too-fast' } : ignored('too-fast')
    return said.kind === 'answered' && !said.discreet && said.reason === 'sure' ? pointed(said, message) : said
  }

  /** More of an emergency joins its ticket, whoever has it; where that is closed the resident is told how to get a person again. */
  async function goesOnWith({ situation, ...trace }: Outcome & Alarm, message: Inbound): Promise<Outcome> {
    const newest = (await minePorts.tickets(message)).find(({ urgency }) => urgency === 'urgent')
    const joined = newest && resident(newest, { kind: 'join', text: redact(message.original ?? message.text) }, now().toISOString())
    if (joined?.kind !== 'moved') return { ...traceOf(trace), kind: 'told', text: `${saysSafe(message.text) ? safeText : stillInDangerText}要再找法律顾问，回「转人工」。`, reason: 'goes-on' }
    return { ...joined, alarm: { situation } }
  }

  /** The same answer a few minutes ago in the same group is pointed to. */
  async function pointed(outcome: Extract<Outcome, { kind: 'answered' }>, { from, at }: Inbound): Promise<Outcome> {
    if (settings.repeatMinutes <= 0) return outcome
    const before = await people.answeredAt(from, outcome.answer.entry.id, new Date(at.getTime() - settings.repeatMinutes * 60_000))
    return before ? { ...outcome, repeats: before.toISOString() } : outcome
  }

  function domainOf(id: string) {
    const entry = assistant.entry(id)
    return entry?.kind === 'guide' ? entry.domain : undefined
  }

  function branchOf(id: string) {
    const entry = assistant.entry(id)
    return entry?.kind === 'guide' ? entry.branch : undefined
  }

  /** How long to wait for the rest of a burst: only in groups, and never with an emergency or a command. */
  function gatherMs(message: Inbound): number {
    if (message.place === 'direct' || settings.gatherSeconds <= 0 || message.fromBot || assistant.emergency(message.text)) return 0
    if (groupAt(options.roster(), message.from)?.with === 'advisers' || residentOrder(message.text)) return 0
    return chooseRoute(message.text, {}, message.at, () => undefined).kind === 'command' ? 0 : settings.gatherSeconds * 1000
  }

  /** Whatever went wrong, the resident hears of it and a person takes over; an adviser is asked to try again. */
  function broken(message: Inbound): Decision {
    const roster = options.roster()
    const official = amongAdvisers(roster, message)
    const nothing = { entries: [], confidence: 0, reason: 'failed' }
    const ticket = { question: redact(message.text), because: 'failed', urgency: 'normal' } as const
    const outcome: Outcome = official ? { ...nothing, kind: 'told', text: brokenText } : { ...nothing, kind: 'escalated', services: [], ticket }
    return { outcome, before: {}, ms: 0, official, village: villageOf(roster, message.from)?.id ?? roster.villages[0].id, firstContact: false }
  }

  return { consult, toDecided: createWriting(options), gatherMs, broken }
}

/** A message that answers what we asked rather than asking anew. */
function statesFacts(outcome: Outcome, message: Inbound): boolean {
  if (message.text.trim() === '' || asksSomething(message.text)) return false
  if (outcome.kind === 'escalated') return outcome.situation === undefined && outcome.ticket.because !== 'asked-for-a-person'
  if (outcome.kind === 'refused') return numberIn(withoutMention(message.text)) !== undefined
  return (outcome.kind === 'answered' && !picks.has(outcome.reason)) || (outcome.kind === 'ignored' && outcome.because === 'unclear')
}

/** Answers to what was asked for by its number or name. */
const picks: ReadonlySet<string> = new Set(['named-article', 'choice', 'branch'])

function withoutOptions({ pending: _asked, offered: _offered, ...rest }: Conversation): Conversation {
  return rest
}

function traceOf({ entries, confidence }: Pick<Outcome, 'entries' | 'confidence'>): { entries: readonly string[]; confidence: number } {
  return { entries, confidence }
}

function ignored(because: Extract<Outcome, { kind: 'ignored' }>['because']): Outcome {
  return { entries: [], confidence: 0, reason: because, kind: 'ignored', because }
}
