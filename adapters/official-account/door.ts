import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import type { Server } from 'node:http'
import { ChannelLost } from '../../src/domain/errors.ts'
import type { Dialect, Letter, Query } from './dialect.ts'

const largestBody = 64 * 1024

/** What the door asks of whoever lives behind it. */
export type Resident = {
  readonly dialect: Dialect
  /** The answer to a call; `settled` is to be told whether it left the house. Rejects when nothing was noted. */
  answer(query: Query, body: string): Promise<Answer>
}
export type Answer = { readonly status: 200 | 400 | 403 | 503; readonly letter: Letter; settled?(left: boolean): void }

/** One port for all platforms that call us: open as long as any of them is at home. */
export function createDoor({ port, host, report }: { port: number; host: string; report(problem: string): void }) {
  const app = new Hono<{ Bindings: HttpBindings }>()
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  server.requestTimeout = 30_000
  const home = new Map<string, Resident>()

  app.use(bodyLimit({ maxSize: largestBody }))
  app.get('/:path', (c) => {
    const echo = home.get(c.req.path)?.dialect.echo(c.req.query())
    return echo === undefined ? c.text('', 403) : c.text(echo)
  })
  app.post('/:path', async (c) => {
    const resident = home.get(c.req.path)
    if (!resident) return c.text('', 404)
    const { outgoing } = c.env
    const { status, letter, settled } = await resident.answer(c.req.query(), await c.req.text())
    if (settled) whenGone(outgoing, settled)
    return c.body(letter.body, status, { 'content-type': letter.type })
  })
  app.onError((cause, c) => {
    if (cause instanceof HTTPException) return cause.getResponse()
    // Anything but a plain yes makes the platform bring the message again.
    report(`公众号消息没记下，等平台重发：${String(cause)}`)
    return c.text('', 500)
  })

  async function open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const refused = (cause: Error) => reject(new ChannelLost(`开不了 ${host}:${port}（${String(cause)}）：换一个 OFFICIAL_ACCOUNT_PORT，或者先停掉占用它的程序`, { cause }))
      server.once('error', refused)
      server.listen(port, host, () => {
        server.off('error', refused)
        resolve()
      })
    })
  }

  return {
    async enter(resident: Resident): Promise<void> {
      home.set(resident.dialect.path, resident)
      if (home.size === 1) await open()
    },

    async exit({ dialect }: Resident): Promise<void> {
      if (!home.delete(dialect.path) || home.size > 0 || !server.listening) return
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      const idle = setInterval(() => server.closeIdleConnections(), 50)
      const late = setTimeout(() => server.closeAllConnections(), 2000)
      await closed
      clearInterval(idle)
      clearTimeout(late)
    },

    /** Where it listens; with port 0 the system chose. */
    url(): string {
      const address = server.address()
      return `http://${host}:${typeof address === 'object' && address ? address.port : port}`
    },
  }
}

export type Door = ReturnType<typeof createDoor>

function whenGone(outgoing: HttpBindings['outgoing'], settled: (left: boolean) => void): void {
  if (outgoing.destroyed || outgoing.closed) return settled(false)
  outgoing.once('close', () => settled(outgoing.writableFinished))
}
