import type { Inbound } from '../../src/domain/message.ts'
import { withoutMention } from '../mention.ts'

/** What Wechaty knows of one message, as plain data. */
export type Said = {
  readonly id: string
  readonly kind: Kind
  readonly text: string
  readonly at: Date
  readonly talker: { readonly id: string; readonly name: string; readonly official: boolean }
  readonly room?: string
  /** Ids named by the platform; many puppets give none and leave `@name` in the text. */
  readonly mentions: readonly string[]
  /** Ourselves: our id, and our names there (nickname, name in the room). */
  readonly us: { readonly id: string; readonly names: readonly string[] }
}

/** Wechaty's names of message types, as far as a person says something by them. */
export type Kind = 'Text' | keyof typeof attachments | 'Other'

export const attachments = {
  Image: '图片', Audio: '语音', Video: '视频', Attachment: '文件', Emoticon: '表情', Location: '位置', Contact: '名片', ChatHistory: '聊天记录',
  Url: '链接', MiniProgram: '小程序', Transfer: '转账', RedEnvelope: '红包',
} as const

export type Conversation = { readonly kind: 'room' | 'friend'; readonly id: string }

/** Rooms and friends have ids of one kind; the address tells them apart. */
export function toConversation({ kind, id }: Conversation): string {
  return `${kind}:${id}`
}

export function readConversation(conversation: string): Conversation {
  const at = conversation.indexOf(':')
  return { kind: conversation.slice(0, at) === 'room' ? 'room' : 'friend', id: conversation.slice(at + 1) }
}

/** Undefined for our own words and for what nobody said: recalls, notices of the group. */
export function toInbound({ id, kind, text, at, talker, room, mentions, us }: Said): Inbound | undefined {
  if (talker.id === us.id || kind === 'Other') return undefined
  const attachment = kind === 'Text' ? undefined : attachments[kind]
  // The text of a picture or a card is XML for programs.
  const { quote, reply } = readQuote(attachment === undefined ? text : '')
  const everyone = /[@＠](?:所有人|all\b)/i.test(reply)
  const named = room === undefined ? { text: reply, mentioned: false } : withoutMention(reply, us.names)
  const byId = mentions.includes(us.id) && !everyone
  return {
    id, at,
    from: { channel: 'wechat', conversation: toConversation(room === undefined ? { kind: 'friend', id: talker.id } : { kind: 'room', id: room }) },
    sender: talker.id,
    senderName: talker.name,
    text: byId && !named.mentioned ? withoutOnlyMention(reply, mentions.length) : named.text,
    place: room === undefined ? 'direct' : 'group',
    addressed: room === undefined || named.mentioned || byId || (quote !== undefined && us.names.includes(quote.name)),
    ...(quote ? { quote: quote.text } : {}),
    ...(talker.official ? { fromBot: true } : {}),
    ...(attachment === undefined ? {} : { attachment }),
  }
}

/** WeChat flattens a quote into the text: `「name：words」`, a line of dashes, the reply. No id is left of it. */
export function readQuote(text: string): { quote?: { name: string; text: string }; reply: string } {
  const [, name, words, reply] = /^「([^：:\n]{1,64})[：:]([\s\S]*?)」\s*\n(?:- ?){3,}\s*\n([\s\S]*)$/.exec(text) ?? []
  return name === undefined || words === undefined || reply === undefined ? { reply: text } : { quote: { name: name.trim(), text: words.trim() }, reply }
}

/** The platform named us and nobody else, under a name we do not know: then the one mention in the text is ours. */
function withoutOnlyMention(text: string, count: number): string {
  const found = text.match(/[@＠][^@＠\s\u2005]+\u2005/g) ?? []
  return found.length === 1 && count === 1 ? text.replace(found[0]!, ' ').trim() : text
}
