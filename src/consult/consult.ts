import type { Conversation } from '../domain/conversation.ts'
import type { Branch, Entry, Situation } from '../domain/entry.ts'
import type { Evidence } from '../domain/evidence.ts'
import type { ArticleRef, Law } from '../domain/law.ts'
import type { Inbound } from '../domain/message.ts'
import type { Outcome, Silence, Trace } from '../domain/outcome.ts'
import { dayOf } from '../domain/person.ts'
import { ruleDay, type LikelyArticles } from '../domain/statute.ts'
import type { EscalationReason, TicketDraft } from '../domain/ticket.ts'
import { redact } from '../safety/redact.ts'
import type { Signs } from '../safety/signs.ts'
import { answerFrom, type Library } from './answer.ts'
import { decide, type Bars } from './decide.ts'
import { isLookedUp, likelyForTicket, offerable } from './likely.ts'
import { articleTexts, quoteFor, verbatimLabel } from './quote.ts'
import { chooseRoute, namesCase, speaksOf, withoutMention, type Command } from './route.ts'
import { emergencyBefore } from './emergency.ts'
import { alarm, talkMs } from './follow-up.ts'
import { missingFacts } from './facts.ts'
import { missedChoice, nearbyGuides } from './nearby.ts'
import { askedAgain, attachedText, helpText, moreText, skippedText } from './wording.ts'

/** What a consultation needs from outside; main.ts supplies it, tests hand in plain functions. */
export type ConsultPorts = Library & {
  conversation(message: Inbound): Promise<Conversation>
  search(question: string, conversation: Conversation): Promise<Evidence>
  /** The text of an article: verbatim where statutes are imported, else in our words; undefined where neither is known. */
  article(ref: ArticleRef, day?: string): { readonly entry: Entry } | undefined
  signs(): Signs
  /** The laws that may be named, as they stand today or stood on the day. */
  laws(day?: string): readonly Law[]
  /** Articles of the imported statutes that may bear on a question, as of the day, or today; undefined until they can be searched. */
  likely?(question: string, day?: string): LikelyArticles | undefined
  bars: Bars
}

/** Probabilities above which a message counts as of that kind; fitted with the confidence. */
const sure = { urgent: alarm, escalate: 0.6, refuse: 0.5, ignore: 0.5 } as const
/** From here on a message is plainly a question: the signs of what is none of our business are in it by accident. */
const plainQuestion = 0.9

const nowhere: Trace = { entries: [], confidence: 0, reason: '' }

