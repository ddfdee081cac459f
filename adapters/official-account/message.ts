import { createHash } from 'node:crypto'
import type { Inbound } from '../../src/domain/message.ts'
import { greeting } from '../greeting.ts'
import type { Fields } from './xml.ts'

const attachments: Readonly<Record<string, string>> = { image: '图片', voice: '语音', video: '视频', shortvideo: '视频', location: '位置', link: '链接', file: '文件' }
/** What WeChat writes in place of a sticker. */
const notShown = '【收到不支持的消息类型，暂无法显示】'

/** Undefined for menus, notices and all that nobody said; following us is a newcomer's hello. */
export function toInbound(fields: Fields, channel: 'official-account' | 'weibo', now: Date): Inbound | undefined {
  const { FromUserName: sender, MsgType: type = '', CreateTime: created = '', MsgId: id = '', Event: event = '', Content: content = '' } = fields
  if (!sender) return undefined
  const seconds = Number(created)
  const said = {
    from: { channel, conversation: sender }, sender, at: seconds > 0 ? new Date(seconds * 1000) : now, place: 'direct', addressed: true,
  } as const
  // Weibo numbers no messages; who and when tells one from another.
  const own = id || `${sender}:${created}:${type}:${event || fingerprint(content)}`

  if (type === 'event') return event.toLowerCase() === 'subscribe' ? { ...said, id: own, text: greeting } : undefined
  if (type === 'text' && content !== notShown) return { ...said, id: own, text: content }
  if (type === 'voice' && fields['Recognition']) return { ...said, id: own, text: fields['Recognition'] }
  const attachment = type === 'text' ? '表情' : attachments[type]
  return attachment === undefined ? undefined : { ...said, id: own, text: '', attachment }
}

/** Tells two texts apart without repeating them. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 12)
}
