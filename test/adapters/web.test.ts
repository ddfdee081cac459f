import { afterEach, expect, test } from 'vitest'
import { webChannel } from '../../adapters/web.ts'
import { createWebApp } from '../../adapters/web/app.ts'
import { createSite, type SiteOptions } from '../../adapters/web/site.ts'
import type { Address, Channel, Desk, Inbound, Outbound, Sheet, Vote } from '../../src/domain/message.ts'
import type { Result } from '../../src/domain/result.ts'

const result: Result = { kind: 'answered', confidence: 0.9, text: '能要回来。', citations: [], entries: ['unpaid-wages'], reason: 'sure', ms: 3 }

/** A ledger in memory: what the desk received, what was said back, what was voted. */
function createLedger() {
  const inbox: Inbound[] = []
  const outbox: { seq: number; message: Outbound; at: Date }[] = []
  const votes: Vote[] = []
  const at = (place: Address) => (row: { conversation: string }) => row.conversation === place.conversation
  const desk: Desk = {
    receive: async (message) => void (inbox.some(({ id }) => id === message.id) || inbox.push(message)),
    vote: async (vote) => void votes.push(vote),
    lost: () => {},
  }
  return {
    inbox, votes, desk,
    say(conversation: string, id: string, more: Partial<Outbound> = {}): Outbound {
      const message: Outbound = { id, to: { channel: 'web', conversation }, text: `答复 ${id}`, ...more }
      outbox.push({ seq: outbox.length + 1, message, at: new Date() })
      return message
    },
    ports: {
      history: async (place: Address, after = 0) => outbox.filter(({ seq, message }) => seq > after && at(place)(message.to)).slice(0, 3),
      asked: async (place: Address) => inbox.filter(({ from }) => at(place)(from)),
      votes: async (place: Address) => votes.filter(({ sender }) => sender === place.conversation),
      ask: async (message: Inbound) => (await desk.receive(message), result as Result | undefined),
    },
  }
}

function open(more: Partial<SiteOptions> = {}) {
  const ledger = createLedger()
  const site = createSite({ ...ledger.ports, ...more })
  site.open(ledger.desk)
  const app = createWebApp(site)
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    app.request(path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) })
  const submit = (path: string, fields: Record<string, string>, cookie = '') => app.request(path, { method: 'POST', headers: { cookie }, body: new URLSearchParams(fields) })
  const page = async (cookie: string) => (await app.request('/', { headers: { cookie } })).text()
  return { ...ledger, site, app, post, submit, page }
}

const conversation = '0b2f2b1e-6f0e-4a62-9a53-2f1d6a1c0001'
const cookie = `conversation=${conversation}`
const sheet = (more: Partial<Sheet> = {}): Sheet => ({ by: 'assistant', kind: 'answer', conclusion: '能要回来。', label: 'AI 生成，仅供参考', ...more })

const running: Channel[] = []
afterEach(async () => {
  for (const channel of running.splice(0)) await channel.stop()
})

// ---- API ----

test('a message is noted and its id given back; a retry is the same message', async () => {
  const { post, inbox } = open()
  const body = { conversation: 'c1', sender: 'zhang', text: ' 工资不给\r\n咋办 ', id: 'm1' }
  expect(await (await post('/api/messages', body)).json()).toEqual({ id: 'm1' })
  expect((await post('/api/messages', body)).status).toBe(202)
  expect(inbox).toMatchObject([{ from: { channel: 'web', conversation: 'c1' }, sender: 'zhang', text: '工资不给\n咋办', place: 'direct', addressed: true }])
})

test('the same id in two conversations is two messages', async () => {
  const { post, inbox } = open()
  for (const place of ['c1', 'c2']) await post('/api/messages', { conversation: place, text: '在吗', id: '1' })
  expect(new Set(inbox.map(({ id }) => id)).size).toBe(2)
})

