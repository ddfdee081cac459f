import type { Knex } from 'knex'
import type { Counsel } from './assistant.ts'
import { cardText, deskFor } from './consult/card.ts'
import { draftEntry } from './consult/draft-entry.ts'
import { asksSomething, discreet, inTalk, silenceFor, unaddressed } from './consult/manners.ts'
import { obeyResident, resident, residentOrder } from './consult/mine.ts'
import { withNotice } from './consult/notice.ts'
import { relay } from './consult/relay.ts'
import { remember } from './consult/remember.ts'
import { chooseRoute } from './consult/route.ts'
import { withPoints } from './consult/service-points.ts'
import { brokenText, erasedText, phraseMoved, switchedText, tooFastText } from './consult/ticket-wording.ts'
import { mattersOf, sideBySide } from './consult/story.ts'
import { phrase, plain, type Reply } from './consult/wording.ts'
import { createQuota } from './desk/quota.ts'
import type { Conversation } from './domain/conversation.ts'
import type { Address, Inbound, Outbound, Unfinished } from './domain/message.ts'
import type { Outcome } from './domain/outcome.ts'
import { adviserOf, amongAdvisers, dayOf, groupAt, personOf, rolesOf, villageById, villageOf, type Roster } from './domain/person.ts'
import { redact } from './safety/redact.ts'
import type { DeskSettings } from './settings.ts'
import { createPeople } from './store/people.ts'
import { readConversation, type Decided } from './store/record.ts'
import { createTickets } from './store/tickets.ts'
import { readWorklog } from './store/worklog.ts'

