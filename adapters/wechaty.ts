import type { Message, Wechaty, WechatyOptions } from 'wechaty'
import { ChannelLost, DeliveryFailed } from '../src/domain/errors.ts'
import type { Channel, Desk, Inbound } from '../src/domain/message.ts'
import { createPieces } from './cut.ts'
import { keepConnected, watchAccount } from './wechaty/account.ts'
import { keepDoor } from './wechaty/door.ts'
import { observe } from './wechaty/observe.ts'
import { clock as realClock, createPace, type Clock } from './wechaty/pace.ts'
import { readConversation, toInbound } from './wechaty/said.ts'

export type WechatyChannelOptions = {
  /** An npm name such as `wechaty-puppet-service`, or a puppet at hand. */
  readonly puppet: string | NonNullable<WechatyOptions['puppet']>
  readonly token?: string
  readonly endpoint?: string
  /** Where the sign-in is kept over restarts: a path, to which Wechaty adds `.memory-card.json`. */
  readonly memory?: string
  /** Whether everybody may be our friend; yes unless said. */
  readonly acceptFriends?: boolean
  /** Whether an account is an adviser's or an admin's: only they bring us into groups. */
  trusts?(id: string): boolean
  /** Tells the admins, by other ways, that somebody must act. */
  tell?(text: string): void
  /** For the log. */
  report?(problem: string): void
  /** Shows the sign-in code; the terminal unless told otherwise. */
  show?(code: string): void
  readonly clock?: Clock
  /** How often to see whether the connection was given up. */
  readonly keepEveryMs?: number
}

const longestText = 1800
const signedOutWaitMs = 15_000
const firstWaitMs = 1000
const longestWaitMs = 30_000

/**
 * WeChat by a personal account, through any Wechaty puppet. A personal account may be restricted or signed
 * out at any time, and what is said meanwhile never reaches us: WeChat and the gateways bring nothing
 * twice. After a restart of a gateway Wechaty needs about a minute. So this is never the only channel.
 */
export function wechatyChannel(options: WechatyChannelOptions): Channel {
  const { tell = () => {}, report = () => {}, show = (code: string) => void process.stderr.write(code), clock = realClock } = options
  const stopping = new AbortController()
  const pace = createPace(clock, stopping.signal)
  const sendPieces = createPieces(longestText)
  let bot: Wechaty | undefined
  let release = () => {}
  let coming: Promise<void> = Promise.resolve()

  /** Nobody brings a message again, so we keep it and try until it is noted. */
  async function handOver(desk: Desk, inbound: Inbound): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; failures++) {
      try {
        return await desk.receive(inbound)
      } catch (cause) {
        report(`微信消息没记下，稍后再试：${String(cause)}`)
        await clock.wait(Math.min(firstWaitMs * 2 ** failures, longestWaitMs), stopping.signal)
      }
    }
    report('停机时还有一条微信消息没记下，请翻看群里')
  }

  async function hear(from: Wechaty, desk: Desk, message: Message): Promise<void> {
    const inbound = toInbound(await observe(from, message))
    if (inbound) await handOver(desk, inbound)
  }

  async function sendPiece(conversation: string, text: string, mention: string | undefined): Promise<void> {
    await pace.inTurn(text.length, async () => {
      if (!bot || stopping.signal.aborted) throw new DeliveryFailed('wechat', { retry: true, cause: 'not running' })
      if (!bot.isLoggedIn) throw new DeliveryFailed('wechat', { retry: true, cause: 'signed out', waitMs: signedOutWaitMs })
      const { kind, id } = readConversation(conversation)
      try {
        await bot.puppet.messageSendText(id, text, ...(mention === undefined || kind !== 'room' ? [] : [[mention]]))
      } catch (cause) {
        throw new DeliveryFailed('wechat', { retry: !(await isGone(bot, kind, id)), cause })
      }
    })
  }

  return {
    name: 'wechat',
    longestText,

    async start(desk) {
      const running = await open(options)
      bot = running
      watchAccount(running, { tell, report, show })
      keepDoor(running, {
        acceptFriends: options.acceptFriends ?? true, trusts: options.trusts ?? (() => false), tell, report, now: () => new Date(),
        inTurn: (work) => pace.inTurn(0, work), receive: (hello) => handOver(desk, hello),
      })
      // A handler that throws would end the process; wrapAsync turns that into an `error` event.
      running.on('message', running.wrapAsync(async (message: Message) => {
        coming = coming.then(() => hear(running, desk, message)).catch((cause: unknown) => report(`微信消息读不懂：${String(cause)}`))
        await coming
      }))
      try {
        await running.start()
      } catch (cause) {
        throw new ChannelLost(`微信启动失败：${String(cause)}\n请检查 WECHATY_PUPPET（包装了没有：npm install ${String(options.puppet)}）、WECHATY_TOKEN、WECHATY_ENDPOINT。`, { cause })
      }
      release = keepConnected(running, options.keepEveryMs ?? 15_000, report)
    },

    async send({ id, to, text, mention }) {
      if (!bot) throw new DeliveryFailed('wechat', { retry: true, cause: 'not started' })
      const group = readConversation(to.conversation).kind === 'room'
      const named = group && mention && !text.startsWith(`@${mention.name}`) ? `@${mention.name}\u2005${text}` : text
      await sendPieces(id, named, (piece, { first }) => sendPiece(to.conversation, piece, first ? mention?.id : undefined))
    },

    async stop() {
      if (stopping.signal.aborted) return
      stopping.abort()
      release()
      await coming
      await pace.idle()
      await bot?.stop()
    },
  }
}

/** Wechaty is large and loaded only where it is used. */
async function open({ puppet, token, endpoint, memory }: WechatyChannelOptions): Promise<Wechaty> {
  const { WechatyBuilder } = await import('wechaty')
  const puppetOptions = { ...(token === undefined ? {} : { token }), ...(endpoint === undefined ? {} : { endpoint }) }
  return WechatyBuilder.build({ ...(memory === undefined ? {} : { name: memory }), puppet, puppetOptions } as WechatyOptions)
}

/** A refused message is hopeless only if the account can tell its rooms or friends, and this is none of them. */
async function isGone({ puppet }: Wechaty, kind: 'room' | 'friend', id: string): Promise<boolean> {
  try {
    return !(await (kind === 'room' ? puppet.roomList() : puppet.contactList())).includes(id)
  } catch {
    return false
  }
}