/** Takes one resident's message to its outcome. Reads, but writes nothing: record and dispatch come after. */
export async function consult(message: Inbound, ports: ConsultPorts): Promise<Outcome> {
  if (message.fromBot) return ignored('bot')
  const conversation = await ports.conversation(message)
  const evidence = await ports.search(message.text, conversation)
  const trace = { entries: evidence.matches.map(({ entry }) => entry), confidence: evidence.confidence, intents: evidence.intents, ...(evidence.closedSet === undefined ? {} : { closedSet: evidence.closedSet }), ...(evidence.alone ? { alone: evidence.alone } : {}) }

  const emergency = ports.signs().spot(message.text, 'urgent')
  if (emergency) return urgent(emergency, message, ports, { ...trace, reason: `sign:${emergency.id}` })
  if (conversation.ticket !== undefined) return heldOr(message, conversation, evidence, trace, ports)
  if (message.attachment !== undefined && message.text.trim() === '') return attached(message, message.attachment)
  if (!/[\p{L}\p{N}]/u.test(message.text)) return message.place === 'group' && !message.addressed ? ignored('chatter', trace) : { ...nowhere, kind: 'told', text: helpText, reason: 'no-words' }

  const route = chooseRoute(message.text, conversation, message.at, (id) => branchOf(ports.entry(id)))
  if (route.kind === 'command') return obey(route.command, message, conversation, ports)
  if (route.kind === 'option') return answered(ports.entry(route.entry), ports, { entries: [route.entry], confidence: 1, reason: 'branch' }, message, { label: route.label, text: route.answer })
  if (route.kind === 'choice') return answered(ports.entry(route.entry), ports, { entries: [route.entry], confidence: 1, reason: 'choice' }, message)
  if (route.kind === 'person' && (message.place === 'direct' || message.addressed) && evidence.intents.urgent < sure.urgent) return escalated({ ...message, text: route.text }, 'asked-for-a-person', ports, { ...trace, reason: 'asked-with-words' })

  const pending = branchOf(ports.entry(conversation.pending?.entry ?? ''))
  const missed = missedChoice(withoutMention(message.text), conversation, message.at, pending?.options.length ?? 0)
  if (missed !== undefined) return message.place === 'group' && !message.addressed ? ignored('unclear', trace) : { ...nowhere, kind: 'told', text: missed, reason: 'missed-choice' }

  const quote = quoteFor(message.text, dayOf(message.at), ports)
  if (quote?.kind === 'text') return answered(quote.entry, ports, { entries: [quote.entry.id], confidence: 1, reason: 'named-article' }, message)
  const outcome = sort(message, conversation, evidence, trace, ports)
  if (pending && outcome.kind === 'refused' && outcome.reason === 'chatter' && speaksOf(message.text, pending)) return { ...nowhere, kind: 'told', text: askedAgain(pending), reason: 'missed-choice' }
  return quote?.asked && !restsOn(outcome, quote.refs) ? { ...nowhere, kind: 'told', text: quote.text, reason: 'no-such-text' } : outcome
}

/** Whether it answers, and from one of those articles: better than that we cannot show the text. */
function restsOn(outcome: Outcome, refs: readonly ArticleRef[]): boolean {
  return outcome.kind === 'answered' && refs.some((ref) => outcome.answer.citations.some(({ law, article }) => law === ref.law && article === ref.article))
}

/** While an adviser holds the conversation the assistant says nothing but the first words of an emergency. */
function heldOr(message: Inbound, conversation: Conversation, evidence: Evidence, trace: Omit<Trace, 'reason'>, ports: ConsultPorts): Outcome {
  const nearest = situationOf(evidence, 'urgent', ports)
  if (evidence.intents.urgent >= sure.urgent && nearest) return likeUrgent(nearest, message, conversation, ports, trace)
  return ignored('held-by-adviser', trace)
}

function attached(message: Inbound, attachment: string): Outcome {
  if (message.place === 'group' && !message.addressed) return ignored('chatter')
  return { ...nowhere, kind: 'told', text: attachedText(attachment), reason: 'attachment' }
}

/** A message that is no command: emergency, something to refuse or leave alone, or a question. */
function sort(message: Inbound, conversation: Conversation, evidence: Evidence, trace: Omit<Trace, 'reason'>, ports: ConsultPorts): Outcome {
  const { intents } = evidence
  const emergency = situationOf(evidence, 'urgent', ports)
  const spotted = ports.signs().spot(message.text)
  if (intents.urgent >= sure.urgent && emergency) return likeUrgent(emergency, message, conversation, ports, trace)
  const abroad = intents.escalate >= sure.escalate && ports.signs().hints(message.text, 'escalate')
  if (abroad || spotted?.response === 'escalate') return escalated(message, 'outside-mainland', ports, { ...trace, reason: 'outside-mainland' })
  const refused = spotted?.response === 'refuse' ? spotted : undefined
  if (intents.refuse >= sure.refuse || (refused && intents.question < plainQuestion))
    return { ...trace, kind: 'refused', situation: refused ?? situationOf(evidence, 'refuse', ports), reason: 'out-of-scope' }
  if (intents.ignore >= sure.ignore || spotted?.response === 'ignore') {
    if (message.place === 'group' && !message.addressed) return ignored('chatter', trace)
    return { ...trace, kind: 'refused', situation: spotted?.response === 'ignore' ? spotted : situationOf(evidence, 'ignore', ports), reason: 'chatter' }
  }

  const decision = decide(evidence, ports.entry, ports.bars)
  if (decision.kind === 'answer') return answered(decision.entry, ports, { ...trace, reason: 'sure' }, message, chosenBefore(decision.entry, message, conversation))
  if (message.place === 'group' && !message.addressed && intents.question < 0.5) return ignored('unclear', trace)
  return escalated(message, decision.because, ports, { ...trace, reason: decision.because }, decision.nearest)
}

