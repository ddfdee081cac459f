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
  /** Hears that a decision could not be written, each time it was tried. */
  unwritten?(cause: unknown, message: Inbound): void
  /** Runs something later, and gives what calls it off; tests hand in a clock of their own. */
  later?(run: () => void, ms: number): () => void
}

type Burst = { messages: [Inbound, ...Inbound[]]; callOff: () => void }

const mostTries = 5
const longestBurst = 30
/** A write that fails is tried again after these waits, two minutes in all; what is still not written then is left to `resume`. */
const writeWaitsMs = [500, 1000, 2000, 4000, 8000, 15_000, 30_000, 60_000]

/**
 * The front door. `receive` resolves once the message is safely noted; one person's messages in one
 * conversation are served one at a time and in order, different people's side by side. A burst of messages
 * is noted one by one and served as one once its writer falls silent. A decision that could not be written is
 * written again, not decided again; it is in the ledger once, for the ledger takes no second one.
 */
export function createReception<T>(ports: ReceptionPorts<T>) {
  const { gatherMs = () => 0, later = afterTimeout, unwritten = ports.report } = ports
  const turns = new Map<string, Promise<void>>()
  const bursts = new Map<string, Burst>()
  /** What is being noted, gathered or served; nothing of it is to be taken up twice. */
  const inHand = new Set<string>()
  const wake = new Set<() => void>()
  let closing = false

  async function serve(messages: readonly [Inbound, ...Inbound[]]): Promise<void> {
    const message = combine(messages)
    const gathered = messages.slice(0, -1)
    for (let tries = 1; ; tries++) {
      const outcome = await ports.consult(message).catch((cause: unknown) => {
        ports.report(cause, message)
        return ports.broken(message, cause)
      })
      if ((await write(message, outcome, gathered)) !== 'stale' || tries === mostTries) break
    }
    await ports.dispatch()
  }

  async function write(message: Inbound, outcome: T, gathered: readonly Inbound[]): Promise<'stale' | void> {
    for (const wait of [...writeWaitsMs, undefined]) {
      try {
        return await ports.record(message, outcome, gathered)
      } catch (cause) {
        if (wait === undefined || closing) throw cause
        unwritten(cause, message)
        await pause(wait)
      }
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const callOff = later(done, ms)
      function done(): void {
        callOff()
        wake.delete(done)
        resolve()
      }
      wake.add(done)
    })
  }

  function queue(key: string, messages: readonly [Inbound, ...Inbound[]]): void {
    const turn = (turns.get(key) ?? Promise.resolve())
      .then(() => serve(messages))
      .catch((cause: unknown) => unwritten(cause, messages[0]))
      .finally(() => {
        for (const message of messages) inHand.delete(nameOf(message))
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
      const name = nameOf(message)
      const known = inHand.has(name)
      inHand.add(name)
      const accepted = await ports.accept(message).catch((cause: unknown) => {
        if (!known) inHand.delete(name)
        throw cause
      })
      if (accepted === 'new') take(message)
      else if (!known) inHand.delete(name)
    },
    /** Takes up what was accepted and not decided, oldest first: what an earlier run left, or a ledger that refused for long. */
    resume(messages: readonly Inbound[]): void {
      for (const message of messages) {
        if (inHand.has(nameOf(message))) continue
        inHand.add(nameOf(message))
        take(message)
      }
    },
    /** From now on a write that fails is left to the next run. */
    close(): void {
      closing = true
      for (const done of [...wake]) done()
    },
    /** Serves what is being gathered, and resolves when nothing is being served. */
    async idle(): Promise<void> {
      for (const key of [...bursts.keys()]) flush(key)
      while (turns.size > 0) await Promise.all(turns.values())
    },
  }
}

function nameOf({ from, id }: Inbound): string {
  return `${from.channel}:${id}`
}

function afterTimeout(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}
