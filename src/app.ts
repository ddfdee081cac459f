import type { Knex } from 'knex'
import type { Counsel } from './assistant.ts'
import type { AssistantLog } from './log.ts'
import { createDispatch } from './desk/dispatch.ts'
import { createReception } from './desk/reception.ts'
import type { Address, Channel, ChannelName, Desk, Inbound, Outbound } from './domain/message.ts'
import type { Roster } from './domain/person.ts'
import { toResult, type Result } from './domain/result.ts'
import { defaultRoster } from './roster/read.ts'
import { createServing } from './serving.ts'
import { usualSettings, type DeskSettings } from './settings.ts'
import { createMailbox } from './store/mailbox.ts'
import { record } from './store/record.ts'
import { createTelling, createUndelivered } from './telling.ts'
import { createTicking } from './ticking.ts'
import { createVoting } from './voting.ts'
import type { Decision } from './writing.ts'

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

/** What any channel may need of us: that somebody hears when it is in trouble. */
export type AdminPorts = { tell(about: ChannelName, text: string): Promise<void> }

export type App = Desk &
  WebPorts & {
    /** Resolves when everything accepted is decided and everything due is sent; a burst is not waited out. */
    idle(): Promise<void>
    /** Does what is due by the clock; it runs by itself every half minute. */
    tick(): Promise<void>
    stop(): Promise<void>
  }

/** The running assistant: the ledger, the desk and the channels that `open` gives. */
export async function startApp(options: {
  assistant: Counsel
  db: Knex
  log: AssistantLog
  channels(ports: WebPorts & AdminPorts): readonly Channel[]
  /** Who serves whom, as it is now. */
  roster?(): Roster
  settings?: Partial<DeskSettings>
  now?: () => Date
  /** Runs something later, and gives what calls it off. */
  later?(run: () => void, ms: number): () => void
  lost?: (cause: unknown) => void
}): Promise<App> {
  const { assistant, db, log, now = () => new Date(), roster = () => usualRoster } = options
  const settings = { ...usualSettings, ...options.settings }
  const mailbox = createMailbox(db)
  const waiting = new Map<string, (result: Result) => void>()
  const ports: WebPorts = { history: mailbox.history, asked: mailbox.asked, votes: mailbox.votes, ask }
  const channels = new Map(options.channels({ ...ports, tell: (about, text) => tell(about, text) }).map((channel) => [channel.name, channel]))

  const dispatch = createDispatch(channels, mailbox, {
    now, report: (cause) => log.warn({ cause: String(cause) }, '消息没送到'), undelivered: (message, how) => undelivered(message, how),
  })

  const undelivered = createUndelivered({ db, now, log, dispatch: () => dispatch.dispatch() })
  const tell = createTelling({ db, roster, now, log, dispatch: () => dispatch.dispatch() })
  const serving = createServing({ assistant, db, roster, settings, now })
  const ticking = createTicking({ db, roster, settings, now, log })
  const voting = createVoting({ db, mailbox, assistant, roster, settings, now })
  const reception = createReception<Decision>({
    accept: (message) => mailbox.accept(message, now()),
    gatherMs: (message) => serving.gatherMs(message),
    consult: (message) => serving.consult(message, (words) => channels.get(message.from.channel)?.update?.(words)),
    broken: serving.broken,
    async record(message, decision, gathered) {
      const { spoken, ...decided } = serving.toDecided(message, decision, gathered)
      const written = await record(db, decided, now())
      if (written === 'stale') return written
      if (written === 'decided-before') return
      const { outcome, ms } = decision
      log.info({ channel: message.from.channel, kind: outcome.kind, reason: outcome.reason, confidence: Math.round(outcome.confidence * 100) / 100, entry: outcome.entries[0], ticket: written.ticket, beside: written.beside }, '已答复')
      if ([decided.ticket, decided.beside].some((ticket) => ticket && !ticket.desk)) log.warn({ ticket: written.ticket }, '这张工单没有顾问群也没有值班顾问可发；请在 people.yaml 里写上')
      waiting.get(keyOf(message))?.(toResult(outcome, spoken.replaceAll('{ticket}', `#${written.ticket ?? ''}`).replaceAll('{beside}', `#${written.beside ?? ''}`), ms))
    },
    async dispatch() {
      await dispatch.dispatch()
      if (settings.draftsDir !== undefined) await ticking.writeDrafts()
    },
    report: (cause, message) => {
      log.error({ channel: message.from.channel, cause: cause instanceof Error ? cause.stack : String(cause) }, '答复时出错，已开工单')
    },
    unwritten: (cause, message) => {
      log.error({ channel: message.from.channel, cause: String(cause) }, '账本没写进去，过一会儿再写；话已收下，不会丢')
    },
    ...(options.later ? { later: options.later } : {}),
  })

  const desk: Desk = {
    receive: reception.receive,
    async vote(vote) {
      await voting.vote(vote)
      await dispatch.dispatch()
    },
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
  const clock = setInterval(() => void tick().catch((cause: unknown) => log.error({ cause: String(cause) }, '催办和清理出错')), 30_000)
  await tick()

  async function tick(): Promise<void> {
    reception.resume(await mailbox.undecided())
    await ticking.tick()
    await dispatch.dispatch()
  }

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
    tick,
    async idle() {
      await reception.idle()
      await dispatch.idle()
    },
    async stop() {
      clearInterval(timer)
      clearInterval(clock)
      for (const channel of channels.values()) await channel.stop()
      reception.close()
      await reception.idle()
      await ticking.idle()
      await dispatch.idle()
      await db.destroy()
    },
  }
}

function keyOf({ from, id }: Inbound): string {
  return `${from.channel}:${id}`
}

const usualRoster = defaultRoster()
