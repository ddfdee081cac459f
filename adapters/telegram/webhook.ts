import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Update } from 'grammy/types'

const largestBody = 1 << 20
const secretHeader = 'x-telegram-bot-api-secret-token'

export type WebhookOptions = { readonly path: string; readonly port: number; readonly host: string; readonly secret: string; report(problem: string): void }

/**
 * Listens for Telegram's calls. One is answered 200 only once `take` resolved; anything else makes Telegram
 * bring the update again. Rejects when the port is taken.
 */
export async function listen(take: (update: Update) => Promise<void>, options: WebhookOptions): Promise<Server> {
  const server = createServer((request, response) => {
    serve(request, response, take, options).catch((cause: unknown) => {
      options.report(`Telegram webhook 出错，会重收：${String(cause)}`)
      answer(response, 500)
    })
  })
  server.requestTimeout = 30_000
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port, options.host, resolve))
  return server
}

/** Takes no new call and waits for those under way. */
export async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  await closed
}

async function serve(request: IncomingMessage, response: ServerResponse, take: (update: Update) => Promise<void>, { path, secret }: WebhookOptions): Promise<void> {
  if (new URL(request.url ?? '/', 'http://localhost').pathname !== path) return answer(response, 404)
  if (request.method !== 'POST') return answer(response, 405)
  if (!same(String(request.headers[secretHeader] ?? ''), secret)) return answer(response, 401)
  const body = await read(request)
  if (body === undefined) return answer(response, 413)
  const update = parse(body)
  if (!update) return answer(response, 400)
  await take(update)
  answer(response, 200)
}

function parse(body: string): Update | undefined {
  try {
    const update = JSON.parse(body) as Update | null
    return Number.isInteger(update?.update_id) ? (update ?? undefined) : undefined
  } catch {
    return undefined
  }
}

async function read(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > largestBody) return undefined
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** In the same time whether the first or the last letter is wrong. */
function same(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}

function answer(response: ServerResponse, status: number): void {
  if (!response.headersSent) response.writeHead(status, { connection: 'close' }).end()
}
