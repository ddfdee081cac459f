import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { Api, GrammyError } from 'grammy'
import type { MessageEntity, Update, UserFromGetMe } from 'grammy/types'
import { ChannelLost, DeliveryFailed } from '../src/domain/errors.ts'
import type { Channel, Desk, Outbound } from '../src/domain/message.ts'
import { createPieces, cut } from './cut.ts'
import { createPreviews } from './preview.ts'
import { readConversation, readReplyTo } from './telegram/address.ts'
import { toKeyboard } from './telegram/buttons.ts'
import { isGone, isUnchanged, toDeliveryFailed, whyLost } from './telegram/failure.ts'
import { persist, poll, type Source } from './telegram/poll.ts'
import { readUpdate, wanted, type Taken } from './telegram/update.ts'
import { close, listen } from './telegram/webhook.ts'

export type TelegramOptions = {
  readonly token: string
  readonly apiRoot?: string
  /** Where Telegram brings updates; without it we fetch them. Without `secret` each start makes a new one. */
  readonly webhook?: { readonly url: string; readonly port: number; readonly host: string; readonly secret?: string }
  /** Told what passes by itself: a lost connection, a busy Telegram. */
  report?(problem: string): void
  readonly now?: () => Date
  /** How long one call may take before we count it as failed. */
  readonly callSeconds?: number
  wait?(ms: number, signal: AbortSignal): Promise<void>
}

const longestText = 4096
const firstTryMs = 10_000
/** Telegram bears about one message or edit a second in a chat. */
const previewEveryMs = 1100
const previewPatienceMs = 3000

/**
 * Telegram, by long polling or by webhook. A token that Telegram refuses fails the start; a Telegram that
 * cannot be reached does not: we go on trying, and the other channels work meanwhile.
 */
