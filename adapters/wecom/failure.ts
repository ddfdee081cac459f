import { DeliveryFailed } from '../../src/domain/errors.ts'

const minute = 60_000
/** Busy, too fast, not signed in just now. What is not here will not be taken later either. */
const passing: Readonly<Record<number, number | undefined>> = { [-1]: undefined, 6000: undefined, 45009: minute, 45033: minute, 130101: minute, 846609: undefined }
/** The call that we would answer is too old, or was made over a connection that is gone. */
const tooOld = new Set([846605, 846608])

/** The code that WeCom gave, or undefined for a failure on the way. */
export function codeOf(cause: unknown): number | undefined {
  const { errcode } = (cause ?? {}) as { errcode?: unknown }
  return typeof errcode === 'number' ? errcode : undefined
}

export function isTooOld(cause: unknown): boolean {
  return tooOld.has(codeOf(cause) ?? 0)
}

/** Whether WeCom turned our bot away for good, as the SDK words it. */
export function isTurnedAway({ message }: Error): boolean {
  const [, code] = /^Authentication failed: .*\(code: (-?\d+)\)/.exec(message) ?? []
  return code !== undefined && !(Number(code) in passing)
}

/** A failure on the way may pass: nobody said no. */
export function toDeliveryFailed(cause: unknown): DeliveryFailed {
  const code = codeOf(cause)
  if (code === undefined) return new DeliveryFailed('wecom', { retry: true, cause })
  const waitMs = passing[code]
  const { errmsg = '' } = cause as { errmsg?: string }
  return new DeliveryFailed('wecom', { retry: code in passing, cause: `WeCom ${code} ${errmsg}`, ...(waitMs === undefined ? {} : { waitMs }) })
}