test.each([
  ['an empty text', { conversation: 'c1', text: '  ' }, 400],
  ['a text of 4001', { conversation: 'c1', text: '字'.repeat(4001) }, 400],
  ['no text', { conversation: 'c1' }, 400],
  ['no conversation', { text: '在吗' }, 400],
  ['a conversation with a slash', { conversation: 'a/b', text: '在吗' }, 400],
  ['a conversation that never ends', { conversation: 'a'.repeat(65), text: '在吗' }, 400],
  ['a list', [], 400],
  ['half a JSON', '{"text":', 400],
  ['more than 16 KB', { conversation: 'c1', text: 'x', more: 'x'.repeat(17_000) }, 413],
])('%s is refused with a plain sentence', async (_, body, status) => {
  const { post, inbox } = open()
  const reply = await post('/api/messages', body)
  expect(reply.status).toBe(status)
  expect(((await reply.json()) as { error: string }).error).toMatch(/[一-龥].*。/)
  expect(inbox).toEqual([])
})

test('a text of 4000 characters passes', async () => {
  expect((await open().post('/api/messages', { conversation: 'c1', text: '字'.repeat(4000) })).status).toBe(202)
})

test('the wrong way in is named: 404, 405 with Allow, 415', async () => {
  const { app, post } = open()
  const unknown = await app.request('/api/nothing')
  const wrong = await app.request('/api/messages')
  const form = await post('/api/messages', 'text=1', { 'Content-Type': 'text/plain' })
  expect([unknown.status, wrong.status, wrong.headers.get('allow'), form.status]).toEqual([404, 405, 'POST', 415])
  for (const reply of [unknown, wrong, form]) expect(await reply.json()).toMatchObject({ error: expect.stringMatching(/。$/) as string })
})

test('ask gives the result in one reply, with the conversation to go on in', async () => {
  const { post, inbox } = open()
  const reply = (await (await post('/api/ask', { text: '工资不给咋办' })).json()) as Result & { conversation: string }
  expect(reply).toMatchObject(result)
  expect(inbox[0]?.from.conversation).toBe(reply.conversation)
  expect(reply.conversation).toMatch(/^[0-9a-f-]{36}$/)
})

test('a vote reaches the desk, but only for what was said in that conversation', async () => {
  const { post, say, votes } = open()
  for (const id of ['o1', 'o2', 'o3', 'o4']) say('c1', id)
  expect((await post('/api/votes', { message: 'o4', conversation: 'c1', up: false })).status).toBe(200)
  expect((await post('/api/votes', { message: 'o4', conversation: 'c2', up: true })).status).toBe(404)
  expect((await post('/api/votes', { message: 'o4', conversation: 'c1', up: 'yes' })).status).toBe(400)
  expect(votes).toEqual([{ message: 'o4', from: { channel: 'web', conversation: 'c1' }, sender: 'c1', up: false }])
})

test('one conversation sends ten at once, then waits as long as it is told', async () => {
  const { post } = open()
  const send = async () => await post('/api/messages', { conversation: 'c1', text: '在吗' })
  for (let index = 0; index < 10; index++) expect((await send()).status).toBe(202)
  const late = await send()
  expect([late.status, late.headers.get('retry-after')]).toEqual([429, '3'])
  expect((await post('/api/messages', { conversation: 'c2', text: '在吗' })).status).toBe(202)
})

test('an address cannot escape the pace with new conversations, nor with a forwarded address', async () => {
  const { post } = open({ pace: { burst: 2, everyMs: 60_000 } })
  const statuses = []
  for (let index = 0; index < 9; index++) statuses.push((await post('/api/ask', { text: '在吗' }, { 'X-Forwarded-For': `10.0.0.${index}` })).status)
  expect(statuses).toEqual([...Array<number>(8).fill(200), 429])
})

test('behind a proxy of ours, the forwarded address is the sender', async () => {
  const { post } = open({ pace: { burst: 1, everyMs: 60_000 }, trustProxy: true })
  const send = async (address: string) => (await post('/api/ask', { text: '在吗' }, { 'X-Forwarded-For': `1.1.1.1, ${address}` })).status
  for (let index = 0; index < 4; index++) await send('10.0.0.1')
  expect([await send('10.0.0.1'), await send('10.0.0.2')]).toEqual([429, 200])
})

// ---- SSE ----

