import { DeliveryFailed } from '../../src/domain/errors.ts'
import type { Inbound } from '../../src/domain/message.ts'
import { postJson } from './call.ts'
import type { Dialect, Letter } from './dialect.ts'
import { greeting } from '../greeting.ts'
import { fingerprint, toInbound } from './message.ts'
import { isSigned } from './signature.ts'
import { reply } from './wechat.ts'
import { readXml } from './xml.ts'

export type WeiboOptions = {
  /** Of the app that the account named at 「开发模式」; it seals the calls. */
  readonly appSecret: string
  /** Shown at 「开发模式」 and good for a year; it cannot be renewed by us. */
  readonly accessToken: string
  readonly apiRoot?: string
  report?(problem: string): void
  readonly callMs?: number
}

type Pushed = { readonly type?: string; readonly sender_id?: number | string; readonly receiver_id?: number | string; readonly created_at?: string; readonly text?: string; readonly data?: { readonly subtype?: string } }
type Told = { error_code?: number; error?: string; result?: boolean }

const minute = 60_000
const attachments: Readonly<Record<string, string>> = { position: '位置', voice: '语音', image: '图片' }
const busy = new Set([10001, 10002, 10009, 10010, 10011, 10022, 10023, 10024])
const deadToken = new Set([10006, 21314, 21315, 21316, 21317, 21318, 21319, 21327, 21332])

/**
 * Weibo's fans service (粉丝服务), in its own JSON or in the XML it took over from WeChat. Mentions in
 * public posts are left alone: an answer to them would be a private message that nobody asked for.
 */
export function weiboDialect(options: WeiboOptions): Dialect {
  const { appSecret, accessToken, report = () => {}, callMs = 10_000 } = options
  const root = (options.apiRoot ?? 'https://m.api.weibo.com').replace(/\/+$/, '')

  return {
    name: 'weibo',
    path: '/weibo',
    // Weibo: 「文本大小必须小于300个汉字」.
    longestText: 290,
    done: '',
    echo: (query) => (isSigned(query['signature'], appSecret, query['timestamp'], query['nonce']) ? query['echostr'] : undefined),
    check: async () => {},

    read(query, body, now) {
      if (!isSigned(query['signature'], appSecret, query['timestamp'], query['nonce'])) return 'forged'
      if (!body.trimStart().startsWith('<')) return readJson(body, now)
      const fields = readXml(body)
      if (fields?.['MsgType'] === undefined) return 'unreadable'
      const message = toInbound(fields, 'weibo', now)
      return message ? { kind: 'message', message, wrap: (text) => ({ body: reply(fields, text, now), type: 'application/xml; charset=utf-8' }) } : { kind: 'nothing' }
    },

    async send(to, text) {
      const form = new URLSearchParams({ access_token: accessToken, type: 'text', receiver_id: to, data: JSON.stringify({ text }) })
      const told = await postJson<Told>(`${root}/2/messages/reply.json`, form, { callMs }).catch((cause: unknown) => {
        throw new DeliveryFailed('weibo', { retry: true, cause })
      })
      if (told.error_code === undefined && told.result !== false) return
      const code = told.error_code ?? 0
      const cause = `Weibo ${code} ${told.error ?? ''}`
      if (deadToken.has(code)) report(`微博的 WEIBO_ACCESS_TOKEN 过期或不对，请到粉丝服务平台「开发模式」取新的（${cause}）`)
      const again = deadToken.has(code) ? { retry: true, waitMs: 10 * minute } : busy.has(code) ? { retry: true, waitMs: minute } : { retry: false }
      throw new DeliveryFailed('weibo', { ...again, cause })
    },
  }
}

function readJson(body: string, now: Date): ReturnType<Dialect['read']> {
  const pushed = parse(body)
  if (pushed?.sender_id === undefined || pushed.type === undefined) return 'unreadable'
  const message = pushedToInbound(pushed, now)
  return message ? { kind: 'message', message, wrap: (text) => wrapJson(pushed, text) } : { kind: 'nothing' }
}

/** Undefined for mentions, unfollowing, menus and kinds that came later. */
export function pushedToInbound({ type = '', sender_id, created_at = '', text = '', data }: Pushed, now: Date): Inbound | undefined {
  const sender = String(sender_id)
  const at = new Date(created_at)
  const said = { from: { channel: 'weibo', conversation: sender }, sender, at: Number.isNaN(at.getTime()) ? now : at, place: 'direct', addressed: true } as const
  // Weibo numbers no messages: 「推荐使用 sender_id 加 created_at 排重」. The words tell two of one second apart.
  const id = `${sender}:${created_at}:${type}:${fingerprint(text)}`
  if (type === 'event') return data?.subtype === 'subscribe' || data?.subtype === 'follow' ? { ...said, id: `${sender}:${created_at}:event:hello`, text: greeting } : undefined
  if (type === 'text') return { ...said, id, text }
  const attachment = attachments[type]
  return attachment === undefined ? undefined : { ...said, id, text: '', attachment }
}

/** The answer in Weibo's JSON; its `data` is JSON again, URL-encoded. */
function wrapJson({ sender_id, receiver_id }: Pushed, text: string): Letter {
  const body = { result: true, sender_id: String(receiver_id), receiver_id: String(sender_id), type: 'text', data: encodeURIComponent(JSON.stringify({ text })) }
  return { body: JSON.stringify(body), type: 'application/json; charset=utf-8' }
}

function parse(body: string): Pushed | undefined {
  try {
    const read = JSON.parse(body) as Pushed | null
    return typeof read === 'object' && read !== null ? read : undefined
  } catch {
    return undefined
  }
}
