import type { Inbound } from '../domain/message.ts'

export type ReceptionPorts<T> = {
  /** Notes the message for good; says whether it had been noted before. */
  accept(message: Inbound): Promise<'new' | 'repeat'>
  /** Decides; reads only. */
  consult(message: Inbound): Promise<T>
  /** The outcome when deciding failed: a ticket and an apology. */
  broken(message: Inbound, cause: unknown): T
  /** Writes the decision once, in one transaction. */
  record(message: Inbound, outcome: T): Promise<void>
  dispatch(): Promise<void>
  report(cause: unknown, message: Inbound): void
}

/**
 * The front door. `receive` resolves once the message is safely noted; one person's messages in one
 * conversation are served one at a time and in order, different people's side by side.
 */
export function createReception<T>(ports: ReceptionPorts<T>) {
  const turns = new Map<string, Promise<void>>()

  async function serve(message: Inbound): Promise<void> {
    const outcome = await ports.consult(message).catch((cause: unknown) => {
      ports.report(cause, message)
      return ports.broken(message, cause)
    })
    await ports.record(message, outcome)
    await ports.dispatch()
  }

  function queue(message: Inbound): Promise<void> {
    const key = `${message.from.channel}:${message.from.conversation}:${message.sender}`
    const turn = (turns.get(key) ?? Promise.resolve())
      .then(() => serve(message))
      .catch((cause: unknown) => ports.report(cause, message))
      .finally(() => {
        if (turns.get(key) === turn) turns.delete(key)
      })
    turns.set(key, turn)
    return turn
  }

  return {
    async receive(message: Inbound): Promise<void> {
      if ((await ports.accept(message)) === 'new') void queue(message)
    },
    /** Takes up what an earlier run accepted and did not decide, oldest first. */
    resume(messages: readonly Inbound[]): void {
      for (const message of messages) void queue(message)
    },
    /** Resolves when nothing is being served. */
    async idle(): Promise<void> {
      while (turns.size > 0) await Promise.all(turns.values())
    },
  }
}
