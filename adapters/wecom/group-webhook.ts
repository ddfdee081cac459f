import { setTimeout as sleep } from 'node:timers/promises'
import { DeliveryFailed } from '../../src/domain/errors.ts'
import type { Outbound } from '../../src/domain/message.ts'
import { createPieces } from '../cut.ts'
import { toDeliveryFailed } from './failure.ts'

/** Time, so that a test need not wait. */
export type Clock = { now(): number; wait(ms: number, signal: AbortSignal): Promise<void> }

const clock: Clock = { now: () => Date.now(), wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}) }

/** WeCom takes 20 a minute and is deaf for ten minutes after a 21st. */
const perMinute = 20
const minute = 60_000
/** In bytes WeCom takes 2048 of plain text; a character has three at most. */
const longestText = 650
/** The address of the webhook was taken away or is wrong. */
const unknownKey = 93000

/** Writes into one WeCom group by its webhook (群机器人). Nothing comes back by this road. */
export function createGroupWebhook({ url, report, callMs = 10_000, clock: { now, wait } = clock }: { url: string; report(problem: string): void; callMs?: number; clock?: Clock | undefined }) {
  const stopping = new AbortController()
  const sendPieces = createPieces(longestText)
  let sent: number[] = []
  let line: Promise<unknown> = Promise.resolve()

  /** One after the other, and never more than WeCom takes. */
  async function pace(): Promise<void> {
    sent = sent.filter((at) => now() - at < minute)
    const [oldest] = sent
    if (oldest !== undefined && sent.length >= perMinute) await wait(oldest + minute - now(), stopping.signal)
    if (stopping.signal.aborted) throw new DeliveryFailed('wecom', { retry: true, cause: 'stopping' })
    sent = [...sent, now()]
  }

  async function post(content: string, mention: string | undefined): Promise<void> {
    await pace()
    const body = { msgtype: 'text', text: { content, ...(mention === undefined ? {} : { mentioned_list: [mention] }) } }
    const told = await ask(url, body, callMs)
    if (told.errcode === 0) return
    if (told.errcode !== unknownKey) throw toDeliveryFailed(told)
    report('WECOM_GROUP_WEBHOOK 已失效（机器人被移出群，或网址抄错），请到群里重新添加机器人')
    throw new DeliveryFailed('wecom', { retry: true, cause: 'WeCom does not know the webhook', waitMs: 10 * minute })
  }

  return {
    send({ id, text, mention }: Outbound): Promise<void> {
      const turn = line.then(() => sendPieces(id, text, (piece, { first }) => post(piece, first ? mention?.id : undefined)))
      line = turn.catch(() => {})
      return turn
    },
    async stop(): Promise<void> {
      stopping.abort()
      await line
    },
  }
}

async function ask(url: string, body: object, callMs: number): Promise<{ errcode?: number; errmsg?: string }> {
  try {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal: AbortSignal.timeout(callMs) })
    return (await response.json()) as { errcode?: number }
  } catch (cause) {
    throw new DeliveryFailed('wecom', { retry: true, cause })
  }
}
