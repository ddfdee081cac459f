import { randomUUID } from 'node:crypto'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import type { Desk, Inbound, Unfinished } from '../../src/domain/message.ts'
import type { Result } from '../../src/domain/result.ts'
import { createBells, type Bells } from './bells.ts'
import { Refused } from './input.ts'
import { createPace, neighbourhood, type Limit } from './pace.ts'
import { addressOf, inboundId, type Ledger } from './talk.ts'

export type SiteOptions = Ledger & {
  ask(message: Inbound): Promise<Result | undefined>
  /** Believe x-forwarded-for and x-forwarded-proto: only behind a proxy of our own that sets them. */
  trustProxy?: boolean
  /** What one conversation may send; an address, which may be a whole office, gets four times as much. */
  pace?: Limit
  /** Where 快速离开 goes: a page that anybody might have open. */
  leaveTo?: string
  /** Hears of what went wrong in a request. */
  report?(cause: unknown): void
  now?: () => Date
}

/** What pages and API stand on: the ledger, the desk, the listeners and the senders' shares. */
export type Site = {
  readonly ledger: Ledger
  readonly bells: Bells
  /** By conversation: checked words of an answer that is still being written. */
  readonly unfinished: Map<string, Unfinished>
  readonly leaveTo: string
  /** Refused before `open`. */
  readonly desk: () => Desk
  readonly state: () => 'starting' | 'open' | 'closed'
  open(desk: Desk): void
  /** Ends what streams. */
  close(): void
  ask(message: Inbound): Promise<Result | undefined>
  report(cause: unknown): void
  /** Takes one from the share of the sender's address, or of the conversation once it is known; Refused when it is used up. */
  pace(c: Context, conversation?: string): void
  /** Whether the resident's browser came over https. */
  secure(c: Context): boolean
  toInbound(said: { conversation: string; text: string; sender?: string | undefined; id?: string | undefined }): Inbound
}

/** Tap-happy fingers pass, scripts do not. */
const defaultPace: Limit = { burst: 10, everyMs: 3000 }
const addressShare = 4

export function createSite(options: SiteOptions): Site {
  const { trustProxy = false, pace = defaultPace, leaveTo = 'https://www.baidu.com/', now = () => new Date() } = options
  const bells = createBells()
  const perConversation = createPace(pace)
  const perAddress = createPace({ burst: pace.burst * addressShare, everyMs: pace.everyMs / addressShare })
  let desk: Desk | undefined
  let closed = false

  return {
    ledger: options, bells, unfinished: new Map(), leaveTo, ask: options.ask, report: options.report ?? console.error,
    desk() {
      if (!desk) throw new Refused(503, '助手正在启动，请过一会儿再试。', { 'Retry-After': '3' })
      return desk
    },
    state: () => (closed ? 'closed' : desk ? 'open' : 'starting'),
    open(to) {
      desk = to
    },
    close() {
      closed = true
      bells.ringAll()
    },
    pace(c, conversation) {
      const wait = conversation === undefined ? perAddress.take(neighbourhood(senderAddress(c, trustProxy))) : perConversation.take(conversation)
      if (wait > 0) throw new Refused(429, `发得太快了，请等 ${wait} 秒再发。`, { 'Retry-After': String(wait) })
    },
    secure: (c) => new URL(c.req.url).protocol === 'https:' || (trustProxy && c.req.header('x-forwarded-proto') === 'https'),
    toInbound: ({ conversation, text, sender = conversation, id = randomUUID() }) => ({
      id: inboundId(conversation, id), from: addressOf(conversation), sender, text, at: now(), place: 'direct', addressed: true,
    }),
  }
}

/** Whom the connection comes from; with a proxy of our own, whom that proxy saw. */
function senderAddress(c: Context, trustProxy: boolean): string {
  const forwarded = trustProxy ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  if (forwarded) return forwarded
  // Without a server, as in app.request(), there is no connection.
  return c.env && 'incoming' in (c.env as object) ? (getConnInfo(c).remote.address ?? 'unknown') : 'unknown'
}
