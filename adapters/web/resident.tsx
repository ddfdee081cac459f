/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { createHash, randomUUID } from 'node:crypto'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { getCookie, setCookie } from 'hono/cookie'
import { vote } from './api.ts'
import { readInput, Refused, sayForm, voteForm } from './input.ts'
import { Log, Page, Sorry } from './page.tsx'
import type { Site } from './site.ts'
import { readTalk } from './talk.ts'

/** 4000 Chinese characters as a form sends them: nine bytes each. */
const largestForm = 40 * 1024
const halfAYear = 180 * 24 * 3600
const made = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** A form waits this long for the answer before it shows the page: most answers are there by then. */
const patienceMs = 1500

/** The resident's page and its forms; every form works without scripts. */
export function residentRoutes(site: Site): Hono {
  const pages = new Hono()
  const limit = bodyLimit({
    maxSize: largestForm,
    onError: () => {
      throw new Refused(413, '写得太长了，请分几次说。')
    },
  })

  pages.get('/', async (c) => c.html(await page(c, site)))
  pages.get('/log', async (c) => c.html(<Log talk={await readTalk(site.ledger, conversationOf(c, site))} now={new Date()} />))

  pages.post('/say', limit, async (c) => {
    const conversation = conversationOf(c, site)
    const form = await formOf(c)
    try {
      fromHere(c)
      site.pace(c)
      site.pace(c, conversation)
      const { text, id = randomUUID() } = readInput(sayForm, form)
      const bell = site.bells.hang(conversation)
      // One form may say several things, each once.
      const said = `${id.slice(0, 40)}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`
      try {
        await site.desk().receive(site.toInbound({ conversation, text, id: said }))
        await bell?.wait(patienceMs)
      } finally {
        bell?.stop()
      }
      return c.redirect(`/#q-${said}`, 303)
    } catch (cause) {
      if (!(cause instanceof Refused)) throw cause
      for (const [name, value] of Object.entries(cause.headers)) c.header(name, value)
      return c.html(await page(c, site, { problem: cause.message, draft: typeof form.text === 'string' ? form.text : '' }), cause.status)
    }
  })

  pages.post('/vote', limit, async (c) => {
    fromHere(c)
    site.pace(c)
    const conversation = conversationOf(c, site)
    const { message, up } = readInput(voteForm, await formOf(c))
    await vote(site, { message, conversation, up })
    const talk = await readTalk(site.ledger, conversation)
    const seq = talk.turns.findLast((turn) => turn.kind === 'said' && turn.message.id === message)
    return c.redirect(seq?.kind === 'said' ? `/#m-${seq.seq}` : '/', 303)
  })

  pages.post('/big', (c) => {
    fromHere(c)
    keep(c, site, 'big', getCookie(c, 'big') === '1' ? '0' : '1')
    return c.redirect('/', 303)
  })
  pages.post('/new', (c) => {
    fromHere(c)
    keep(c, site, 'conversation', randomUUID())
    return c.redirect('/', 303)
  })
  pages.post('/leave', (c) => {
    fromHere(c)
    keep(c, site, 'conversation', randomUUID())
    return c.redirect(site.leaveTo, 303)
  })

  for (const path of ['/', '/log']) pages.all(path, () => refuseMethod('GET'))
  for (const path of ['/say', '/vote', '/big', '/new', '/leave']) {
    // Somebody who reloads or shares the address of a form means the page.
    pages.get(path, (c) => c.redirect('/', 303))
    pages.all(path, () => refuseMethod('POST'))
  }
  return pages
}

export function sorryPage(sentence: string): string {
  return `<!doctype html>${String(<Sorry sentence={sentence} />)}`
}

async function page(c: Context, site: Site, wrong: { problem?: string; draft?: string } = {}): Promise<string> {
  const conversation = conversationOf(c, site)
  const talk = await readTalk(site.ledger, conversation)
  return `<!doctype html>${String(<Page talk={talk} conversation={conversation} big={getCookie(c, 'big') === '1'} now={new Date()} leaveTo={site.leaveTo} {...wrong} />)}`
}

/** The conversation in the cookie; a new one, which nobody can guess, where there is none of our making. */
function conversationOf(c: Context, site: Site): string {
  const kept = getCookie(c, 'conversation')
  if (kept && made.test(kept)) return kept
  const given = c.get('conversation') as string | undefined
  const conversation = given ?? randomUUID()
  if (!given) {
    c.set('conversation', conversation)
    keep(c, site, 'conversation', conversation)
  }
  return conversation
}

function keep(c: Context, site: Site, name: string, value: string): void {
  setCookie(c, name, value, { httpOnly: true, sameSite: 'Lax', path: '/', maxAge: halfAYear, secure: site.secure(c) })
}

async function formOf(c: Context): Promise<Record<string, unknown>> {
  return c.req.parseBody().catch(() => ({}))
}

/** Browsers say when another site sent the form. */
function fromHere(c: Context): void {
  if (c.req.header('sec-fetch-site') === 'cross-site') throw new Refused(400, '请在本页上写，再点“发送”。')
}

function refuseMethod(method: string): never {
  throw new Refused(405, '这个页面不能这样打开。请回到首页。', { Allow: method })
}
