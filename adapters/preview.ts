import { DeliveryFailed } from '../src/domain/errors.ts'
import type { Unfinished } from '../src/domain/message.ts'

export type PreviewOptions<Shown> = {
  /** The least time between two showings in one conversation. */
  readonly everyMs: number
  now(): number
  wait(ms: number, signal: AbortSignal): Promise<void>
  /** Shows words in place of `before`; a DeliveryFailed with `waitMs` holds the conversation so long, any other failure ends the preview. */
  show(words: Unfinished, before: Shown | undefined): Promise<Shown>
}

type Preview<Shown> = { next?: Unfinished | undefined; shown?: Shown; running?: Promise<void>; readonly ended: AbortController }

/** Answers that were begun and never sent are forgotten beyond this many. */
const most = 200

/**
 * Shows answers that are still being written, at a pace that a platform bears: of words that come faster
 * only the newest are shown. A preview never holds up or fails the answer itself.
 */
export function createPreviews<Shown>({ everyMs, now, wait, show }: PreviewOptions<Shown>) {
  const previews = new Map<string, Preview<Shown>>()
  /** When a conversation may be written to again. */
  const free = new Map<string, number>()

  async function run(preview: Preview<Shown>): Promise<void> {
    while (preview.next && !preview.ended.signal.aborted) {
      const { conversation } = preview.next.to
      const rest = held(conversation)
      if (rest > 0) await wait(rest, preview.ended.signal)
      if (preview.ended.signal.aborted) return
      const words = preview.next
      preview.next = undefined
      free.set(conversation, now() + everyMs)
      try {
        preview.shown = await show(words, preview.shown)
      } catch (cause) {
        const waitMs = cause instanceof DeliveryFailed ? cause.waitMs : undefined
        if (waitMs === undefined) return preview.ended.abort()
        free.set(conversation, now() + waitMs)
        preview.next ??= words
      }
    }
  }

  function held(conversation: string): number {
    const rest = (free.get(conversation) ?? 0) - now()
    if (rest <= 0) free.delete(conversation)
    return Math.max(0, rest)
  }

  return {
    update(words: Unfinished): void {
      const preview = previews.get(words.id) ?? { ended: new AbortController() }
      previews.set(words.id, preview)
      for (const old of [...previews.keys()].slice(0, -most)) previews.delete(old)
      preview.next = words
      preview.running ??= run(preview).finally(() => delete preview.running)
    },
    /** Ends a preview: resolves, when nothing of it is under way any more, with what it showed last. */
    async end(id: string): Promise<Shown | undefined> {
      const preview = previews.get(id)
      preview?.ended.abort()
      await preview?.running
      return preview?.shown
    },
    /** The answer took the preview's place. */
    forget(id: string): void {
      previews.delete(id)
    },
    /** How long the platform asked a conversation to be left alone, in milliseconds. */
    held,
  }
}
