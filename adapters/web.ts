import { createAdaptorServer } from '@hono/node-server'
import type { Server } from 'node:http'
import { ExpectedError } from '../src/domain/errors.ts'
import type { Channel } from '../src/domain/message.ts'
import { createWebApp } from './web/app.ts'
import { createSite, type SiteOptions } from './web/site.ts'

export type WebOptions = SiteOptions & { port: number; host: string }

/** The port is taken, or not ours to take. */
export class CannotListen extends ExpectedError {
  readonly code = 'cannot-listen'

  constructor(host: string, port: number, cause: unknown) {
    super(`开不了 ${host}:${port}（${(cause as { code?: string }).code ?? String(cause)}）：换一个 PORT，或者先停掉占用它的程序`, { cause })
  }
}

/**
 * The resident's page and the HTTP API.
 *
 * What was said lies in the ledger, and everyone who reads it names the last thing seen; so sending only
 * wakes the listeners, and nothing is lost or shown twice when a connection breaks.
 */
export function webChannel(options: WebOptions): Channel & { url(): string } {
  const { port, host } = options
  const site = createSite(options)
  const server = createAdaptorServer({ fetch: createWebApp(site).fetch }) as Server
  server.requestTimeout = 30_000

  return {
    name: 'web',
    longestText: 8000,

    async start(desk) {
      site.open(desk)
      await new Promise<void>((resolve, reject) => {
        const refused = (cause: Error) => reject(new CannotListen(host, port, cause))
        server.once('error', refused)
        server.listen(port, host, () => {
          server.off('error', refused)
          server.on('error', desk.lost)
          resolve()
        })
      })
    },

    async send({ to }) {
      site.unfinished.delete(to.conversation)
      site.bells.ring(to.conversation)
    },

    update(words) {
      site.unfinished.set(words.to.conversation, words)
      site.bells.ring(words.to.conversation)
    },

    async stop() {
      site.close()
      if (!server.listening) return
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      // Whoever is still being answered has a moment to hear it; then the connection goes.
      const idle = setInterval(() => server.closeIdleConnections(), 50)
      const late = setTimeout(() => server.closeAllConnections(), 2000)
      await closed
      clearInterval(idle)
      clearTimeout(late)
    },

    /** Where it listens; with port 0 the system chose. */
    url() {
      const address = server.address()
      return `http://${host}:${typeof address === 'object' && address ? address.port : port}`
    },
  }
}
