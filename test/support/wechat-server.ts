import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createEnvelope } from '../../adapters/official-account/envelope.ts'
import { sign } from '../../adapters/official-account/signature.ts'
import { readXml, writeXml, type Fields } from '../../adapters/official-account/xml.ts'

export const account = { token: 'villageToken', appId: 'wx0123456789abcdef', appSecret: '0123456789abcdef0123456789abcdef', aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' }

export type Reply = { status: number; type: string; body: string; fields?: Fields }

type Trouble = { errcode: number; errmsg?: string } | 'hang-up' | 'not-json'

/**
 * A local WeChat: the API root that hands out tokens and takes customer-service messages, and the part that
 * calls an account's address, seals what it says and reads what comes back. Weibo's reply API too.
 */
export async function startWechatServer() {
  let tokens = 0
  let good = ''
  let callback = ''
  const troubles: Trouble[] = []
  const tokenTroubles: Trouble[] = []
  const asked: { force: boolean }[] = []
  /** Texts that reached somebody, by either road, in order. */
  const shown: { to: string; text: string; road: 'passive' | 'service' }[] = []

  const server = createServer((request, response) => void serve(request, response))

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://wechat')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString('utf8')
    const queue = url.pathname === '/cgi-bin/stable_token' ? tokenTroubles : troubles
    const trouble = queue.shift()
    if (trouble === 'hang-up') return void response.destroy()
    if (trouble === 'not-json') return void response.writeHead(502).end('<html>bad gateway</html>')
    response.setHeader('content-type', 'application/json')
    if (url.pathname === '/cgi-bin/stable_token') response.end(JSON.stringify(trouble ?? handOut(JSON.parse(body) as Record<string, unknown>)))
    else if (url.pathname === '/cgi-bin/message/custom/send') response.end(JSON.stringify(trouble ?? take(url, JSON.parse(body) as Service)))
    else if (url.pathname === '/2/messages/reply.json') response.end(JSON.stringify(trouble ? { error: trouble.errmsg ?? '', error_code: trouble.errcode } : takeWeibo(new URLSearchParams(body))))
    else response.writeHead(404).end('{}')
  }

  type Service = { touser: string; msgtype: string; text: { content: string } }

  function handOut({ appid, secret, force_refresh }: Record<string, unknown>) {
    asked.push({ force: force_refresh === true })
    if (appid !== account.appId) return { errcode: 40013, errmsg: 'invalid appid' }
    if (secret !== account.appSecret) return { errcode: 40125, errmsg: 'invalid appsecret' }
    if (good === '' || force_refresh === true) good = `token-${++tokens}`
    return { access_token: good, expires_in: 7200 }
  }

  function take(url: URL, { touser, msgtype, text }: Service) {
    if (url.searchParams.get('access_token') !== good || dead) return { errcode: 40001, errmsg: 'invalid credential' }
    if (msgtype !== 'text' || Buffer.byteLength(text.content) > 2048) return { errcode: 45002, errmsg: 'content size out of limit' }
    shown.push({ to: touser, text: text.content, road: 'service' })
    return { errcode: 0, errmsg: 'ok' }
  }

  function takeWeibo(form: URLSearchParams) {
    if (form.get('access_token') !== 'weibo-token') return { error: 'expired_token', error_code: 21327 }
    const { text } = JSON.parse(form.get('data') ?? '{}') as { text: string }
    if (form.get('type') !== 'text' || text.length >= 300) return { error: 'text too long', error_code: 20012 }
    shown.push({ to: form.get('receiver_id') ?? '', text, road: 'service' })
    return { result: true, receiver_id: form.get('receiver_id') }
  }

  let dead = false

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  /** Calls the account's address once, with the platform's seal. */
  async function call(path: string, body: string, query: Record<string, string>, options: { hangUpAfter?: number } = {}): Promise<Reply> {
    const signal = AbortSignal.timeout(options.hangUpAfter ?? 5000)
    const response = await fetch(`${callback}${path}?${new URLSearchParams(query)}`, { method: 'POST', body, signal })
    return { status: response.status, type: response.headers.get('content-type') ?? '', body: await response.text() }
  }

  function seal(secret: string, timestamp: string): Record<string, string> {
    return { timestamp, nonce: '57155157', signature: sign(secret, timestamp, '57155157') }
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shown,
    asked,
    /** Where the account lives. */
    calls: (url: string) => void (callback = url),
    /** The next service messages, or tokens, get these instead. */
    refuse: (...next: Trouble[]) => void troubles.push(...next),
    refuseToken: (...next: Trouble[]) => void tokenTroubles.push(...next),
    /** The token that is out ends; a new one is handed out to whoever asks. */
    expireToken: () => void (good = `token-${++tokens}`),
    /** No token is good until the matter is settled by hand. */
    killTokens: (is: boolean) => void (dead = is),
    call,
    seal,

    /** Says something to the account; gives what came back, which the one who spoke is shown. */
    async say(over: Record<string, string>, options: { safe?: boolean; hangUpAfter?: number; query?: Record<string, string> } = {}): Promise<Reply> {
      const fields = { ToUserName: 'gh_village', FromUserName: 'oLi', CreateTime: '1795312800', MsgType: 'text', ...over }
      const timestamp = String(Math.floor(Date.now() / 1000))
      const plain = writeXml(fields)
      const envelope = createEnvelope(account)
      const letter = options.safe ? envelope.seal(plain) : ''
      const body = options.safe ? writeXml({ ToUserName: 'gh_village', Encrypt: letter }) : plain
      const safe = options.safe ? { encrypt_type: 'aes', msg_signature: sign(account.token, timestamp, '57155157', letter) } : {}
      const reply = await call('/wechat', body, { ...seal(account.token, timestamp), openid: fields.FromUserName, ...safe, ...options.query }, options)
      const outer = readXml(reply.body)
      if (!outer) return reply
      const read = options.safe ? readXml(envelope.open(outer['Encrypt'] ?? '') ?? '') : outer
      if (read?.['Content'] !== undefined) shown.push({ to: read['ToUserName'] ?? '', text: read['Content'], road: 'passive' })
      return { ...reply, ...(read ? { fields: read } : {}), ...(options.safe && outer['MsgSignature'] !== sign(account.token, outer['TimeStamp'] ?? '', outer['Nonce'] ?? '', outer['Encrypt'] ?? '') ? { status: 599 } : {}) }
    },

    /** The same on Weibo, in its JSON. */
    async sayWeibo(over: Record<string, unknown>, options: { secret?: string } = {}): Promise<Reply> {
      const body = { type: 'text', receiver_id: 1902538057, sender_id: 2489518277, created_at: 'Mon Jul 16 18:09:20 +0800 2012', text: '', data: {}, ...over }
      const reply = await call('/weibo', JSON.stringify(body), seal(options.secret ?? 'weibo-secret', String(Date.now())))
      if (reply.type.startsWith('application/json')) {
        const { data, receiver_id } = JSON.parse(reply.body) as { data: string; receiver_id: string }
        shown.push({ to: receiver_id, text: (JSON.parse(decodeURIComponent(data)) as { text: string }).text, road: 'passive' })
      }
      return reply
    },

    async stop(): Promise<void> {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

export type WechatServer = Awaited<ReturnType<typeof startWechatServer>>