function obey(command: Command, message: Inbound, conversation: Conversation, ports: ConsultPorts): Outcome {
  const last = conversation.lastEntry === undefined ? undefined : ports.entry(conversation.lastEntry)
  switch (command) {
    case 'person':
      // The words 转人工 say nothing of the matter: what a search finds for them is no draft.
      if (conversation.lastQuestion === undefined) return { ...nowhere, kind: 'escalated', reason: 'asked-for-a-person', services: [], ticket: { question: '（居民要找法律顾问，还没说是什么事）', because: 'asked-for-a-person', urgency: 'normal' }, missing: ['是什么事，哪天出的？'] }
      return escalated({ ...message, text: conversation.lastQuestion, original: conversation.lastWords ?? conversation.lastQuestion }, 'asked-for-a-person', ports, { ...nowhere, entries: last ? [last.id] : [], reason: 'asked-for-a-person' }, last)
    case 'help':
      return { ...nowhere, kind: 'told', text: helpText, reason: 'help' }
    case 'more':
      return { ...nowhere, kind: 'told', text: last ? moreText(last) : '您想问哪件事？先把事情说一句，我再给步骤。', reason: 'more' }
    case 'skip':
      return { ...nowhere, kind: 'told', text: skippedText, reason: 'skip' }
    case 'text':
      return { ...nowhere, kind: 'told', ...textsOf(last, conversation, ports), reason: 'text' }
  }
}

/** The articles behind what was said last, each with its text where we hold it, and the label of a verbatim text. */
function textsOf(last: Entry | undefined, { likely }: Conversation, ports: ConsultPorts): { text: string; label?: string } {
  if (!last && !likely) return { text: '您想看哪一条？可以说「民法典第一千零七十七条」。' }
  if (last?.kind === 'statute' && !likely) return { text: last.basis.length > 1 ? last.answer : `${last.title}\n${last.answer}`, label: verbatimLabel(last.quoted) }
  const { text, verbatim, ours } = likely ? articleTexts(likely.articles, ports, likely.day) : articleTexts(last?.basis.filter(ports.citable) ?? [], ports)
  if (text === '') return { text: '这件事依据的是公共服务的办事规定，没有引法条。' }
  return verbatim.length > 0 && !ours ? { text, label: verbatimLabel(verbatim) } : { text }
}

/** The answer with the case that the resident chose a while ago, unless they name one now. */
function chosenBefore(entry: Entry, { text, at }: Inbound, { chosen, lastAt }: Conversation): { label: string; text: string } | undefined {
  if (namesCase(text, branchOf(entry)) || chosen?.entry !== entry.id || lastAt === undefined || at.getTime() - Date.parse(lastAt) > talkMs) return undefined
  const option = branchOf(entry)?.options.find(({ label }) => label === chosen.label)
  return option && { label: option.label, text: `${entry.answer}\n您说的是「${option.label}」：${option.answer}` }
}

function answered(entry: Entry | undefined, ports: ConsultPorts, trace: Trace, message: Inbound, chosen?: { label: string; text: string }): Outcome {
  const answer = entry && answerFrom(entry, ports, chosen?.text)
  if (!answer) return escalated(message, 'out-of-date', ports, { ...trace, reason: 'out-of-date' }, entry)
  const branch = branchOf(entry)
  const past = entry.kind === 'guide' ? ruleDay(message.text, dayOf(message.at)) : undefined
  return { ...trace, kind: 'answered', answer: { ...answer, ...(past === undefined ? {} : { past }), ...(chosen ? { chosen: chosen.label } : {}), ...(chosen && branch && trace.reason === 'sure' ? { branch: { ...branch, ask: '不是这样了，就选一个：' } } : {}) } }
}

