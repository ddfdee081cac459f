import { setTimeout as sleep } from 'node:timers/promises'
import type { BaseMessage, EventMessage, WSClient, WsFrame } from '@wecom/aibot-node-sdk'
import { ChannelLost, DeliveryFailed } from '../src/domain/errors.ts'
import type { Channel, Desk, Outbound } from '../src/domain/message.ts'
import { createPieces, cut } from './cut.ts'
import { createPreviews } from './preview.ts'
import { isTooOld, isTurnedAway, toDeliveryFailed } from './wecom/failure.ts'
import { createGroupWebhook, type Clock } from './wecom/group-webhook.ts'
import { addressOf, toInbound, toVote } from './wecom/said.ts'

export type WecomOptions = {
  /** An 智能机器人 in API mode by 长连接; `wsUrl` is for tests and for WeCom on one's own servers. */
  readonly bot?: { readonly id: string; readonly secret: string; readonly name?: string; readonly wsUrl?: string }
  /** A group's webhook, written to as the conversation `webhook`. */
  readonly groupWebhook?: string
  report?(problem: string): void
  /** Stands under an answer that cannot carry WeCom's own 准确/不准确. */
  readonly howToVote?: string
  now?(): Date
  /** How long the start waits to be signed in before it lets the others begin. */
  readonly firstTryMs?: number
  /** The first wait before a connection is tried again; it doubles up to half a minute. */
  readonly reconnectMs?: number
  readonly clock?: Clock
}

/** The conversation whose messages go by the group webhook. */
export const webhookConversation = 'webhook'

/** In bytes WeCom takes 20480; a character has three at most. */
const longestText = 6000
const mostCalls = 500
const firstWaitMs = 1000
const longestWaitMs = 30_000
/** WeCom bears 30 messages a minute in a conversation, the pieces of a stream counted. */
const previewEveryMs = 2000
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * WeCom (企业微信): one bot over Tencent's own connection, which needs no public address, and one group's
 * webhook to write to. WeCom brings no message twice: what comes while the connection is away is lost, and
 * what could not be noted is kept here until it is.
 */
