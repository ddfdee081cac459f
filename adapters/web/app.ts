import { Hono, type Context } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { apiRoutes } from './api.ts'
import { assetRoutes } from './assets.ts'
import { Refused } from './input.ts'
import { residentRoutes, sorryPage } from './resident.tsx'
import type { Site } from './site.ts'

/** The pages and the API as one fetch handler. */
export function createWebApp(site: Site): Hono {
  const app = new Hono()
  app.use(secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"], scriptSrc: ["'self'"], styleSrc: ["'self'"], imgSrc: ["'self'", 'data:'], connectSrc: ["'self'"],
      // A form that leaves is redirected, and form-action holds for where it lands.
      formAction: ["'self'", new URL(site.leaveTo).origin], baseUri: ["'none'"], frameAncestors: ["'none'"],
    },
    referrerPolicy: 'same-origin', xFrameOptions: 'DENY', strictTransportSecurity: false,
    permissionsPolicy: { camera: [], geolocation: [], microphone: [] },
  }))
  app.use(async (c, next) => {
    await next()
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
  })
  app.get('/healthz', (c) => {
    const state = site.state()
    return c.json({ ok: state === 'open', state }, state === 'open' ? 200 : 503)
  })
  app.route('/', assetRoutes())
  app.route('/api', apiRoutes(site))
  app.route('/', residentRoutes(site))
  app.notFound((c) => refuse(c, new Refused(404, '没有这个页面。请回到首页。')))
  app.onError((cause, c) => {
    if (cause instanceof Refused) return refuse(c, cause)
    site.report(cause)
    return refuse(c, new Refused(503, '助手这会儿答不了，是我们这边的问题。请过几分钟再试，急事打 12348。', { 'Retry-After': '10' }))
  })
  return app
}

function refuse(c: Context, { status, message, headers }: Refused): Response | Promise<Response> {
  for (const [name, value] of Object.entries(headers)) c.header(name, value)
  return /^\/api(?:\/|$)/.test(c.req.path) ? c.json({ error: message }, status) : c.html(sorryPage(message), status)
}
