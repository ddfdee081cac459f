import type { Message, Update, UserFromGetMe } from 'grammy/types'
import type { Inbound, Vote } from '../../src/domain/message.ts'
import { withoutMention, withoutStretches } from '../mention.ts'
import { toConversation } from './address.ts'
import { readPress } from './buttons.ts'

/** What an update comes to: something said, a vote, or nothing for us. */
export type Taken = { kind: 'message'; message: Inbound; press?: string } | { kind: 'vote'; vote: Vote; press: string } | { kind: 'nothing' }

/** The kinds of update we ask Telegram for. */
export const wanted = ['message', 'callback_query'] as const

export function readUpdate(update: Update, me: UserFromGetMe, now: Date): Taken {
  if (update.message) {
    const message = toInbound(update.message, me)
    return message ? { kind: 'message', message } : { kind: 'nothing' }
  }
  return update.callback_query ? readPressed(update.callback_query, now) : { kind: 'nothing' }
}

/** Undefined for what nobody said: joins, pins, our own words. */
export function toInbound(message: Message, me: UserFromGetMe): Inbound | undefined {
  const attachment = attachments.find(([field]) => message[field] !== undefined)?.[1]
  const said = message.text ?? message.caption ?? (attachment === undefined ? undefined : '')
  if (said === undefined || message.from?.id === me.id) return undefined

  const answered = message.reply_to_message?.forum_topic_created ? undefined : message.reply_to_message
  const quote = answered?.text ?? answered?.caption ?? message.quote?.text
  const { text, mentioned } = takeOutMention(said, message.entities ?? message.caption_entities ?? [], me)
  const direct = message.chat.type === 'private'
  return {
    id: `${message.chat.id}:${message.message_id}`,
    from: { channel: 'telegram', conversation: toConversation(message.chat.id, message.is_topic_message ? message.message_thread_id : undefined) },
    ...senderOf(message),
    text,
    at: new Date(message.date * 1000),
    place: direct ? 'direct' : 'group',
    addressed: direct || mentioned || answered?.from?.id === me.id,
    ...(quote ? { quote } : {}),
    ...(attachment === undefined ? {} : { attachment }),
  }
}

const attachments: readonly (readonly [keyof Message, string])[] = [
  ['photo', '图片'], ['voice', '语音'], ['audio', '语音'], ['video', '视频'], ['video_note', '视频'], ['animation', '视频'], ['sticker', '表情'], ['dice', '表情'],
  ['venue', '位置'], ['location', '位置'], ['contact', '名片'], ['poll', '投票'], ['document', '文件'],
]

/** An anonymous admin speaks as the group itself and is a person; a channel's forwarded post is not. */
function senderOf({ from, sender_chat: as, is_automatic_forward: forwarded, chat }: Message): Pick<Inbound, 'sender' | 'senderName' | 'fromBot'> {
  if (as) return { sender: String(as.id), senderName: as.title ?? '匿名', ...(forwarded ? { fromBot: true } : {}) }
  const name = [from?.first_name, from?.last_name].filter(Boolean).join(' ')
  return { sender: String(from?.id ?? chat.id), ...(name ? { senderName: name } : {}), ...(from?.is_bot ? { fromBot: true } : {}) }
}

type Entities = NonNullable<Message['entities']>

/** Finds us by id, by username, on a command (`/help@bot`), or by our name typed by hand. */
function takeOutMention(text: string, entities: Entities, me: UserFromGetMe): { text: string; mentioned: boolean } {
  const handle = `@${me.username}`.toLowerCase()
  const stretches = entities.flatMap((entity) => {
    const { type, offset, length } = entity
    const written = text.slice(offset, offset + length).toLowerCase()
    if (type === 'bot_command' && written.endsWith(handle)) return [{ offset: offset + length - handle.length, length: handle.length }]
    const ours = (type === 'mention' && written === handle) || (type === 'text_mention' && entity.user.id === me.id)
    return ours ? [{ offset, length }] : []
  })
  if (stretches.length > 0) return { text: withoutStretches(text, stretches), mentioned: true }
  return withoutMention(text, [me.username, me.first_name])
}

function readPressed({ id, data = '', from, message }: NonNullable<Update['callback_query']>, now: Date): Taken {
  const pressed = readPress(data)
  if (!pressed || !message) return { kind: 'nothing' }
  const thread = 'is_topic_message' in message && message.is_topic_message ? message.message_thread_id : undefined
  const address = { channel: 'telegram', conversation: toConversation(message.chat.id, thread) } as const
  const sender = String(from.id)
  if (pressed.kind === 'vote') return { kind: 'vote', press: id, vote: { message: pressed.message, from: address, sender, up: pressed.up } }
  const name = [from.first_name, from.last_name].filter(Boolean).join(' ')
  return {
    kind: 'message', press: id,
    message: {
      id: `press:${id}`, from: address, sender, senderName: name, text: pressed.send, at: now,
      place: message.chat.type === 'private' ? 'direct' : 'group', addressed: true,
    },
  }
}