/** What serving a message came to, and what recording it needs beside. */
export type Decision = {
  readonly outcome: Outcome
  /** What the second matter of a long story came to: an answer, or a ticket where the first is an answer. */
  readonly beside?: Outcome
  readonly before: Conversation
  readonly ms: number
  /** By an adviser or admin, not by a resident. */
  readonly official: boolean
  readonly village: string
  readonly direct?: Address | undefined
  /** The resident has not yet been told here who answers. */
  readonly firstContact: boolean
}

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
    roster: options.roster, ticket: tickets.ticket, unclosed: tickets.unclosed, now, draft,
    async unsigned(adviser: string, month: string) {
      const entries = (await readWorklog(db, { month, adviser })).filter(({ signed }) => !signed)
      return { entries: entries.length, minutes: entries.reduce((sum, { minutes }) => sum + minutes, 0) }
    },
  }
  const minePorts = {
    now, retentionDays: settings.retentionDays, held: (message: Inbound) => people.held(personOf(message)),
    tickets: (message: Inbound) => tickets.ticketsOf(message.from.channel, message.sender, message.from.channel === 'web' || message.place === 'group' ? message.from : undefined),
  }

  /** What the assistant would answer one-to-one, ready to paste. */
  async function draft(question: string): Promise<{ text: string; found: boolean }> {
    const asked: Inbound = { id: 'draft', from: { channel: 'terminal', conversation: 'draft' }, sender: 'draft', text: question, at: now(), place: 'direct', addressed: true }
    const outcome = await assistant.decide(asked, {})
    const sheet = phrase(outcome, asked, assistant.words)[0]?.sheet
    if (outcome.kind === 'answered' && sheet) return { found: true, text: `【草稿，看过再粘贴】\n${plain({ ...sheet, steps: [] })}` }
    const nearest = outcome.kind === 'escalated' ? outcome.ticket.draft : undefined
    if (nearest) return { found: true, text: `【草稿，把握只有 ${Math.round(nearest.confidence * 100)}%，请改过再粘贴】\n${nearest.text}\n（AI 生成，仅供参考，不代替律师意见）` }
    return { found: false, text: outcome.kind === 'told' ? outcome.text : '这件事我没查到能用的，拟不出来，得您自己写。' }
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
    const both = await decideBoth(message, before, roster)
    const [decided, beside] = both ?? [await decide(message, before, roster), undefined]
    const show = shown && message.place === 'direct' ? (text: string, label: string) => shown({ to: message.from, replyTo: message.id, text, label }) : undefined
    const outcome = (await assistant.word?.(decided, message, before, show)) ?? decided
    const firstContact = !(await people.noticed(personOf(message), placeOf(message)))
    return { ...shared, outcome, ...(beside ? { beside } : {}), before, ms: performance.now() - start, official: false, firstContact }
  }

  /** A long story of two matters, each decided by itself; undefined when it is better served as one. */
  async function decideBoth(message: Inbound, before: Conversation, roster: Roster): Promise<readonly [Outcome, Outcome] | undefined> {
    const [one, other] = message.place === 'direct' && before.ticket === undefined && !assistant.emergency(message.text) ? mattersOf(message.text) : []
    if (one === undefined || other === undefined) return undefined
    return sideBySide(await decide({ ...message, text: one }, before, roster), await decide({ ...message, text: other }, before, roster))
  }

  /** A resident's message. */
  async function decide(message: Inbound, before: Conversation, roster: Roster): Promise<Outcome> {
    const group = groupAt(roster, message.from)
    const held = before.ticket === undefined ? undefined : await tickets.ticket(before.ticket)
    const known = before.pending && message.place === 'group' && !inTalk(before, message.at) ? withoutPending(before) : before
    if (message.place === 'group' && !message.fromBot && !held?.awaiting) {
      const state = { policy: group?.with === 'residents' ? group.policy : ('mention' as const), muted: await people.muted(message.from) }
      const route = chooseRoute(message.text, known, (id) => branchOf(id))
      const answersUs = route.kind !== 'question' || (before.factsAskedAt !== undefined && before.waiting !== undefined)
      const because = silenceFor(message, state, before, { emergency: assistant.emergency(message.text), answersUs })
      if (because) return ignored(because)
    }

    const order = message.fromBot ? undefined : residentOrder(message.text)
    const obeyed = order && (await obeyResident(order, message, minePorts))
    if (obeyed) return obeyed
    const outcome = await assistant.decide(order === 'unhappy' ? { ...message, text: '转人工' } : message, known)

    if (outcome.kind === 'ignored' && outcome.because === 'held-by-adviser' && held) {
      const meant = message.place === 'direct' || message.addressed || held.awaiting
      return meant ? resident(held, { kind: 'join', text: redact(message.text || `〔${message.attachment ?? ''}〕`) }, now().toISOString()) : outcome
    }
    return afterwards(outcome, message, before)
  }

  /** Facts we asked for join their ticket; then what a group should and should not read. */
  async function afterwards(outcome: Outcome, message: Inbound, before: Conversation): Promise<Outcome> {
    const waiting = before.waiting === undefined ? undefined : await tickets.ticket(before.waiting)
    if (waiting && outcome.kind === 'escalated' && outcome.ticket.because === 'asked-for-a-person' && before.factsAskedAt !== undefined) return (await obeyResident('mine', message, minePorts)) ?? outcome
    if (waiting && before.factsAskedAt !== undefined && message.at.getTime() - Date.parse(before.factsAskedAt) < factsMs[message.addressed ? 'ours' : 'unaddressed'] && statesFacts(outcome, message)) return resident(waiting, { kind: 'join', text: redact(message.text) }, now().toISOString())
    const said = discreet(unaddressed(outcome, message), message)
    if (message.place === 'direct' || said.kind === 'ignored' || (said.kind === 'escalated' && said.situation)) return said
    const share = [persons.take(`${message.from.channel}:${message.sender}`, now()), groups.take(`${message.from.channel}:${message.from.conversation}`, now())].find((answer) => answer !== 'yes')
    if (share) return share === 'tell' && message.addressed ? { ...traceOf(said), kind: 'told', text: tooFastText, reason: 'too-fast' } : ignored('too-fast')
    return said.kind === 'answered' && !said.discreet && said.reason === 'sure' ? pointed(said, message) : said
  }

  /** The same answer a few minutes ago in the same group is pointed to. */
  async function pointed(outcome: Extract<Outcome, { kind: 'answered' }>, { from, at }: Inbound): Promise<Outcome> {
    if (settings.repeatMinutes <= 0) return outcome
    const before = await people.answeredAt(from, outcome.answer.entry.id, new Date(at.getTime() - settings.repeatMinutes * 60_000))
    return before ? { ...outcome, repeats: before.toISOString() } : outcome
  }

  function branchOf(id: string) {
    const entry = assistant.entry(id)
    return entry?.kind === 'guide' ? entry.branch : undefined
  }

  /** Everything that is written of a decision, in one transaction. */
  function toDecided(message: Inbound, { outcome, beside, before, official, village, direct, firstContact }: Decision, gathered: readonly Inbound[]): Decided & { readonly spoken: string } {
    const roster = options.roster()
    const { kind, entries, confidence, reason } = outcome
    const moved = outcome.kind === 'moved' ? outcome : undefined
    const handed = outcome.kind === 'escalated' ? outcome : beside?.kind === 'escalated' ? beside : undefined
    const place = handed && deskFor({ village, ...(handed.ticket.domain === undefined ? {} : { domain: handed.ticket.domain }) }, roster, now())
    const ticket = handed && { ...handed.ticket, ...place, village, ...(handed.discreet ? { intimate: true } : {}), ...(handed.missing?.length ? { missing: handed.missing } : {}) }
    const plainly = withPoints([outcome, ...(beside ? [beside] : [])].flatMap((one) => repliesFor(one, message, { roster, direct, official })), villageById(roster, village) ?? roster.villages[0])
    const notice = !official && firstContact && plainly.length > 0 && outcome.kind !== 'erased'
    const spoken = notice ? withNotice(plainly, message, settings.retentionDays) : plainly
    const card = ticket?.desk ? [{ to: ticket.desk, text: cardText(ticket, { roster, now: now() }) }] : []
    const conversation = official ? undefined : remember(before, message, outcome)
    const offered = moved?.ticket.status === 'closed' && settings.draftsDir !== undefined ? draftEntry(moved.ticket, assistant.laws(), dayOf(now())) : undefined
    const here = villageOf(roster, message.from)?.id
    return {
      message, gathered, kind,
      trace: { entries: entries.slice(0, 5), confidence, reason, ...(outcome.kind === 'answered' && !outcome.repeats && !outcome.discreet ? { said: outcome.answer.entry.id } : {}) },
      replies: [...spoken, ...card].map((reply, index): Outbound => ({ ...reply, id: `${message.from.channel}:${message.id}:${index}` })),
      spoken: plainly.map(({ text }) => text).join('\n\n'),
      ...(ticket ? { ticket } : {}),
      ...(moved ? { moved: { ticket: moved.ticket, before: moved.before.version } } : {}),
      ...('log' in outcome && outcome.log ? { log: outcome.log } : {}),
      ...(offered ? { draft: offered } : {}),
      ...(conversation ? { conversation } : {}),
      ...(notice ? { notice: placeOf(message) } : {}),
      ...(here === undefined ? {} : { village: here }),
      ...(outcome.kind === 'switched' ? { muted: { groups: outcome.groups, muted: outcome.muted } } : {}),
      ...(outcome.kind === 'signed' ? { signed: { adviser: outcome.adviser.id, month: outcome.month } } : {}),
      ...(outcome.kind === 'told' && outcome.audit !== undefined ? { audit: outcome.audit } : {}),
      ...(outcome.kind === 'erased' ? { erase: true } : {}),
    }
  }

  function repliesFor(outcome: Outcome, message: Inbound, { roster, direct, official }: { roster: Roster; direct: Address | undefined; official: boolean }): Reply[] {
    const back = (text: string): Reply => ({ to: message.from, replyTo: message.id, text })
    switch (outcome.kind) {
      case 'moved':
        return phraseMoved(outcome, message, { roster, direct, now: now() })
      case 'drafted':
      case 'signed':
        return [back(outcome.text)]
      case 'switched':
        return [back(switchedText(outcome.muted))]
      case 'erased':
        return [back(erasedText), ...outcome.open.flatMap(({ number, desk }) => (desk ? [{ to: desk, text: `#${number} 居民删除了自己的记录，工单关闭，请不要再联系。` }] : []))]
      default:
        return official && outcome.kind === 'told' ? [back(outcome.text)] : phrase(outcome, message, assistant.words)
    }
  }

  /** How long to wait for the rest of a burst: only in groups, and never with an emergency or a command. */
  function gatherMs(message: Inbound): number {
    if (message.place === 'direct' || settings.gatherSeconds <= 0 || message.fromBot || assistant.emergency(message.text)) return 0
    if (groupAt(options.roster(), message.from)?.with === 'advisers' || residentOrder(message.text)) return 0
    return chooseRoute(message.text, {}, () => undefined).kind === 'command' ? 0 : settings.gatherSeconds * 1000
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

  return { consult, toDecided, gatherMs, broken }
}

/** A message that answers what we asked rather than asking anew. */
function statesFacts(outcome: Outcome, message: Inbound): boolean {
  if (message.text.trim() === '' || asksSomething(message.text)) return false
  if (outcome.kind === 'escalated') return outcome.situation === undefined && outcome.ticket.because !== 'asked-for-a-person'
  return outcome.kind === 'answered' || (outcome.kind === 'ignored' && outcome.because === 'unclear')
}

function placeOf({ place, from }: Inbound): string {
  return place === 'group' ? from.conversation : ''
}

function withoutPending({ pending: _stale, ...rest }: Conversation): Conversation {
  return rest
}

function traceOf({ entries, confidence }: Outcome): { entries: readonly string[]; confidence: number } {
  return { entries, confidence }
}

function ignored(because: Extract<Outcome, { kind: 'ignored' }>['because']): Outcome {
  return { entries: [], confidence: 0, reason: because, kind: 'ignored', because }
}
