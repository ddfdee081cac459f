import { DeliveryFailed } from '../domain/errors.ts'
import type { Channel, ChannelName, Outbound } from '../domain/message.ts'

/** What is due to be sent, and what became of it. */
export type Outbox = {
  /** The oldest unsent message of every conversation whose time has come. */
  due(now: Date): Promise<Outbound[]>
  /** Noted before the platform is asked, so that a crash in between is known to be one. */
  /** False when the message is not to be sent any more. */
  sending(id: string): Promise<boolean | void>
  sent(id: string): Promise<void>
  /** `again` is when to try next; without it the message is given up. */
  failed(id: string, problem: string, again?: Date | 'when-they-speak'): Promise<void>
  attempts(id: string): Promise<number>
}

const firstWaitMs = 1000
const longestWaitMs = 15 * 60_000

/** How long a channel's next message waits for the one before it, which may hang. */
const patienceMs = 1000

/**
 * Sends what is due, each conversation in order. A crash between the platform's yes and our note repeats
 * a message once; it never loses one. A channel begins one message at a time, so that a crash finds one in
 * that gap, not one of every conversation; a platform that hangs holds the others up for a second, no more.
 */
export function createDispatch(channels: ReadonlyMap<ChannelName, Channel>, outbox: Outbox, options: { now(): Date; report(problem: unknown): void; /** Hears of a message that its reader does not get for now, or ever. */ undelivered?(message: Outbound, how: 'held' | 'given-up'): void }) {
  const inFlight = new Map<string, Promise<void>>()

  const lanes = new Map<ChannelName, Promise<void>>()

  /** Runs `work` when the channel's last message is done with, or has taken too long. */
  async function inTurn(name: ChannelName, work: () => Promise<void>): Promise<void> {
    const before = lanes.get(name) ?? Promise.resolve()
    let leave = () => {}
    lanes.set(name, new Promise((resolve) => (leave = resolve)))
    await before
    const patience = setTimeout(leave, patienceMs)
    await work().finally(() => {
      clearTimeout(patience)
      leave()
    })
  }

  async function send(message: Outbound): Promise<void> {
    try {
      const channel = channels.get(message.to.channel)
      if (!channel) throw new DeliveryFailed(message.to.channel, { retry: true, cause: 'channel is not running here' })
      if ((await outbox.sending(message.id)) === false) return
      await channel.send(message)
      await outbox.sent(message.id)
    } catch (cause) {
      options.report(cause)
      const retry = !(cause instanceof DeliveryFailed) || cause.retry
      if (cause instanceof DeliveryFailed && cause.heldBack) {
        await outbox.failed(message.id, String(cause), 'when-they-speak')
        return options.undelivered?.(message, 'held')
      }
      const attempts = await outbox.attempts(message.id)
      const asked = cause instanceof DeliveryFailed ? cause.waitMs : undefined
      const waitMs = asked ?? Math.min(firstWaitMs * 2 ** Math.max(0, attempts - 1), longestWaitMs)
      await outbox.failed(message.id, String(cause), retry ? new Date(options.now().getTime() + waitMs) : undefined)
      if (!retry) options.undelivered?.(message, 'given-up')
    }
  }

  async function dispatch(): Promise<void> {
    for (const message of await outbox.due(options.now())) {
      if (inFlight.has(message.id)) continue
      const sending = inTurn(message.to.channel, () => send(message)).finally(() => inFlight.delete(message.id)).then(dispatch).catch(options.report)
      inFlight.set(message.id, sending)
    }
  }

  return {
    /** Starts what is due; a slow conversation keeps no other waiting. */
    dispatch,
    /** Resolves when nothing is being sent and nothing is due now. */
    async idle(): Promise<void> {
      await dispatch()
      while (inFlight.size > 0) await Promise.all(inFlight.values())
    },
  }
}
