/** A failure we foresaw. Logs count the `code`; tests match it; the message is for whoever is on call. */
export abstract class ExpectedError extends Error {
  abstract readonly code: string
}

/** The platform did not take a message. `retry` says whether asking again can ever help. */
export class DeliveryFailed extends ExpectedError {
  readonly code = 'delivery-failed'
  readonly retry: boolean
  /** Milliseconds the platform asked us to wait, where it said so. */
  readonly waitMs: number | undefined
  /** The platform takes it once the reader has spoken again, and not before. */
  readonly heldBack: boolean

  constructor(channel: string, { retry, cause, waitMs, heldBack = false }: { retry: boolean; cause: unknown; waitMs?: number; heldBack?: boolean }) {
    super(`${channel} did not take the message; ${retry ? 'will try again' : 'giving up'}: ${String(cause)}`, { cause })
    this.retry = retry
    this.waitMs = waitMs
    this.heldBack = heldBack
  }
}

/** A platform will have no more to do with us; the message says, in Chinese, what an operator can do. */
export class ChannelLost extends ExpectedError {
  readonly code = 'channel-lost'
}

/** Settings that are missing or wrong, all in one message, each with what to do. */
export class BadSettings extends ExpectedError {
  readonly code = 'bad-settings'

  constructor(problems: readonly string[]) {
    super(`设置有误，程序没有启动：\n${problems.map((problem) => `  - ${problem}`).join('\n')}\n各项设置的含义见 .env.example。`)
  }
}
