import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

export const bot = { id: 'aib-village', secret: 'bot-secret', name: '法律助手' }

export type Sent = { road: 'reply' | 'send' | 'webhook'; to: string; text: string; at: number; feedback?: string; stream?: string; finish?: boolean; mentioned?: readonly string[] }
type Frame = { cmd?: string; headers: { req_id: string }; body?: Record<string, unknown> }
type Trouble = { errcode: number; errmsg?: string } | 'hang-up'

/** A local WeCom: the bots' WebSocket, which signs in, brings messages and takes answers, and a group's webhook. */
export async function startWecomServer() {
  let calls = 0
  let auth: { errcode: number; errmsg: string } | undefined
  let live: WebSocket | undefined
  /** The calls that may be answered, with the conversation they came from; they die with the connection. */
  let open = new Map<string, string>()
  const sent: Sent[] = []
  const troubles: Trouble[] = []
  let signIns = 0

  const server = createServer((request, response) => void webhook(request, response))
  const sockets = new WebSocketServer({ server })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  sockets.on('connection', (socket) => {
    socket.on('message', (data) => hear(socket, JSON.parse(String(data)) as Frame))
    socket.on('close', () => {
      if (live === socket) live = undefined
    })
  })

  function hear(socket: WebSocket, { cmd, headers, body = {} }: Frame): void {
    const answer = (told: { errcode: number; errmsg?: string }) => socket.send(JSON.stringify({ headers, errmsg: 'ok', ...told }))
    if (cmd === 'ping') return answer({ errcode: 0 })
    if (cmd === 'aibot_subscribe') return signIn(socket, body, answer)
    const trouble = troubles.shift()
    if (trouble === 'hang-up') return socket.terminate()
    if (trouble) return answer(trouble)
    if (socket !== live) return answer({ errcode: 846609, errmsg: 'aibot websocket not subscribed' })
    if (cmd === 'aibot_send_msg') take('send', String(body['chatid']), (body['markdown'] as { content: string }).content, answer)
    if (cmd !== 'aibot_respond_msg') return
    const to = open.get(headers.req_id)
    if (to === undefined) return answer({ errcode: 846605, errmsg: 'invalid req_id' })
    const { content, id, finish, feedback } = body['stream'] as { id: string; content: string; finish: boolean; feedback?: { id: string } }
    take('reply', to, content, answer, { stream: id, finish, ...(feedback ? { feedback: feedback.id } : {}) })
  }

  function signIn(socket: WebSocket, body: Record<string, unknown>, answer: (told: { errcode: number; errmsg?: string }) => void): void {
    if (auth) return answer(auth)
    if (body['bot_id'] !== bot.id || body['secret'] !== bot.secret) return answer({ errcode: 40001, errmsg: 'invalid secret' })
    if (live && live !== socket) live.send(JSON.stringify({ cmd: 'aibot_event_callback', headers: { req_id: 'd' }, body: { msgid: 'd', msgtype: 'event', event: { eventtype: 'disconnected_event' } } }))
    live = socket
    open = new Map()
    signIns++
    answer({ errcode: 0 })
  }

  function take(road: Sent['road'], to: string, text: string, answer: (told: { errcode: number; errmsg?: string }) => void, more: Partial<Sent> = {}): void {
    if (Buffer.byteLength(text) > 20_480) return answer({ errcode: 40058, errmsg: 'content too long' })
    sent.push({ road, to, text, at: Date.now(), ...more })
    answer({ errcode: 0 })
  }

  async function webhook(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const trouble = troubles.shift()
    if (trouble === 'hang-up') return void response.destroy()
    const { text } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { text: { content: string; mentioned_list?: string[] } }
    const answer = (told: object) => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ errmsg: 'ok', ...told }))
    if (trouble) return answer(trouble)
    if (Buffer.byteLength(text.content) > 2048) return answer({ errcode: 40058, errmsg: 'text.content exceed max length 2048' })
    take('webhook', 'webhook', text.content, answer, text.mentioned_list ? { mentioned: text.mentioned_list } : {})
  }

  function bring(cmd: string, body: Record<string, unknown>): void {
    if (!live) throw new Error('nobody is signed in')
    const req_id = `call-${++calls}`
    if (cmd === 'aibot_msg_callback') open.set(req_id, String(body['chatid'] ?? (body['from'] as { userid: string }).userid))
    live.send(JSON.stringify({ cmd, headers: { req_id }, body: { aibotid: bot.id, ...body } }))
  }

  return {
    wsUrl: `ws://127.0.0.1:${port}`,
    webhookUrl: `http://127.0.0.1:${port}/cgi-bin/webhook/send?key=693a91f6`,
    sent,
    /** A message, one-to-one unless it names a `chatid`. */
    say({ text, chatid, from = 'wangfang', msgid = `m${calls + 1}`, ...rest }: { text?: string; chatid?: string; from?: string; msgid?: string } & Record<string, unknown>): void {
      bring('aibot_msg_callback', {
        msgid, msgtype: 'text', create_time: 1795312800, from: { userid: from }, chattype: chatid === undefined ? 'single' : 'group',
        ...(chatid === undefined ? {} : { chatid }), ...(text === undefined ? {} : { text: { content: text } }), ...rest,
      })
    },
    event(event: Record<string, unknown>, over: Record<string, unknown> = {}): void {
      bring('aibot_event_callback', { msgid: `e${calls}`, msgtype: 'event', create_time: 1795312800, from: { userid: 'wangfang' }, chattype: 'single', event, ...over })
    },
    refuse: (...next: Trouble[]) => void troubles.push(...next),
    refuseSignIn: (with_: typeof auth) => void (auth = with_),
    /** The connection breaks, as connections do. */
    drop: () => live?.terminate(),
    signIns: () => signIns,
    async stop(): Promise<void> {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

export type WecomServer = Awaited<ReturnType<typeof startWecomServer>>
