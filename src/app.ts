import type { Knex } from 'knex'
import type { Assistant, AssistantLog } from './assistant.ts'
import { phrase } from './consult/wording.ts'
import { remember } from './consult/remember.ts'
import { createDispatch } from './desk/dispatch.ts'
import { createReception } from './desk/reception.ts'
import type { Conversation } from './domain/conversation.ts'
import type { Address, Channel, Desk, Inbound, Outbound, Vote } from './domain/message.ts'
import type { Outcome } from './domain/outcome.ts'
import { toResult, type Result } from './domain/result.ts'
import { redact } from './safety/redact.ts'
import { createMailbox } from './store/mailbox.ts'
import { readConversation, record } from './store/record.ts'

/** What the web channel needs of us: a conversation so far, so that a reload shows it again, and an answer in one go. */
export type WebPorts = {
  /** Our messages in a conversation, in order; `after` is the `seq` of the last one seen. */
  history(at: Address, after?: number): Promise<{ seq: number; message: Outbound; at: Date }[]>
  /** The resident's messages in a conversation, in order. */
  asked(at: Address): Promise<Inbound[]>
  /** What the resident thought of them. */
  votes(at: Address): Promise<{ message: string; up: boolean }[]>
  /** Serves a message like any other and waits for its outcome; undefined for one that was decided before. */
  ask(message: Inbound): Promise<Result | undefined>
}

export type App = Desk &
  WebPorts & {
    /** Resolves when everything accepted is decided and everything due is sent. */
    idle(): Promise<void>
    stop(): Promise<void>
  }

/** The running assistant: the ledger, the desk and the channels that `open` gives. */
export async function startApp(options: { assistant: Assistant; db: Knex; log: AssistantLog; channels(ports: WebPorts): readonly Channel[]; now?: () => Date; lost?: (cause: unknown) => void }): Promise<App> {
  const { assistant, db, log, now = () => new Date() } = options
  const mailbox = createMailbox(db)
  const waiting = new Map<string, (result: Result) => void>()
  const ports: WebPorts = { history: mailbox.history, asked: mailbox.asked, votes: mailbox.votes, ask }
  const channels = new Map(options.channels(ports).map((channel) => [channel.name, channel]))

  const dispatch = createDispatch(channels, mailbox, { now, report: (cause) => log.warn({ cause: String(cause) }, '消息没送到') })

  type Decision = { outcome: Outcome; before: Conversation; ms: number }
  const reception = createReception<Decision>({
    accept: (message) => mailbox.accept(message, now()),
    async consult(message) {
      const before = await readConversation(db, message)
      const start = performance.now()
      const outcome = await assistant.decide(message, before)
      return { outcome, before, ms: performance.now() - start }
    },
    broken: (message) => ({ before: {}, outcome: failed(message), ms: 0 }),
    async record(message, { outcome, before, ms }) {
      const replies = phrase(outcome, message, assistant.words).map((reply, index): Outbound => ({ ...reply, id: `${message.from.channel}:${message.id}:${index}` }))
      const { kind, entries, confidence, reason } = outcome
      const conversation = remember(before, message, outcome)
      const written = await record(
        db,
        {
          message, kind, replies, trace: { entries: entries.slice(0, 5), confidence, reason },
          ...(outcome.kind === 'escalated' ? { ticket: { ...outcome.ticket, village: '' } } : {}),
          ...(conversation ? { conversation } : {}),
        },
        now(),
      )
      if (written === 'decided-before') return
      log.info({ channel: message.from.channel, kind, reason, confidence: Math.round(confidence * 100) / 100, entry: entries[0], ticket: written.ticket }, '已答复')
      waiting.get(keyOf(message))?.(toResult(outcome, replies.map(({ text }) => text).join('\n\n').replaceAll('{ticket}', `#${written.ticket ?? ''}`), ms))
    },
    dispatch: dispatch.dispatch,
    report: (cause, message) => {
      log.error({ channel: message.from.channel, cause: cause instanceof Error ? cause.stack : String(cause) }, '答复时出错，已开工单')
    },
  })

  const desk: Desk = {
    receive: reception.receive,
    vote: ({ message, sender, up }: Vote) => mailbox.vote(message, sender, up, now()),
    lost: (cause) => {
      log.error({ cause: String(cause) }, '渠道断开')
      options.lost?.(cause)
    },
  }

  const resent = await mailbox.recover()
  const left = await mailbox.undecided()
  if (resent + left.length > 0) log.info({ resent, undecided: left.length }, '接着处理上次没做完的')
  reception.resume(left)
  for (const channel of channels.values()) await channel.start(desk)
  await dispatch.dispatch()
  const timer = setInterval(() => void dispatch.dispatch().catch((cause: unknown) => log.error({ cause: String(cause) }, '发件箱出错')), 500)

  async function ask(message: Inbound): Promise<Result | undefined> {
    const key = keyOf(message)
    try {
      const decided = new Promise<Result>((resolve) => waiting.set(key, resolve))
      await reception.receive(message)
      return (await mailbox.decided(message)) ? await Promise.race([decided, Promise.resolve(undefined)]) : await decided
    } finally {
      waiting.delete(key)
    }
  }

  return {
    ...desk,
    ...ports,
    async idle() {
      await reception.idle()
      await dispatch.idle()
    },
    async stop() {
      clearInterval(timer)
      for (const channel of channels.values()) await channel.stop()
      await reception.idle()
      await dispatch.idle()
      await db.destroy()
    },
  }
}

function keyOf({ from, id }: Inbound): string {
  return `${from.channel}:${id}`
}

/** Whatever went wrong, the resident hears of it and a person takes over. */
function failed(message: Inbound): Outcome {
  return { kind: 'escalated', entries: [], confidence: 0, reason: 'failed', services: [], ticket: { question: redact(message.text), because: 'failed', urgency: 'normal' } }
}
