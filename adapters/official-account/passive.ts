/** A call that is kept waiting for words. */
export type Waiting = {
  /** Resolves once the message is noted; rejects when it could not be. */
  readonly noted: Promise<void>
  /** What to answer the call with; empty when it was said another way. */
  readonly words: Promise<string>
  /** To be told whether the answer left the house. */
  settled(left: boolean): void
}

type Slot = Waiting & { readonly born: number; say(text: string): void; readonly left: Promise<boolean>; calls: number; timer?: NodeJS.Timeout }

const rememberedMs = 60_000

/**
 * Keeps the platform's call open while the answer is made, so that it goes back as the answer to the call.
 * A call repeated meanwhile, or a little later, is told the same. Whoever's answer takes longer is told
 * `later`, and the answer goes the other way.
 */
export function createPassiveReplies({ waitMs, later, now = () => Date.now() }: { waitMs: number; later(): string; now?: () => number }) {
  const calls = new Map<string, Slot>()
  const waiting = new Map<string, Slot[]>()

  function forgetOld(): void {
    for (const [id, { born }] of calls) if (now() - born > rememberedMs) calls.delete(id)
  }

  function leave(conversation: string, slot: Slot): void {
    const rest = (waiting.get(conversation) ?? []).filter((other) => other !== slot)
    if (rest.length > 0) waiting.set(conversation, rest)
    else waiting.delete(conversation)
    clearTimeout(slot.timer)
  }

  /** Off the list first, so that no answer is given to a call that has been answered. */
  function end(conversation: string, slot: Slot, text: string): void {
    leave(conversation, slot)
    slot.say(text)
  }

  return {
    /** Begins to wait for words to a conversation; `note` is run for the first call of an id only. */
    take(id: string, conversation: string, note: () => Promise<void>): Waiting {
      forgetOld()
      const known = calls.get(id)
      if (known) {
        known.calls++
        return known
      }
      const words = defer<string>()
      const left = defer<boolean>()
      const slot: Slot = {
        born: now(), calls: 1, noted: note(), words: words.promise, say: words.resolve, left: left.promise,
        // One that got through is enough; the words are lost only when every call is gone.
        settled: (gone) => void ((gone || --slot.calls === 0) && left.resolve(gone)),
      }
      calls.set(id, slot)
      waiting.set(conversation, [...(waiting.get(conversation) ?? []), slot])
      slot.timer = setTimeout(() => end(conversation, slot, later()), waitMs)
      slot.noted.catch(() => {
        calls.delete(id)
        end(conversation, slot, '')
      })
      // What did not get through goes the other way; then a repeat of the call must not say it again.
      void slot.left.then((gone) => {
        if (!gone && calls.get(id) === slot) calls.set(id, { ...slot, words: Promise.resolve('') })
      })
      return slot
    },

    /** Whether a call waits for words to a conversation. */
    awaits: (conversation: string): boolean => waiting.has(conversation),

    /** Answers the oldest call that waits in a conversation. False when there is none, or its caller is gone. */
    async offer(conversation: string, text: string): Promise<boolean> {
      const slot = waiting.get(conversation)?.[0]
      if (!slot) return false
      end(conversation, slot, text)
      return slot.left
    },

    /** Lets nobody wait any longer. */
    release(): void {
      for (const [conversation, slots] of [...waiting]) for (const slot of slots) end(conversation, slot, later())
    },
  }
}

function defer<T>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((done) => void (resolve = done))
  return { promise, resolve }
}