async function listen(url: string, headers: Record<string, string> = {}) {
  const gone = new AbortController()
  const reply = await fetch(url, { headers, signal: gone.signal })
  const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    reply,
    /** The events that came, once there are `count`. */
    async events(count: number) {
      const parse = () => [...text.matchAll(/data: (.*)\nid: (\d+)\n\n/g)].map(([, data = '', id]) => ({ id, message: JSON.parse(data) as Outbound }))
      while (parse().length < count) {
        const { value, done } = await reader.read()
        if (done) break
        text += value
      }
      return parse()
    },
    leave: () => gone.abort(),
  }
}

async function serve() {
  const ledger = createLedger()
  const channel = webChannel({ port: 0, host: '127.0.0.1', ...ledger.ports })
  running.push(channel)
  await channel.start(ledger.desk)
  return { ...ledger, channel, url: `${channel.url()}/api/conversations/c1/events`, tell: async (message: Outbound) => await channel.send(message) }
}

test('a listener hears what was said before and what comes, in order and once', async () => {
  const { url, say, tell } = await serve()
  for (const id of ['o1', 'o2', 'o3', 'o4']) say('c1', id)
  const { events, leave, reply } = await listen(url)
  await events(4)
  say('c2', 'elsewhere')
  await tell(say('c1', 'o5', { replyTo: 'c1:m5', sheet: sheet() }))
  await tell(say('c1', 'o6'))
  const heard = await events(6)
  expect(heard.map(({ message }) => message.id)).toEqual(['o1', 'o2', 'o3', 'o4', 'o5', 'o6'])
  expect(heard[4]!.message).toMatchObject({ replyTo: 'm5', sheet: { conclusion: '能要回来。' } })
  expect(reply.headers.get('content-type')).toBe('text/event-stream')
  leave()
})

test('a broken connection goes on after the last event it had', async () => {
  const { url, say } = await serve()
  for (const id of ['o1', 'o2', 'o3']) say('c1', id)
  const first = await listen(url)
  const [, second] = await first.events(3)
  first.leave()
  say('c1', 'o4')
  const resumed = await listen(url, { 'Last-Event-ID': second!.id! })
  expect((await resumed.events(2)).map(({ message }) => message.id)).toEqual(['o3', 'o4'])
  const asked = await listen(`${url}?after=3`)
  expect((await asked.events(1)).map(({ message }) => message.id)).toEqual(['o4'])
  resumed.leave()
  asked.leave()
})

test('what is said while a listener is being served is not missed', async () => {
  const { url, say, tell } = await serve()
  const { events, leave } = await listen(url)
  for (let index = 1; index <= 40; index++) await tell(say('c1', `o${index}`))
  expect((await events(40)).map(({ message }) => message.id)).toEqual(Array.from({ length: 40 }, (_, index) => `o${index + 1}`))
  leave()
})

test('nobody holds more than ten streams of a conversation, and stopping ends them all', async () => {
  const { url, channel } = await serve()
  const streams = await Promise.all(Array.from({ length: 10 }, () => listen(url)))
  expect((await fetch(url)).status).toBe(429)
  expect((await fetch(`${url}?after=x`)).status).toBe(400)
  running.splice(0)
  await channel.stop()
  expect(await Promise.all(streams.map(({ events }) => events(1)))).toEqual(Array(10).fill([]))
})

test('a port that is taken stops the start with what to do', async () => {
  const { channel } = await serve()
  const { ports, desk } = createLedger()
  const second = webChannel({ port: Number(new URL(channel.url()).port), host: '127.0.0.1', ...ports })
  await expect(second.start(desk)).rejects.toMatchObject({ code: 'cannot-listen', message: expect.stringContaining('PORT') as string })
})

// ---- The page ----