export function wecomChannel(options: WecomOptions): Channel {
  const { bot, report = () => {}, now = () => new Date(), firstTryMs = 10_000, reconnectMs = 1000, howToVote = '答得有用没用，回「有用」或「没用」告诉我。' } = options
  const webhook = options.groupWebhook === undefined ? undefined : createGroupWebhook({ url: options.groupWebhook, report, clock: options.clock })
  const stopping = new AbortController()
  const sendPieces = createPieces(longestText)
  /** Calls that may be answered directly, by the id of their message; they die with the connection. */
  const calls = new Map<string, WsFrame<BaseMessage>>()
  /** Messages whose first piece carries 准确/不准确. */
  const votable = new Set<string>()
  let client: WSClient | undefined
  let started = false
  let coming: Promise<void> = Promise.resolve()

  async function take(desk: Desk, frame: WsFrame<BaseMessage>): Promise<void> {
    const inbound = frame.body && toInbound(frame.body, bot?.name, now())
    if (!inbound) return
    calls.set(inbound.id, frame)
    for (const old of [...calls.keys()].slice(0, -mostCalls)) calls.delete(old)
    for (let failures = 0; !stopping.signal.aborted; failures++) {
      try {
        return await desk.receive(inbound)
      } catch (cause) {
        report(`企业微信消息没记下，稍后再试：${String(cause)}`)
        await sleep(Math.min(firstWaitMs * 2 ** failures, longestWaitMs), undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
    report('停机时还有一条企业微信消息没记下，请翻看群里')
  }

  async function vote(desk: Desk, frame: WsFrame<EventMessage>): Promise<void> {
    const given = frame.body && toVote(frame.body)
    if (given) await desk.vote(given)
  }

  function listen(to: WSClient, desk: Desk): void {
    to.on('message', (frame) => {
      if (stopping.signal.aborted) return
      coming = coming.then(() => take(desk, frame)).catch((cause: unknown) => report(`企业微信消息读不懂：${String(cause)}`))
    })
    to.on('event.feedback_event', (frame) => {
      vote(desk, frame).catch((cause: unknown) => report(`企业微信上的一票没记下：${String(cause)}`))
    })
    to.on('event.disconnected_event', () => desk.lost(new ChannelLost('有另一个程序用同一个 WECOM_BOT_ID 连上了企业微信，我们被断开。请只留一个。')))
    to.on('disconnected', (reason) => {
      calls.clear()
      if (!stopping.signal.aborted) report(`企业微信断开，会自动重连；其间的消息收不到：${reason}`)
    })
    to.on('error', (cause) => {
      if ('code' in cause && cause.code === 'WS_AUTH_FAILURE_EXHAUSTED') desk.lost(refusedBy(cause))
      else report(`企业微信出错：${cause.message}`)
    })
  }

  async function connect({ id: botId, secret, wsUrl }: NonNullable<WecomOptions['bot']>, desk: Desk): Promise<void> {
    const { WSClient } = await import('@wecom/aibot-node-sdk')
    client = new WSClient({ botId, secret, logger: silent, reconnectInterval: reconnectMs, maxReconnectAttempts: -1, ...(wsUrl === undefined ? {} : { wsUrl }) })
    const running = client
    const signedIn = new Promise<void>((resolve, reject) => {
      running.once('authenticated', resolve)
      running.on('error', (cause) => (isTurnedAway(cause) ? reject(refusedBy(cause)) : undefined))
    })
    listen(running, desk)
    running.connect()
    const late = sleep(firstTryMs, 'late', { signal: stopping.signal, ref: false }).catch(() => {})
    const first = await Promise.race([signedIn, late]).catch((cause: unknown) => {
      running.disconnect()
      throw cause
    })
    if (first === 'late') report('连不上企业微信，启动后接着试')
    signedIn.catch(() => {})
  }

  const previews = createPreviews<true>({
    everyMs: previewEveryMs, now: () => now().getTime(),
    wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
    async show({ id, to, replyTo, text, label }, before) {
      const call = calls.get(replyTo)
      if (!client || !call?.body || addressOf(call.body).conversation !== to.conversation) throw new DeliveryFailed('wecom', { retry: false, cause: 'the call is gone' })
      const words = `${cut(text, longestText - 200)[0] ?? ''}……\n（还没写完。${label}）`
      await client.replyStreamNonBlocking(call, streamOf(id), words, false, undefined, before ? undefined : feedbackOf(id)).catch((cause: unknown) => {
        throw toDeliveryFailed(cause)
      })
      return true
    },
  })

  /** Straight back to the message where WeCom still knows the call, with 准确/不准确 under it; else by ourselves, where a vote is given in words. */
  async function sendPiece(running: WSClient, { id, to, replyTo = '', sheet }: Outbound, text: string, { first, last }: { first: boolean; last: boolean }): Promise<void> {
    const call = first ? calls.get(replyTo) : undefined
    // WeCom takes the vote's name with the first words of a stream only.
    const begun = first ? await previews.end(id) : undefined
    try {
      if (call?.body && addressOf(call.body).conversation === to.conversation) {
        // The same stream again, should we have to repeat it, replaces what was shown.
        await running.replyStream(call, streamOf(id), text, true, undefined, begun ? undefined : feedbackOf(id))
        calls.delete(replyTo)
        previews.forget(id)
        if (!last) votable.add(id)
        return
      }
    } catch (cause) {
      if (!isTooOld(cause)) throw cause
      calls.delete(replyTo)
    }
    const asks = last && !votable.delete(id) && sheet?.by === 'assistant' && sheet.kind === 'answer'
    const asked = asks ? `${text}\n${howToVote}` : text
    await running.sendMessage(to.conversation, { msgtype: 'markdown', markdown: { content: asked } })
  }

  return {
    name: 'wecom',
    longestText,

    async start(desk) {
      if (bot) await connect(bot, desk)
      started = true
    },

    async send(message) {
      if (!started || stopping.signal.aborted) throw new DeliveryFailed('wecom', { retry: true, cause: 'not running' })
      if (message.to.conversation === webhookConversation) {
        if (!webhook) throw new DeliveryFailed('wecom', { retry: false, cause: 'WECOM_GROUP_WEBHOOK is not set' })
        return webhook.send(message)
      }
      const running = client
      if (!running) throw new DeliveryFailed('wecom', { retry: false, cause: 'WECOM_BOT_ID is not set' })
      const { mention, text } = message
      const named = mention && !text.startsWith(`@${mention.name}`) ? `@${mention.name} ${text}` : text
      await sendPieces(message.id, named, (piece, place) =>
        sendPiece(running, message, piece, place).catch((cause: unknown) => {
          throw toDeliveryFailed(cause)
        }),
      )
    },

    update: (words) => (started && !stopping.signal.aborted ? previews.update(words) : undefined),

    async stop() {
      if (stopping.signal.aborted) return
      stopping.abort()
      client?.disconnect()
      await coming
      await webhook?.stop()
    },
  }
}

/** The same answer is the same stream, however often it is begun. */
function streamOf(id: string): string {
  return id.replace(/[^\w-]/g, '-')
}

function feedbackOf(id: string): { id: string } | undefined {
  return Buffer.byteLength(id) <= 256 ? { id } : undefined
}

function refusedBy(cause: Error): ChannelLost {
  return new ChannelLost(`企业微信不认这个机器人：${cause.message}\n请检查 WECOM_BOT_ID、WECOM_BOT_SECRET（智能机器人 → API 模式 → 长连接）。`, { cause })
}
