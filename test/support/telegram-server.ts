import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pathToFileURL } from 'node:url'
import type { Message, Update, User } from 'grammy/types'

/** What a call may get instead of its answer. `lost` takes the call and never says so; `hang` never takes it. */
export type Trouble = { code: number; retryAfter?: number; description?: string; migrateTo?: number } | 'hang' | 'lost'
/** Chances between 0 and 1, drawn for every call of a method. */
export type Weather = { tooMany?: number; broken?: number; hang?: number; lost?: number; retryAfter?: number }
export type Call = { method: string; payload: Record<string, unknown>; at: number; answer: 'ok' | number | 'hang' | 'lost' }
export type Sent = { messageId: number; chat: string; text: string; at: number; payload: Record<string, unknown> }

export type Saying = {
  text?: string
  chat?: number
  from?: Partial<User> & { id: number }
  kind?: 'private' | 'supergroup'
  /** Fixed by a test that says the same message twice; counted up otherwise. */
  messageId?: number
  /** Anything else of a Telegram message: `photo`, `reply_to_message`, `entities` … */
  with?: Partial<Message> & Record<string, unknown>
}

export type TelegramServer = Awaited<ReturnType<typeof startTelegramServer>>

export const me: User = { id: 4242, is_bot: true, first_name: '法律助手', username: 'village_counsel_bot' }

/**
 * A local server that speaks as much of Telegram's Bot API as a channel needs: updates wait until an
 * `offset` confirms them or a webhook took them, a second poller throws the first one out, wrong calls get
 * the real one's errors. Runs on its own too: `npx tsx test/support/telegram-server.ts --port 8081`, and is
 * then told what to do under `/control` (see `control` below).
 */