test('without scripts: a form sends, a redirect shows the answer, and a second press is harmless', async () => {
  const { app, submit, page, inbox, say, site } = open()
  const fresh = await app.request('/')
  const [, made = ''] = /conversation=([0-9a-f-]{36});/.exec(fresh.headers.get('set-cookie') ?? '') ?? []
  expect(fresh.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/)
  const mine = `conversation=${made}`

  const sending = submit('/say', { text: '工资不给咋办', id: 'press1' }, mine)
  await expect.poll(() => inbox.length).toBe(1)
  say(made, 'o1', { replyTo: inbox[0]!.id, sheet: sheet({ steps: ['先留证据：考勤、聊天。'] }) })
  site.bells.ring(made)
  const sent = await sending
  expect([sent.status, sent.headers.get('location')]).toEqual([303, expect.stringMatching(/^\/#q-press1-/)])
  await submit('/say', { text: '工资不给咋办', id: 'press1' }, mine)
  expect(inbox).toHaveLength(1)

  const html = await page(mine)
  expect(html).toContain('<b>先留证据：</b>考勤、聊天。')
  expect(html.match(/data-id="o1"/g)).toHaveLength(1)
  expect(html).not.toContain('http-equiv="refresh"')
})

test('while it waits, a page without scripts looks again by itself and offers to', async () => {
  const { submit, page } = open()
  await submit('/say', { text: '工资不给咋办' }, cookie)
  expect(await page(cookie)).toMatch(/<noscript><meta http-equiv="refresh".*看看有没有答复/s)
})

test('a form that is wrong keeps the draft and says what to do', async () => {
  const { submit, inbox } = open({ pace: { burst: 1, everyMs: 5000 } })
  const empty = await submit('/say', { text: '   ' }, cookie)
  expect([empty.status, await empty.text()]).toEqual([400, expect.stringContaining('请写上要问的事。')])
  const fast = await submit('/say', { text: '我的<话>' }, cookie)
  expect([fast.status, fast.headers.get('retry-after'), await fast.text()]).toEqual([429, '5', expect.stringContaining('我的&lt;话&gt;</textarea>')])
  expect(inbox).toEqual([])
})

test('hostile text stays text, wherever it comes from', async () => {
  const { page, say, desk } = open()
  const evil = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>'
  await desk.receive({ id: `${conversation}:m1`, from: { channel: 'web', conversation }, sender: conversation, text: evil, at: new Date(), place: 'direct', addressed: true })
  say(conversation, `"${evil}`, {
    text: evil,
    sheet: sheet({
      conclusion: evil, steps: [evil], notes: [evil], label: evil, places: [{ name: evil, about: evil, phone: 'javascript:alert(1)' }],
      citations: [{ label: evil, text: evil, verbatim: true, status: evil }], signature: { name: evil, licence: evil }, by: 'adviser',
    }),
    actions: [{ label: evil, send: evil }],
  })
  const html = await page(cookie)
  expect(html).not.toMatch(/<img|<script>|javascript:/)
  expect(html.match(/<script/g)).toHaveLength(1)
})

test('pages carry a strict policy, and load nothing from elsewhere', async () => {
  const { app } = open()
  const reply = await app.request('/')
  expect(reply.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/)
  expect([reply.headers.get('x-content-type-options'), reply.headers.get('x-frame-options'), reply.headers.get('cache-control')]).toEqual(['nosniff', 'DENY', 'no-store'])
  const html = await reply.text()
  expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\/|style="|\son\w+="/)
  for (const [, path = ''] of html.matchAll(/(?:src|href)="(\/assets[^"]+)"/g)) expect((await app.request(path)).headers.get('cache-control')).toContain('immutable')
})

test('the sheets say who speaks: the assistant, an adviser with a seal, an emergency with numbers to call', async () => {
  const { page, say } = open()
  const handOver = { label: '转人工', send: '转人工' }
  say(conversation, 'o1', { sheet: sheet({ citations: [{ label: '《劳动合同法》第三十条', text: '原文。', verbatim: true, status: '现行有效' }] }), actions: [handOver] })
  say(conversation, 'o2', { sheet: sheet({ kind: 'escalated', conclusion: '已经转给法律顾问，编号 #1007。' }) })
  say(conversation, 'o3', { sheet: sheet({ kind: 'urgent', calls: [{ name: '报警', phone: '110' }] }) })
  say(conversation, 'o4', { sheet: sheet({ by: 'adviser', kind: 'answer', ticket: 1007, signature: { name: '周明远', licence: '望溪律师事务所' } }), actions: [handOver] })
  const [, answer, escalated, urgent, adviser] = (await page(cookie)).split('<article').map((part) => part.split('</article')[0]!)
  expect(answer).toMatch(/AI 生成.*<details class="cite"><summary>.*《劳动合同法》第三十条.*法条原文.*原文。/s)
  expect(answer, 'an old answer no longer offers what would mean something else now').not.toContain('转人工')
  expect(escalated).toMatch(/class="sheet hum".*<b class="nb num">#1007<\/b>.*已经有了/s)
  expect(urgent).toContain('href="tel:110"')
  expect(adviser).toMatch(/周明远的答复.*编号 #1007.*class="seal" aria-hidden="true">周明远印.*转人工/s)
  expect(adviser).not.toContain('AI 生成 ·')
})

test('what no machine made is not called so, and nobody votes on it, nor on an adviser beside 满意 and 不满意', async () => {
  const { page, say } = open()
  say(conversation, 'o1', { sheet: sheet({ kind: 'note', conclusion: '您没有转给法律顾问的问题。', label: '' }) })
  say(conversation, 'o2', { text: '收到，已经转给李明（#1001）。' })
  say(conversation, 'o3', { sheet: sheet({ by: 'adviser', kind: 'answer', label: '法律顾问本人的答复，不是 AI 生成' }), actions: [{ label: '满意', send: '满意' }, { label: '不满意', send: '不满意' }] })
  const html = await page(cookie)
  expect(html).toMatch(/没有转给法律顾问的问题.*收到.*value="满意".*value="不满意"/s)
  expect(html).not.toMatch(/AI 生成 ·|data-vote="/)
  const other = open()
  other.say(conversation, 'o1', { sheet: sheet() })
  expect(await other.page(cookie)).toMatch(/AI 生成 ·.*action="\/vote"/s)
})

test('what we ask back is a button each, and once more words are said it is text again', async () => {
  const { page, say } = open()
  const actions = [{ label: '还在上班', send: '还在上班' }, { label: '转人工', send: '转人工' }]
  say(conversation, 'o1', { sheet: sheet({ notes: ['您还在上班吗？\n1. 还在上班'] }), actions })
  expect(await page(cookie)).toMatch(/您还在上班吗？<\/h3>(?!.*1\. 还在上班).*value="还在上班".*value="转人工"/s)
  say(conversation, 'o2', { sheet: sheet() })
  expect(await page(cookie)).toMatch(/您还在上班吗？.*1\. 还在上班(?!.*value="还在上班")/s)
})

test('a vote without scripts comes back to the answer and shows itself pressed', async () => {
  const { submit, page, say } = open()
  say(conversation, 'o1', { sheet: sheet() })
  expect((await submit('/vote', { message: 'o1', up: 'true' }, cookie)).headers.get('location')).toBe('/#m-1')
  expect(await page(cookie)).toMatch(/value="true" aria-pressed="true".*value="false" aria-pressed="false"/s)
})

test('leaving and starting anew forget the conversation; large type is a cookie', async () => {
  const { submit, page } = open()
  const left = await submit('/leave', {}, cookie)
  expect([left.status, left.headers.get('location')]).toEqual([303, 'https://www.baidu.com/'])
  for (const reply of [left, await submit('/new', {}, cookie)]) expect(reply.headers.get('set-cookie')).not.toContain(conversation)
  expect((await submit('/big', {}, cookie)).headers.get('set-cookie')).toContain('big=1')
  expect(await page(`${cookie}; big=1`)).toContain('<html lang="zh-CN" class="big">')
})

test('a form from another site is turned away; a cookie of somebody else’s making is not used', async () => {
  const { app, inbox } = open()
  const reply = await app.request('/say', { method: 'POST', headers: { cookie, 'Sec-Fetch-Site': 'cross-site' }, body: new URLSearchParams({ text: '在吗' }) })
  expect([reply.status, inbox.length]).toEqual([400, 0])
  expect((await app.request('/', { headers: { cookie: 'conversation=known' } })).headers.get('set-cookie')).toMatch(/conversation=[0-9a-f-]{36}/)
})

test('healthz is fine only while the desk is there', async () => {
  const { app, site } = open()
  expect((await app.request('/healthz')).status).toBe(200)
  site.close()
  expect((await app.request('/healthz')).status).toBe(503)
})