export function telegramChannel(options: TelegramOptions): Channel {
  const { now = () => new Date(), report = () => {}, callSeconds = 20 } = options
  const client = { apiRoot: (options.apiRoot ?? 'https://api.telegram.org').replace(/\/+$/, '') }
  const api = new Api(options.token, { ...client, timeoutSeconds: callSeconds })
  const pollApi = new Api(options.token, { ...client, timeoutSeconds: 25 + callSeconds })
  const wait = options.wait ?? ((ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => {}))
  const sendPieces = createPieces(longestText)
  const stopping = new AbortController()
  const source: Source = { signal: stopping.signal, wait, report }
  const secret = options.webhook?.secret ?? randomBytes(24).toString('hex')
  let me: UserFromGetMe | undefined
  let desk: Desk | undefined
  let server: Server | undefined
  let running: Promise<void> | undefined
  let gone = false

  /** Resolves once the update is noted. What cannot be read, or only votes, must not hold up those after it. */
  async function take(update: Update): Promise<void> {
    if (!me || !desk) throw new Error('an update came before the start')
    const taken = read(update, me)
    if (taken.kind === 'message') await desk.receive(taken.message)
    if (taken.kind === 'vote') await desk.vote(taken.vote).catch((cause: unknown) => report(`Telegram 上的一票没记下：${String(cause)}`))
    // Only takes the clock off the button; a press that is too old for it was served all the same.
    if ('press' in taken && taken.press) api.answerCallbackQuery(taken.press, taken.kind === 'vote' ? { text: '已记下，谢谢' } : {}).catch((cause: unknown) => report(String(cause)))
  }

  function read(update: Update, us: UserFromGetMe): Taken {
    try {
      return readUpdate(update, us, now())
    } catch (cause) {
      report(`看不懂 Telegram 的一条更新（${update.update_id}），跳过：${String(cause)}`)
      return { kind: 'nothing' }
    }
  }

  async function connect(): Promise<void> {
    me ??= await persist(() => api.getMe(stopping.signal as never), source)
    if (!me) return
    if (!options.webhook) return poll(pollApi, take, source)
    // One connection at a time keeps a conversation in order.
    const setting = { secret_token: secret, allowed_updates: wanted, max_connections: 1 }
    const { url } = options.webhook
    await persist(() => api.setWebhook(url, setting, stopping.signal as never), source)
  }

  function lose(cause: unknown): void {
    if (stopping.signal.aborted || gone) return
    gone = true
    desk?.lost(new ChannelLost(whyLost(cause) ?? `Telegram 拒绝了我们：${String(cause)}`, { cause }))
  }

  const previews = createPreviews<number>({
    everyMs: previewEveryMs, now: () => now().getTime(), wait,
    async show({ to, replyTo, text, label }, before) {
      const { chat, topic } = readConversation(to.conversation)
      const reply = readReplyTo({ to, replyTo })
      const words = `${cut(text, longestText - 200)[0] ?? ''}……\n（还没写完。${label}）`
      const signal = AbortSignal.timeout(previewPatienceMs) as never
      const extras = { link_preview_options: { is_disabled: true }, ...(topic === undefined ? {} : { message_thread_id: topic }), ...(reply === undefined ? {} : { reply_parameters: { message_id: reply, allow_sending_without_reply: true } }) }
      try {
        if (before === undefined) return (await api.sendMessage(chat, words, extras, signal)).message_id
        await api.editMessageText(chat, before, words, { link_preview_options: { is_disabled: true } }, signal)
        return before
      } catch (cause) {
        if (before !== undefined && isUnchanged(cause)) return before
        throw toDeliveryFailed(cause)
      }
    },
  })

  /** Ends the preview and lets the chat rest as Telegram asked; gives the message that it is in. */
  async function afterPreview({ id, to }: Outbound): Promise<number | undefined> {
    const shown = await previews.end(id)
    const rest = previews.held(to.conversation)
    if (rest > previewEveryMs) throw new DeliveryFailed('telegram', { retry: true, cause: 'asked to wait', waitMs: rest })
    if (rest > 0) await wait(rest, stopping.signal)
    return shown
  }

  /** Puts the answer where its first words already stand; false when they are gone from there. */
  async function replace(chat: string, shown: number, text: string, extras: Parameters<Api['editMessageText']>[3]): Promise<boolean> {
    try {
      await api.editMessageText(chat, shown, text, extras)
      return true
    } catch (cause) {
      if (isGone(cause)) return false
      if (!isUnchanged(cause)) throw cause
      return true
    }
  }

  async function sendPiece(message: Outbound, text: string, place: { first: boolean; last: boolean }): Promise<void> {
    const { chat, topic } = readConversation(message.to.conversation)
    const reply = place.first ? readReplyTo(message) : undefined
    const keyboard = place.last ? toKeyboard(message) : undefined
    const replying = reply === undefined ? {} : { reply_parameters: { message_id: reply, allow_sending_without_reply: true } }
    const dressed = { link_preview_options: { is_disabled: true }, ...(keyboard ? { reply_markup: keyboard } : {}), ...(place.first && message.mention ? mentionOf(message.mention, text) : {}) }
    const extras = { ...dressed, ...(topic === undefined ? {} : { message_thread_id: topic }) }
    const shown = place.first ? await afterPreview(message) : undefined
    if (shown !== undefined && (await replace(chat, shown, text, dressed))) return previews.forget(message.id)
    try {
      await api.sendMessage(chat, text, { ...extras, ...replying })
    } catch (cause) {
      // A group that grew into a supergroup has a new id, and its messages new numbers.
      const moved = cause instanceof GrammyError ? cause.parameters.migrate_to_chat_id : undefined
      if (moved === undefined) throw cause
      await api.sendMessage(moved, text, extras)
    }
  }

  return {
    name: 'telegram',
    longestText,

    async start(to) {
      desk = to
      try {
        me = await api.getMe(AbortSignal.timeout(firstTryMs) as never)
      } catch (cause) {
        const why = whyLost(cause)
        if (why) throw new ChannelLost(why, { cause })
        report(`连不上 Telegram，启动后接着试：${String(cause)}`)
      }
      if (options.webhook) server = await listen(take, { path: new URL(options.webhook.url).pathname, ...options.webhook, secret, report })
      running = connect().catch(lose)
    },

    async send(message) {
      if (!desk) throw new DeliveryFailed('telegram', { retry: true, cause: 'not started' })
      const { mention, text } = message
      const named = mention && !text.startsWith(`@${mention.name}`) ? `@${mention.name} ${text}` : text
      await sendPieces(message.id, named, (piece, place) =>
        sendPiece(message, piece, place).catch((cause: unknown) => {
          if (cause instanceof GrammyError && cause.error_code === 401) lose(cause)
          throw cause instanceof DeliveryFailed ? cause : toDeliveryFailed(cause)
        }),
      )
    },

    update: (words) => (desk ? previews.update(words) : undefined),

    async stop() {
      stopping.abort()
      await running
      if (server) await close(server)
    },
  }
}

/** Marks the name that the text begins with, so that Telegram tells its owner. */
function mentionOf({ id, name }: NonNullable<Outbound['mention']>, text: string): { entities?: MessageEntity[] } {
  if (!/^\d+$/.test(id) || !text.startsWith(`@${name}`)) return {}
  return { entities: [{ type: 'text_mention', offset: 0, length: name.length + 1, user: { id: Number(id), is_bot: false, first_name: name } }] }
}