export async function startTelegramServer(options: { port?: number; token?: string; random?: () => number } = {}) {
  const { port = 0, random = Math.random } = options
  let token = options.token ?? '4242:test-token'
  let updates: Update[] = []
  let nextUpdate = 100
  let nextMessage = 1
  let weather: Record<string, Weather> = {}
  let webhook: { url: string; secret?: string } | undefined
  let poller: { give(): void; conflict(): void } | undefined
  let delivering = false
  let stopped = false
  const calls: Call[] = []
  const sent: Sent[] = []
  const troubles = new Map<string, Trouble[]>()
  const open = new Set<ServerResponse>()

  function push(update: Omit<Update, 'update_id'>): number {
    const update_id = nextUpdate++
    updates.push({ ...update, update_id })
    poller?.give()
    void deliver()
    return update_id
  }

  function say({ text, chat = 1000, from, kind = chat < 0 ? 'supergroup' : 'private', messageId, with: rest }: Saying): number {
    const sender: User = { is_bot: false, first_name: '村民', ...from, id: from?.id ?? Math.abs(chat) }
    const place = kind === 'private' ? { id: chat, type: 'private' as const, first_name: sender.first_name } : { id: chat, type: 'supergroup' as const, title: '幸福村' }
    const message = { message_id: messageId ?? nextMessage++, date: Math.floor(Date.now() / 1000), chat: place, from: sender, ...(text === undefined ? {} : { text }), ...rest }
    return push({ message: message as Message & Update.NonChannel })
  }

  /** Presses the button of a message that was sent, as the one who may see it. */
  function press(message: Sent, label: string, from: Partial<User> & { id: number }): number {
    const { inline_keyboard = [] } = (message.payload['reply_markup'] ?? {}) as { inline_keyboard?: { text: string; callback_data?: string }[][] }
    const data = inline_keyboard.flat().find((button) => button.text === label)?.callback_data
    if (data === undefined) throw new Error(`no button ${label} on ${JSON.stringify(inline_keyboard)}`)
    const chat = Number(message.chat)
    const place = chat < 0 ? { id: chat, type: 'supergroup' as const, title: '幸福村' } : { id: chat, type: 'private' as const, first_name: '村民' }
    return push({
      callback_query: {
        id: `q${nextUpdate}`, chat_instance: '1', data, from: { is_bot: false, first_name: '村民', ...from },
        message: { message_id: message.messageId, date: Math.floor(message.at / 1000), chat: place, from: me, text: message.text } as Message,
      },
    })
  }

  /** Brings the waiting updates to the webhook, one after another and in order, each until it is taken. */
  async function deliver(): Promise<void> {
    if (delivering || !webhook) return
    delivering = true
    try {
      while (webhook && !stopped) {
        const [update] = updates
        if (!update) break
        const { url, secret } = webhook
        const headers = { 'content-type': 'application/json', ...(secret ? { 'x-telegram-bot-api-secret-token': secret } : {}) }
        const took = await fetch(url, { method: 'POST', headers, body: JSON.stringify(update), signal: AbortSignal.timeout(5000) }).then((response) => response.ok, () => false)
        calls.push({ method: '(webhook)', payload: update as unknown as Record<string, unknown>, at: Date.now(), answer: took ? 'ok' : 500 })
        if (took) updates = updates.filter((waiting) => waiting !== update)
        else await new Promise((resolve) => setTimeout(resolve, 50))
      }
    } finally {
      delivering = false
    }
  }

  function troubleFor(method: string): Trouble | undefined {
    const told = troubles.get(method)?.shift()
    if (told) return told
    const { tooMany = 0, broken = 0, hang = 0, lost = 0, retryAfter = 1 } = weather[method] ?? weather['*'] ?? {}
    const drawn = tooMany + broken + hang + lost > 0 ? random() : 1
    if (drawn < tooMany) return { code: 429, retryAfter }
    if (drawn < tooMany + broken) return { code: 500 }
    if (drawn < tooMany + broken + hang) return 'hang'
    return drawn < tooMany + broken + hang + lost ? 'lost' : undefined
  }

  /** The result of a call, or the error that Telegram would give. */
  function perform(method: string, payload: Record<string, unknown>): { result: unknown } | { code: number; description: string } {
    const chat = String(payload['chat_id'])
    switch (method) {
      case 'getMe':
        return { result: { ...me, can_join_groups: true, can_read_all_group_messages: true, supports_inline_queries: false } }
      case 'deleteWebhook':
        webhook = undefined
        return { result: true }
      case 'setWebhook':
        webhook = { url: String(payload['url']), ...(payload['secret_token'] ? { secret: String(payload['secret_token']) } : {}) }
        poller?.conflict()
        void deliver()
        return { result: true }
      case 'sendMessage': {
        const problem = wrongMessage(payload)
        if (problem) return { code: 400, description: `Bad Request: ${problem}` }
        const message = { messageId: nextMessage++, chat, text: String(payload['text']), at: Date.now(), payload }
        sent.push(message)
        return { result: { message_id: message.messageId, date: Math.floor(message.at / 1000), chat: { id: Number(chat), type: Number(chat) < 0 ? 'supergroup' : 'private' }, from: me, text: message.text } }
      }
      case 'editMessageText': {
        const message = sent.find(({ messageId }) => messageId === payload['message_id'])
        if (!message) return { code: 400, description: 'Bad Request: message to edit not found' }
        const same = message.text === payload['text'] && JSON.stringify(message.payload['reply_markup']) === JSON.stringify(payload['reply_markup'])
        if (same) return { code: 400, description: 'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message' }
        message.text = String(payload['text'])
        message.payload = { ...message.payload, reply_markup: payload['reply_markup'] }
        return { result: { message_id: message.messageId, date: 0, chat: { id: Number(chat), type: 'private' }, text: message.text } }
      }
      case 'answerCallbackQuery':
      case 'sendChatAction':
        return { result: true }
      default:
        return { code: 404, description: 'Not Found: method not found' }
    }
  }

  function getUpdates(payload: Record<string, unknown>, response: ServerResponse, answered: (answer: Call['answer']) => void): void {
    if (webhook) {
      answered(409)
      return fail(response, 409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
    }
    poller?.conflict()
    const offset = Number(payload['offset'] ?? 0)
    const limit = Number(payload['limit'] ?? 100)
    if (offset > 0) updates = updates.filter(({ update_id }) => update_id >= offset)
    const timer = setTimeout(() => finish(true), Number(payload['timeout'] ?? 0) * 1000)
    const mine = {
      give: () => finish(false),
      conflict() {
        leave()
        answered(409)
        fail(response, 409, 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running')
      },
    }
    function leave(): void {
      clearTimeout(timer)
      if (poller === mine) poller = undefined
    }
    function finish(late: boolean): void {
      if (updates.length === 0 && !late) return
      leave()
      answered('ok')
      succeed(response, updates.slice(0, limit))
    }
    poller = mine
    response.on('close', leave)
    finish(Number(payload['timeout'] ?? 0) === 0)
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const payload = await readBody(request)
    if (pathname.startsWith('/control/')) return control(pathname.slice('/control/'.length), payload, response)
    const [, used = '', method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(pathname) ?? []
    const call: Call = { method, payload, at: Date.now(), answer: 'ok' }
    calls.push(call)
    if (used !== token) {
      call.answer = 401
      return fail(response, 401, 'Unauthorized')
    }
    const trouble = troubleFor(method)
    if (trouble === 'hang' || trouble === 'lost') {
      call.answer = trouble
      if (trouble === 'lost') perform(method, payload)
      return
    }
    if (trouble) {
      call.answer = trouble.code
      return fail(response, trouble.code, trouble.description ?? (trouble.code === 429 ? `Too Many Requests: retry after ${trouble.retryAfter ?? 1}` : 'Internal Server Error'), {
        ...(trouble.code === 429 ? { retry_after: trouble.retryAfter ?? 1 } : {}),
        ...(trouble.migrateTo === undefined ? {} : { migrate_to_chat_id: trouble.migrateTo }),
      })
    }
    if (method === 'getUpdates') return getUpdates(payload, response, (answer) => void (call.answer = answer))
    const done = perform(method, payload)
    if ('result' in done) return succeed(response, done.result)
    call.answer = done.code
    fail(response, done.code, done.description)
  }

  /** The same levers over HTTP, for a server that runs in a process of its own. */
  function control(verb: string, payload: Record<string, unknown>, response: ServerResponse): void {
    const levers: Record<string, () => unknown> = {
      say: () => say(payload as Saying),
      push: () => push(payload as Omit<Update, 'update_id'>),
      press: () => press(sent.find(({ messageId }) => messageId === payload['messageId'])!, String(payload['label']), payload['from'] as { id: number }),
      refuse: () => refuse(String(payload['method']), ...(payload['troubles'] as Trouble[])),
      weather: () => void (weather = payload as Record<string, Weather>),
      sent: () => sent,
      calls: () => calls,
      pending: () => updates,
    }
    const lever = levers[verb]
    if (lever) succeed(response, lever() ?? true)
    else fail(response, 404, `no such lever: ${verb}`)
  }

  function refuse(method: string, ...next: Trouble[]): void {
    troubles.set(method, [...(troubles.get(method) ?? []), ...next])
  }

  const server = createServer((request, response) => {
    open.add(response)
    response.on('close', () => open.delete(response))
    serve(request, response).catch((cause: unknown) => fail(response, 400, `Bad Request: ${String(cause)}`))
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    /** Calls in the order they came, `sent` the messages that were taken. */
    calls,
    sent,
    say,
    push,
    press,
    /** The next calls of a method get these troubles, one each. */
    refuse,
    /** Random trouble from now on, by method, or `*` for all that are not named. */
    setWeather: (next: Record<string, Weather>) => void (weather = next),
    /** From now on another token is the right one. */
    revoke: () => void (token = 'revoked'),
    /** Updates that nobody confirmed yet. */
    pending: (): readonly Update[] => updates,
    webhook: () => webhook,
    async stop(): Promise<void> {
      stopped = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

/** What Telegram would find wrong with a message, in its own words. */
function wrongMessage(payload: Record<string, unknown>): string | undefined {
  const text = String(payload['text'] ?? '')
  if (text.trim() === '') return 'message text is empty'
  if (text.length > 4096) return 'message is too long'
  if (!/^-?\d+$/.test(String(payload['chat_id']))) return 'chat not found'
  const { inline_keyboard = [] } = (payload['reply_markup'] ?? {}) as { inline_keyboard?: { callback_data?: string; text: string }[][] }
  for (const { callback_data, text: label } of inline_keyboard.flat()) {
    if (callback_data !== undefined && (callback_data === '' || Buffer.byteLength(callback_data) > 64)) return 'BUTTON_DATA_INVALID'
    if (label === '') return 'BUTTON_TEXT_INVALID'
  }
  return undefined
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

function succeed(response: ServerResponse, result: unknown): void {
  reply(response, 200, { ok: true, result })
}

function fail(response: ServerResponse, code: number, description: string, parameters?: Record<string, unknown>): void {
  reply(response, code, { ok: false, error_code: code, description, ...(parameters ? { parameters } : {}) })
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  if (response.writableEnded || response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const at = process.argv.indexOf('--port')
  const server = await startTelegramServer({ port: at > 0 ? Number(process.argv[at + 1]) : 8081 })
  console.log(JSON.stringify({ url: server.url, token: server.token }))
}
