import type { BaseMessage, EventMessage, MixedContent, QuoteContent } from '@wecom/aibot-node-sdk'
import type { Address, Inbound, Vote } from '../../src/domain/message.ts'
import { withoutMention } from '../mention.ts'

const attachments: Readonly<Record<string, string>> = { image: '图片', voice: '语音', file: '文件', video: '视频', mixed: '图片' }

/**
 * WeCom brings a group's message only when it mentions the bot, and never the bot's own. `name` is the
 * bot's; without it the mention that a message begins or ends with is taken for ours. Undefined for kinds
 * that nobody says.
 */
export function toInbound(message: BaseMessage, name: string | undefined, now: Date): Inbound | undefined {
  const { msgid: id, msgtype, chattype, from, create_time: seconds, quote } = message
  const said = wordsOf(message as Words)
  const pictured = msgtype === 'mixed' && !(message['mixed'] as MixedContent | undefined)?.msg_item?.some((item) => item.msgtype !== 'text')
  const attachment = msgtype === 'text' || (msgtype === 'voice' && said) || pictured ? undefined : attachments[msgtype]
  if (msgtype !== 'text' && !said && attachment === undefined) return undefined
  const quoted = quote && wordsOf(quote)
  return {
    id, from: addressOf(message), sender: from.userid,
    text: chattype === 'group' ? withoutUs(said, name) : said,
    at: seconds ? new Date(seconds * 1000) : now,
    place: chattype === 'group' ? 'group' : 'direct',
    addressed: true,
    ...(quoted ? { quote: quoted } : {}),
    ...(attachment === undefined ? {} : { attachment }),
  }
}

/** 准确 and 不准确 under an answer; undefined for a vote taken back, which WeCom does not say what it was. */
export function toVote(event: EventMessage): Vote | undefined {
  // The SDK's types stop short of what WeCom sends.
  const { id, type } = (event.event as { feedback_event?: { id?: string; type?: number } }).feedback_event ?? {}
  return id && (type === 1 || type === 2) ? { message: id, from: addressOf(event), sender: event.from.userid, up: type === 1 } : undefined
}

/** A group by its chatid; somebody by their userid, which is what WeCom sends to as well. */
export function addressOf({ chattype, chatid, from }: Pick<BaseMessage | EventMessage, 'chattype' | 'chatid' | 'from'>): Address {
  return { channel: 'wecom', conversation: (chattype === 'group' && chatid) || from.userid }
}

type Words = Partial<Pick<QuoteContent, 'text' | 'voice' | 'mixed'>>

function wordsOf({ text, voice, mixed }: Words): string {
  const items = mixed?.msg_item?.flatMap((item) => (item.text ? [item.text.content] : []))
  return text?.content ?? voice?.content ?? items?.join('\n') ?? ''
}

function withoutUs(text: string, name: string | undefined): string {
  if (name !== undefined) return withoutMention(text, [name]).text
  const rest = text.replace(/^\s*@\S+[\s\u2005\u00a0]+/, '')
  return (rest === text ? text.replace(/[\s\u2005\u00a0]+@\S+\s*$/, '') : rest).replace(/^\s*@\S+\s*$/, '')
}