function urgent(situation: Situation, message: Inbound, ports: ConsultPorts, trace: Trace): Extract<Outcome, { kind: 'escalated' }> {
  const guide = situation.leadsTo.map((id) => ports.entry(id)).find((entry) => entry !== undefined)
  const entries = [...new Set([...situation.leadsTo, ...trace.entries])]
  return { ...trace, entries, kind: 'escalated', situation, services: [], ticket: ticketFor(message, 'urgent', 'urgent', trace, ports, guide) }
}

/** An emergency by likeness only: soon after another it is more of that one. */
function likeUrgent(nearest: Situation, message: Inbound, conversation: Conversation, ports: ConsultPorts, trace: Omit<Trace, 'reason'>): Extract<Outcome, { kind: 'escalated' }> {
  const before = emergencyBefore(message.text, nearest, conversation, message.at, ports)
  const outcome = urgent(before ?? nearest, message, ports, { ...trace, reason: 'like-urgent' })
  return before ? { ...outcome, goesOn: true } : outcome
}

function escalated(message: Inbound, because: EscalationReason, ports: ConsultPorts, trace: Trace, nearest?: Entry): Outcome {
  const entry = nearest ?? (trace.entries[0] === undefined ? undefined : ports.entry(trace.entries[0]))
  const services = entry?.kind === 'guide' ? entry.services.flatMap((id) => ports.entry(id) ?? []) : entry?.kind === 'service' ? [entry] : []
  const likely = isLookedUp(because) ? ports.likely?.(message.text, ruleDay(message.text, dayOf(message.at))) : undefined
  const shown = offerable(likely, because, trace.intents?.question ?? 0)
  const kept = likely && likelyForTicket(likely)
  const ticket = { ...ticketFor(message, because, 'normal', trace, ports, entry), ...(kept ? { likely: kept } : {}) }
  const nearby = because === 'unsure' ? nearbyGuides(trace, ports, message.place) : []
  const missing = missingFacts(message.text, because === 'unsure' && !agree(trace.entries, ports) ? {} : { domain: ticket.domain, branch: branchOf(entry) })
  return { ...trace, kind: 'escalated', services, ticket, missing, ...(nearby.length > 0 ? { nearby } : {}), ...(shown ? { likely: shown } : {}) }
}

/** Whether the two nearest guides are of one field of life: in doubt nobody who asks of a divorce is asked for a will. */
function agree(entries: readonly string[], ports: ConsultPorts): boolean {
  const [one, other] = entries.map((id) => ports.entry(id)).filter((entry) => entry?.kind === 'guide')
  return other === undefined || one?.domain === other.domain
}

function ticketFor(message: Inbound, because: EscalationReason, urgency: TicketDraft['urgency'], trace: Trace, ports: ConsultPorts, entry?: Entry): TicketDraft {
  const domain = entry?.kind === 'guide' ? { domain: entry.domain } : {}
  const answer = entry && answerFrom(entry, ports)
  const draft = answer ? { draft: { entry: answer.entry.id, text: answer.text, basis: answer.citations, confidence: trace.confidence } } : {}
  return { question: redact(message.original ?? message.text), because, urgency, ...domain, ...draft }
}

/** The situation of that response that the message is most like. */
function situationOf({ situations }: Evidence, response: Situation['response'], ports: ConsultPorts): Situation | undefined {
  const nearest = situations[response]
  const entry = nearest && ports.entry(nearest.entry)
  return entry?.kind === 'situation' ? entry : undefined
}

function branchOf(entry: Entry | undefined): Branch | undefined {
  return entry?.kind === 'guide' ? entry.branch : undefined
}

function ignored(because: Silence, trace: Partial<Trace> = {}): Outcome {
  return { ...nowhere, ...trace, kind: 'ignored', because, reason: because }
}
