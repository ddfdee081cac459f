import { DeliveryFailed } from '../src/domain/errors.ts'
import type { Channel, Desk } from '../src/domain/message.ts'
import { createPieces } from './cut.ts'
import type { Dialect } from './official-account/dialect.ts'
import { createDoor, type Answer, type Door, type Resident } from './official-account/door.ts'
import { createPassiveReplies } from './official-account/passive.ts'
import { wechatDialect, type WechatOptions } from './official-account/wechat.ts'
import { weiboDialect, type WeiboOptions } from './official-account/weibo.ts'

export type OfficialAccountsOptions = {
  readonly port: number
  readonly host: string
  /** Served at `/wechat`. */
  readonly wechat?: Omit<WechatOptions, 'report' | 'now'>
  /** Served at `/weibo`. */
  readonly weibo?: Omit<WeiboOptions, 'report'>
  /** Told what an operator should know of. */
  report?(problem: string): void
  now?(): Date
  /** How long a call is kept open for its answer; the platforms hang up after five seconds. */
  readonly waitMs?: number
  /** What a call is told when the answer takes longer. */
  readonly later?: string
  /** The same, where the account can say something only when it is called. */
  readonly askAgain?: string
  /** Stands over words that the platform did not let through when they were due. */
  readonly belated?: string
}

export type OfficialAccounts = { readonly channels: readonly Channel[]; /** Where the platforms call. */ url(): string }

/**
 * A WeChat Official Account and a Weibo fans service behind one port. An answer made in time goes back as
 * the answer to the platform's call; a later one, an adviser's and the rest of a long one go by the
 * customer-service message, which WeChat allows for 48 hours after the resident last spoke, and only to
 * accounts that have the right to it.
 */
export function officialAccounts(options: OfficialAccountsOptions): OfficialAccounts {
  const { report = () => {}, now = () => new Date() } = options
  const door = createDoor({ port: options.port, host: options.host, report })
  const dialects = [
    ...(options.wechat ? [wechatDialect({ ...options.wechat, report, now })] : []),
    ...(options.weibo ? [weiboDialect({ ...options.weibo, report })] : []),
  ]
  return { channels: dialects.map((dialect) => calledChannel(dialect, { door, report, now, ...options })), url: door.url }
}

type CalledOptions = Pick<OfficialAccountsOptions, 'waitMs' | 'later' | 'askAgain' | 'belated'> & { readonly door: Door; report(problem: string): void; now(): Date }

/** A platform that calls us and hears the answer on the same call, if it comes in time. */
function calledChannel(dialect: Dialect, options: CalledOptions): Channel {
  const { door, report, now, waitMs = 4500, later = '收到，稍后回复您。' } = options
  const { askAgain = '收到，还在查。请过一会儿再发一个字，我把答复给您。', belated = '（这是给您前面那句的答复，当时没能发出去。您刚说的我也收到了，接着就回；没看到回复，就再发一个字。）' } = options
  const { name, longestText } = dialect
  const passive = createPassiveReplies({ waitMs, later: () => (dialect.onlyWhenCalled?.() ? askAgain : later) })
  const sendPieces = createPieces(longestText)
  const nothing = { body: dialect.done, type: 'text/plain; charset=utf-8' }
  /** Messages that the platform did not let through, nothing of which was shown; and whether they are explained. */
  const heldBack = new Map<string, 'plain' | 'explained'>()
  let desk: Desk | undefined
  let stopped = false

  async function answer(query: Readonly<Record<string, string>>, body: string): Promise<Answer> {
    if (!desk || stopped) return { status: 503, letter: { ...nothing, body: '' } }
    const to = desk
    const came = dialect.read(query, body, now())
    if (came === 'forged') return { status: 403, letter: { ...nothing, body: '' } }
    if (came === 'unreadable') {
      report(`${name} 来了一条读不懂的消息（开了安全模式要设 AES_KEY），跳过`)
      return { status: 400, letter: { ...nothing, body: '' } }
    }
    if (came.kind === 'nothing') return { status: 200, letter: nothing }

    const waiting = passive.take(came.message.id, came.message.from.conversation, () => to.receive(came.message))
    try {
      await waiting.noted
    } catch (cause) {
      waiting.settled(false)
      throw cause
    }
    const words = await waiting.words
    return { status: 200, letter: words === '' ? nothing : came.wrap(words), settled: waiting.settled }
  }

  const resident: Resident = { dialect, answer }

  return {
    name,
    longestText,

    async start(to) {
      await dialect.check()
      desk = to
      await door.enter(resident)
    },

    async send({ id, to, text }) {
      if (!desk || stopped) throw new DeliveryFailed(name, { retry: true, cause: 'not running' })
      if (heldBack.has(id) && passive.awaits(to.conversation)) heldBack.set(id, 'explained')
      await sendPieces(id, heldBack.get(id) === 'explained' ? `${belated}\n${text}` : text, async (piece, { first }) => {
        if (await passive.offer(to.conversation, piece)) return
        await dialect.send(to.conversation, piece).catch((cause: unknown) => {
          if (first && cause instanceof DeliveryFailed && cause.heldBack) heldBack.set(id, 'plain')
          throw cause
        })
      })
      heldBack.delete(id)
    },

    async stop() {
      if (stopped) return
      stopped = true
      passive.release()
      await door.exit(resident)
    },
  }
}
