import { setTimeout as sleep } from 'node:timers/promises'

/** Time and chance, so that a test need not wait. */
export type Clock = { wait(ms: number, signal: AbortSignal): Promise<void>; random(): number }

export const clock: Clock = {
  wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
  random: Math.random,
}

const thinkMs = 1000
const perCharacterMs = 25
const longestTypedMs = 4000

/** How long a person would take over a message: longer for more words, never twice the same. */
export function typingMs(length: number, random: number): number {
  return Math.round((thinkMs + Math.min(length * perCharacterMs, longestTypedMs)) * (0.7 + 0.6 * random))
}

/**
 * One line for the whole account: a message is typed, then sent, then the next one begins. An account that
 * says three things in one second is soon restricted.
 */
export function createPace({ wait, random }: Clock, signal: AbortSignal) {
  let line: Promise<unknown> = Promise.resolve()

  return {
    inTurn<T>(length: number, send: () => Promise<T>): Promise<T> {
      const turn = line.then(async () => {
        if (!signal.aborted) await wait(typingMs(length, random()), signal)
        return send()
      })
      line = turn.catch(() => {})
      return turn
    },
    idle: () => line,
  }
}
