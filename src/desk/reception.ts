import type { Inbound } from '../domain/message.ts'
import { combine } from './gather.ts'

export type ReceptionPorts<T> = {
  /** Notes the message for good; says whether it had been noted before. */
  accept(message: Inbound): Promise<'new' | 'repeat'>
  /** How long to wait for the rest of a burst, in milliseconds; 0 serves what was gathered at once. */
  gatherMs?(message: Inbound): number
  /** Decides; reads only. */
  consult(message: Inbound): Promise<T>
  /** The outcome when deciding failed: a ticket and an apology. */
  broken(message: Inbound, cause: unknown): T
  /** Writes the decision once, in one transaction; `stale` when what it was decided on has changed meanwhile. */
  record(message: Inbound, outcome: T, gathered: readonly Inbound[]): Promise<'stale' | void>
  dispatch(): Promise<void>
  report(cause: unknown, message: Inbound): void
  /** Runs something later, and gives what calls it off; tests hand in a clock of their own. */
  later?(run: () => void, ms: number): () => void
}

type Burst = { messages: [Inbound, ...Inbound[]]; callOff: () => void }

const mostTries = 5
const longestBurst = 30

/**
 * The front door. `receive` resolves once the message is safely noted; one person's messages in one
 * conversation are served one at a time and in order, different people's side by side. A burst of messages
 * is noted one by one and served as one once its writer falls silent.
 */
export function createReception<T>(ports: ReceptionPorts<T>) {
  const { gatherMs = () => 0, later = afterTimeout } = ports
  const turns = new Map<string, Promise<void>>()
  const bursts = new Map<string, Burst>()

  async function serve(messages: readonly [Inbound, ...Inbound[]]): Promise<void> {
    const message = combine(messages)
    const gathered = messages.slice(0, -1)
    for (let tries = 1; ; tries++) {
      const outcome = await ports.consult(message).catch((cause: unknown) => {
        ports.report(cause, message)
        return ports.broken(message, cause)
      })
      if ((await ports.record(message, outcome, gathered)) !== 'stale' || tries === mostTries) break
    }
    await ports.dispatch()
  }

  function queue(key: string, messages: readonly [Inbound, ...Inbound[]]): void {
    const turn = (turns.get(key) ?? Promise.resolve())
      .then(() => serve(messages))
      .catch((cause: unknown) => ports.report(cause, messages[0]))
      .finally(() => {
        if (turns.get(key) === turn) turns.delete(key)
      })
    turns.set(key, turn)
  }

  function flush(key: string): void {
    const burst = bursts.get(key)
    if (!burst) return
    burst.callOff()
    bursts.delete(key)
    queue(key, burst.messages)
  }

  function take(message: Inbound): void {
    const key = `${message.from.channel}:${message.from.conversation}:${message.sender}`
    const burst = bursts.get(key)
    burst?.callOff()
    const messages: [Inbound, ...Inbound[]] = burst ? [...burst.messages, message] : [message]
    const wait = messages.length < longestBurst ? gatherMs(message) : 0
    bursts.set(key, { messages, callOff: wait > 0 ? later(() => flush(key), wait) : () => {} })
    if (wait <= 0) flush(key)
  }

  return {
    async receive(message: Inbound): Promise<void> {
      if ((await ports.accept(message)) === 'new') take(message)
    },
    /** Takes up what an earlier run accepted and did not decide, oldest first. */
    resume(messages: readonly Inbound[]): void {
      for (const message of messages) take(message)
    },
    /** Serves what is being gathered, and resolves when nothing is being served. */
    async idle(): Promise<void> {
      for (const key of [...bursts.keys()]) flush(key)
      while (turns.size > 0) await Promise.all(turns.values())
    },
  }
}

function afterTimeout(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}
