import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Hono } from 'hono'

const types = { 'page.css': 'text/css; charset=utf-8', 'live.js': 'text/javascript; charset=utf-8', 'icon.svg': 'image/svg+xml' } as const
type Asset = keyof typeof types

const assets = Object.entries(types).map(([name, type]) => {
  const body = readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')
  return { name: name as Asset, type, body, version: createHash('sha256').update(body).digest('hex').slice(0, 10) }
})

/** The address of an asset as it is now; it changes with its content, so browsers may keep it. */
export function assetPath(name: Asset): string {
  return `/assets/${name}?v=${assets.find((asset) => asset.name === name)?.version ?? ''}`
}

export function assetRoutes(): Hono {
  const routes = new Hono()
  for (const { name, type, body, version } of assets) {
    routes.get(`/assets/${name}`, (c) => {
      const kept = c.req.query('v') === version ? 'public, max-age=31536000, immutable' : 'no-cache'
      return c.body(body, 200, { 'Content-Type': type, 'Cache-Control': kept })
    })
  }
  return routes
}
