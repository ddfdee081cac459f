import { GrammyError } from 'grammy'
import { DeliveryFailed } from '../../src/domain/errors.ts'

const firstWaitMs = 1000
const longestWaitMs = 30_000

/** How long to wait before asking again: what Telegram says, else ever longer. */
export function waitAfter(cause: unknown, failures: number): number {
  const seconds = cause instanceof GrammyError ? cause.parameters.retry_after : undefined
  return seconds === undefined ? Math.min(firstWaitMs * 2 ** failures, longestWaitMs) : seconds * 1000
}

/** Why Telegram will have no more to do with us, and what to do; undefined for what may pass. */
export function whyLost(cause: unknown): string | undefined {
  if (!(cause instanceof GrammyError)) return undefined
  if (cause.error_code === 401 || cause.error_code === 404) return 'Telegram 不认 TELEGRAM_BOT_TOKEN（已作废或抄错）。请向 @BotFather 要新的，改好设置再启动。'
  if (cause.error_code !== 409) return undefined
  return /webhook/i.test(cause.description)
    ? '有别的程序给这个 Telegram 机器人设了 webhook，我们收不到消息。请停掉那个程序，或另建一个机器人。'
    : '有另一个程序在用同一个 TELEGRAM_BOT_TOKEN 收消息。请只留一个，或改用 webhook（TELEGRAM_WEBHOOK_URL）。'
}

/** An edit that would change nothing: the words stand there already. */
export function isUnchanged(cause: unknown): boolean {
  return cause instanceof GrammyError && /message is not modified/i.test(cause.description)
}

/** A message that cannot be edited any more: somebody deleted it, or the chat moved. */
export function isGone(cause: unknown): boolean {
  return cause instanceof GrammyError && (/message (?:to edit not found|can't be edited)|MESSAGE_ID_INVALID/i.test(cause.description) || cause.parameters.migrate_to_chat_id !== undefined)
}

/**
 * A refused message as the desk understands it. A dead token is no reason to give the message up: it goes
 * out once the operator has put a new one.
 */
export function toDeliveryFailed(cause: unknown): DeliveryFailed {
  const code = cause instanceof GrammyError ? cause.error_code : 500
  const retry = code >= 500 || code === 429 || code === 401 || code === 404
  const seconds = cause instanceof GrammyError ? cause.parameters.retry_after : undefined
  return new DeliveryFailed('telegram', { retry, cause, ...(seconds === undefined ? {} : { waitMs: seconds * 1000 }) })
}
