import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Sentence } from '../../src/domain/passage.ts'

/** A chat-completions request as it came over the wire. */
export type ChatRequest = {
  readonly model: string
  readonly stream?: boolean
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly tools?: readonly { readonly function: { readonly name: string } }[]
  readonly max_tokens?: number
}

/** What the scripted model does. */
export type Script =
  | { readonly kind: 'sentences'; readonly sentences: readonly Sentence[] }
  /** The arguments of the tool that was asked for, or the text when none was. */
  | { readonly kind: 'json'; readonly json: string; readonly end?: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refusal' }
  | { readonly kind: 'error'; readonly status: number }
  | { readonly kind: 'garbage' }
  /** So many characters, then nothing more; the connection stays open. */
  | { readonly kind: 'stall'; readonly json: string; readonly after: number }
  /** So many characters, and the rest once `until` resolves. */
  | { readonly kind: 'pause'; readonly json: string; readonly after: number; readonly until: Promise<void> }
  /** So many characters, then the connection breaks. */
  | { readonly kind: 'break'; readonly json: string; readonly after: number }
  /** Never answers at all. */
  | { readonly kind: 'silent' }

export type OpenAiServer = {
  readonly url: string
  readonly requests: ChatRequest[]
  /** How many clients went away before their answer was whole. */
  aborted(): number
  /** What the next requests get. */
  does(script: Script | ((request: ChatRequest) => Script)): void
  stop(): Promise<void>
}

const pieceLength = 7

/** A server on this machine that speaks the OpenAI protocol as far as we use it: streaming, tool calls, usage, errors. */
export async function startOpenAiServer(): Promise<OpenAiServer> {
  const requests: ChatRequest[] = []
  let script: (request: ChatRequest) => Script = () => ({ kind: 'error', status: 500 })
  let aborted = 0
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableEnded) aborted++
    })
    void read(request).then((body) => {
      const asked = JSON.parse(body) as ChatRequest
      requests.push(asked)
      play(script(asked), asked, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    aborted: () => aborted,
    does(next) {
      script = typeof next === 'function' ? next : () => next
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function play(script: Script, asked: ChatRequest, response: ServerResponse): void {
  switch (script.kind) {
    case 'silent':
      return
    case 'error':
      response.writeHead(script.status, { 'content-type': 'application/json', ...(script.status === 429 ? { 'retry-after': '30' } : {}) })
      response.end(JSON.stringify({ error: { message: 'scripted', type: 'scripted', code: null } }))
      return
    case 'garbage':
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end('<html>502 Bad Gateway</html>')
      return
    case 'refusal':
      return stream(response, asked, '', { delta: { refusal: '我不能回答这个问题' } })
    case 'text':
      return stream(response, asked, script.text, { asText: true })
    case 'sentences':
      return stream(response, asked, JSON.stringify({ sentences: script.sentences }), {})
    case 'json':
      return stream(response, asked, script.json, script.end === undefined ? {} : { end: script.end })
    case 'stall':
      return stream(response, asked, script.json.slice(0, script.after), { stop: 'stall' })
    case 'pause':
      return stream(response, asked, script.json, { pause: script })
    case 'break':
      return stream(response, asked, script.json.slice(0, script.after), { stop: 'break' })
  }
}

type Manner = { readonly asText?: boolean; readonly delta?: object; readonly end?: string; readonly stop?: 'stall' | 'break'; readonly pause?: { readonly after: number; readonly until: Promise<void> } }

function stream(response: ServerResponse, asked: ChatRequest, json: string, { asText = false, delta, end, stop, pause }: Manner): void {
  const tool = asText ? undefined : asked.tools?.[0]?.function.name
  const send = (chunk: object) => void response.write(`data: ${JSON.stringify({ id: 'chat-1', object: 'chat.completion.chunk', created: 1, model: asked.model, ...chunk })}\n\n`)
  const say = (part: object, finish: string | null = null) => send({ choices: [{ index: 0, delta: part, finish_reason: finish }] })
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  say({ role: 'assistant', content: tool ? null : '' })
  if (tool) say({ tool_calls: [{ index: 0, id: 'call-1', type: 'function', function: { name: tool, arguments: '' } }] })
  if (delta) say(delta)
  const write = (words: string) => {
    for (let at = 0; at < words.length; at += pieceLength) {
      const piece = words.slice(at, at + pieceLength)
      say(tool ? { tool_calls: [{ index: 0, function: { arguments: piece } }] } : { content: piece })
    }
  }
  write(json.slice(0, pause?.after))
  if (pause) return void pause.until.then(() => {
    write(json.slice(pause.after))
    finish()
  })
  if (stop === 'stall') return
  if (stop === 'break') {
    // Let what was written go out first.
    setImmediate(() => response.destroy())
    return
  }
  finish()

  function finish(): void {
    say({}, end ?? (tool ? 'tool_calls' : 'stop'))
    const prompt = asked.messages.reduce((sum, { content }) => sum + content.length, 0)
    send({ choices: [], usage: { prompt_tokens: prompt, completion_tokens: json.length, total_tokens: prompt + json.length } })
    response.end('data: [DONE]\n\n')
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
