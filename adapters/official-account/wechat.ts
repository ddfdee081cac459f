import type { Dialect, Letter, Query } from './dialect.ts'
import { createEnvelope, type Envelope } from './envelope.ts'
import { toInbound } from './message.ts'
import { isSigned, sign } from './signature.ts'
import { createWechatApi, type WechatApiOptions } from './wechat-api.ts'
import { readXml, writeXml, type Fields } from './xml.ts'

export type WechatOptions = WechatApiOptions & {
  /** The token typed in at 「服务器配置」. */
  readonly token: string
  /** EncodingAESKey. With it only sealed messages are taken: a plain one's seal does not cover its text. */
  readonly aesKey?: string
}

/** A WeChat Official Account in 明文, 兼容 or 安全 mode. */
export function wechatDialect(options: WechatOptions): Dialect {
  const { token, aesKey, appId } = options
  const envelope = aesKey === undefined ? undefined : createEnvelope({ aesKey, appId })
  const api = createWechatApi(options)

  return {
    name: 'official-account',
    path: '/wechat',
    // In bytes WeChat takes 2048; a character has three at most.
    longestText: 650,
    done: 'success',
    echo: (query) => (isOurs(query, token) ? query['echostr'] : undefined),
    check: api.check,
    send: api.send,
    onlyWhenCalled: api.onlyWhenCalled,

    read(query, body, now) {
      if (!isOurs(query, token)) return 'forged'
      const outer = readXml(body)
      if (!outer) return 'unreadable'
      const fields = envelope ? unseal(outer, query, token, envelope) : outer
      if (fields === 'forged' || fields === undefined) return fields ?? 'unreadable'
      if (fields['MsgType'] === undefined) return 'unreadable'
      const message = toInbound(fields, 'official-account', now)
      if (!message) return { kind: 'nothing' }
      return { kind: 'message', message, wrap: (text) => seal(reply(fields, text, now), { envelope, token, now }) }
    },
  }
}

/** The answer, with sender and receiver changed over. */
export function reply({ FromUserName: to = '', ToUserName: from = '' }: Fields, text: string, now: Date): string {
  return writeXml({ ToUserName: to, FromUserName: from, CreateTime: Math.floor(now.getTime() / 1000), MsgType: 'text', Content: text })
}

function isOurs({ signature, timestamp, nonce }: Query, token: string): boolean {
  return isSigned(signature, token, timestamp, nonce)
}

function unseal(outer: Fields, query: Query, token: string, envelope: Envelope): Fields | 'forged' | undefined {
  const letter = outer['Encrypt']
  if (letter === undefined || !isSigned(query['msg_signature'], token, query['timestamp'], query['nonce'], letter)) return 'forged'
  const inner = envelope.open(letter)
  return inner === undefined ? 'forged' : readXml(inner)
}

function seal(xml: string, { envelope, token, now }: { envelope: Envelope | undefined; token: string; now: Date }): Letter {
  if (!envelope) return { body: xml, type: 'application/xml; charset=utf-8' }
  const Encrypt = envelope.seal(xml)
  const timestamp = Math.floor(now.getTime() / 1000)
  const nonce = Encrypt.slice(0, 10)
  const body = writeXml({ Encrypt, MsgSignature: sign(token, String(timestamp), nonce, Encrypt), TimeStamp: timestamp, Nonce: nonce })
  return { body, type: 'application/xml; charset=utf-8' }
}
