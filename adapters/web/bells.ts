/** One listener's bell; a ring that nobody waited for yet is remembered. */
export type Bell = {
  /** Resolves at the next ring, at once if one is remembered, after `ms` at the latest. */
  wait(ms: number): Promise<void>
  ring(): void
  stop(): void
}

/** Who listens to which conversation. Nothing is carried here but the news that there is something to read. */
export function createBells(limits: { perConversation: number; total: number } = { perConversation: 10, total: 2000 }) {
  const hung = new Map<string, Set<Bell>>()
  let total = 0

  return {
    /** Undefined when there are as many listeners as we can serve. */
    hang(conversation: string): Bell | undefined {
      const bells = hung.get(conversation) ?? new Set()
      if (bells.size >= limits.perConversation || total >= limits.total) return undefined
      const bell = createBell(() => {
        if (!bells.delete(bell)) return
        total--
        if (bells.size === 0) hung.delete(conversation)
      })
      bells.add(bell)
      hung.set(conversation, bells)
      total++
      return bell
    },
    ring(conversation: string): void {
      for (const bell of hung.get(conversation) ?? []) bell.ring()
    },
    ringAll(): void {
      for (const bells of hung.values()) for (const bell of bells) bell.ring()
    },
    get listeners(): number {
      return total
    },
  }
}

export type Bells = ReturnType<typeof createBells>

function createBell(stop: () => void): Bell {
  let rung = false
  let wake: (() => void) | undefined
  return {
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      rung = false
      wake = undefined
    },
    ring() {
      rung = true
      wake?.()
    },
    stop,
  }
}
