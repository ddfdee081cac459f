import { createHash, timingSafeEqual } from 'node:crypto'

/** The platforms' seal: SHA-1 over the parts in alphabetical order, one of which only they and we know. */
export function sign(...parts: readonly string[]): string {
  return createHash('sha1').update([...parts].sort().join('')).digest('hex')
}

/** Whether a seal is the right one; takes the same time for any wrong one. */
export function isSigned(given: string | undefined, ...parts: readonly (string | undefined)[]): boolean {
  if (given === undefined || parts.some((part) => part === undefined)) return false
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given.toLowerCase()), digest(sign(...(parts as string[]))))
}
