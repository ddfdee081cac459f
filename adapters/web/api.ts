import { randomUUID } from 'node:crypto'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { streamSSE } from 'hono/streaming'
import type { Outbound, Unfinished } from '../../src/domain/message.ts'
import { askBody, conversationId, messageBody, position, readInput, Refused, voteBody } from './input.ts'
import type { Site } from './site.ts'
import { addressOf, idGiven, wholeHistory } from './talk.ts'

const largestBody = 16 * 1024
const askWaitMs = 30_000
/** A comment now and then keeps proxies from closing a quiet stream. */
const beatMs = 15_000

/** The HTTP API for apps: send and listen, or ask and wait; whatever is wrong is said as `{ error }`. */
export function apiRoutes(site: Site): Hono {
  const api = new Hono()
  const limit = bodyLimit({
    maxSize: largestBody,
    onError: () => {
      throw new Refused(413, '内容太大了，最多 16 KB，请分几次发。')
    },
  })

  api.post('/messages', limit, async (c) => {
    const { conversation, sender, text, id = randomUUID() } = readInput(messageBody, await json(c, site))
    site.pace(c, conversation)
    await site.desk().receive(site.toInbound({ conversation, sender, text, id }))
    return c.json({ id }, 202)
  })

  api.post('/ask', limit, async (c) => {
    const { text, conversation = randomUUID() } = readInput(askBody, await json(c, site))
    site.pace(c, conversation)
    site.desk()
    const result = await within(askWaitMs, site.ask(site.toInbound({ conversation, text })))
    if (!result) throw new Refused(504, '这次等得太久了。您的话已经记下，答复好了会出现在这段对话里。')
    return c.json({ ...result, conversation })
  })

  api.post('/votes', limit, async (c) => {
    const { message, conversation, up } = readInput(voteBody, await json(c, site))
    site.pace(c, conversation)
    await vote(site, { message, conversation, up })
    return c.json({ ok: true })
  })

  api.get('/conversations/:id/events', (c) => {
    const conversation = readInput(conversationId, c.req.param('id'))
    const given = c.req.header('last-event-id') ?? c.req.query('after')
    let seen = given === undefined || given === '' ? 0 : readInput(position, given)
    const bell = site.bells.hang(conversation)
    if (!bell) throw new Refused(429, '同时打开的页面太多了，请关掉几个再试。', { 'Retry-After': '30' })
    c.header('X-Accel-Buffering', 'no')

    return streamSSE(c, async (stream) => {
      let shown: Unfinished | undefined
      stream.onAbort(() => bell.ring())
      try {
        await stream.write('retry: 2000\n\n')
        while (!stream.aborted && site.state() !== 'closed') {
          // The ledger says what there is; the bell only says when to look, and remembers a ring during the look.
          for (const { seq, message, at } of await site.ledger.history(addressOf(conversation), seen)) {
            await stream.writeSSE({ id: String(seq), data: JSON.stringify(toEvent(message, at)) })
            seen = seq
            bell.ring()
          }
          const words = site.unfinished.get(conversation)
          if (words && words !== shown) await stream.writeSSE({ event: 'unfinished', data: JSON.stringify({ text: words.text, label: words.label }) })
          shown = words
          await bell.wait(beatMs)
          await stream.write(':\n\n')
        }
      } finally {
        bell.stop()
      }
    })
  })

  const methods = { '/messages': 'POST', '/ask': 'POST', '/votes': 'POST', '/conversations/:id/events': 'GET' } as const
  for (const [path, method] of Object.entries(methods)) {
    api.all(path, () => {
      throw new Refused(405, `这里只能用 ${method}。`, { Allow: method })
    })
  }
  api.all('*', () => {
    throw new Refused(404, '没有这个接口。有 POST /api/messages、POST /api/ask、POST /api/votes 和 GET /api/conversations/:id/events。')
  })
  return api
}

/** Notes a vote on one of our messages; nobody votes on what was said elsewhere. */
export async function vote(site: Site, { message, conversation, up }: { message: string; conversation: string; up: boolean }): Promise<void> {
  const said = await wholeHistory(site.ledger, conversation)
  if (!said.some((row) => row.message.id === message)) throw new Refused(404, '这段对话里没有这条答复。')
  await site.desk().vote({ message, from: addressOf(conversation), sender: conversation, up })
}

/** An Outbound as apps read it: `replyTo` is the id that they gave. */
function toEvent(message: Outbound, at: Date): object {
  return { ...message, ...(message.replyTo === undefined ? {} : { replyTo: idGiven({ id: message.replyTo }) }), at }
}

async function json(c: Context, site: Site): Promise<unknown> {
  site.pace(c)
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) throw new Refused(415, '请用 JSON 发送，并写上 Content-Type: application/json。')
  return c.req.json().catch((cause: unknown) => {
    if (cause instanceof Refused) throw cause
    throw new Refused(400, '内容不是完整的 JSON，请检查引号、逗号和括号。')
  })
}

/** What comes first: the answer, or the end of our patience. */
function within<T>(ms: number, answer: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), ms)
    answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
