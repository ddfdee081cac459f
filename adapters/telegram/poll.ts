import { GrammyError, type Api } from 'grammy'
import type { Update } from 'grammy/types'
import { wanted } from './update.ts'
import { waitAfter, whyLost } from './failure.ts'

export type Source = { readonly signal: AbortSignal; wait(ms: number, signal: AbortSignal): Promise<void>; report(problem: string): void }

const pollSeconds = 25

/**
 * Takes updates in order until `signal` is aborted. An update is confirmed to Telegram only once `take`
 * resolved, so neither a stop nor a crash loses one; grammY's own loop confirms at stop what is still being
 * taken. Rejects when going on is pointless: a dead token, or another program polling.
 */
export async function poll(api: Api, take: (update: Update) => Promise<void>, { signal, wait, report }: Source): Promise<void> {
  let next = 0
  let failures = 0
  await persist(() => api.deleteWebhook(undefined, signal as never), { signal, wait, report })
  while (!signal.aborted) {
    try {
      const updates = await api.getUpdates({ offset: next, timeout: pollSeconds, allowed_updates: wanted }, signal as never)
      for (const update of updates) {
        if (signal.aborted) break
        await take(update)
        next = update.update_id + 1
      }
      failures = 0
    } catch (cause) {
      if (signal.aborted) break
      if (cause instanceof GrammyError && whyLost(cause)) throw cause
      report(`收取 Telegram 消息失败，稍后再试：${String(cause)}`)
      await wait(waitAfter(cause, failures++), signal)
    }
  }
  // Spares the next start what was taken; without it the inbox refuses the repeats.
  if (next > 0) await api.getUpdates({ offset: next, limit: 1, timeout: 0 }, AbortSignal.timeout(3000) as never).catch(() => {})
}

/** Repeats a call until Telegram answers it, `signal` ends it, or its answer says that it never will. */
export async function persist<T>(call: () => Promise<T>, { signal, wait, report }: Source): Promise<T | undefined> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      return await call()
    } catch (cause) {
      if (signal.aborted) break
      if (cause instanceof GrammyError && cause.error_code < 500 && cause.error_code !== 429) throw cause
      report(`连不上 Telegram，稍后再试：${String(cause)}`)
      await wait(waitAfter(cause, failures), signal)
    }
  }
  return undefined
}
