import type { AIMessageChunk, UsageMetadata } from '@langchain/core/messages'
import { initChatModel, MODEL_PROVIDER_CONFIG } from 'langchain/chat_models/universal'
import { createRequire } from 'node:module'
import type { z } from 'zod'
import { ExpectedError } from '../domain/errors.ts'

export type ChatModelOptions = {
  /** provider:name, such as openai:deepseek-chat. */
  readonly model: string
  readonly baseUrl?: string
  readonly apiKey?: string
  /** How a reply is asked for: as the arguments of a tool, or as JSON in the text for models without tools. */
  readonly structure: 'tool' | 'json'
  /** Tokens that one reply may have. */
  readonly longestReply: number
}

/** A form that the reply must be given in. */
export type Form = { readonly name: string; readonly description: string; readonly schema: z.ZodType; /** How it looks, for models that are told in words. */ readonly example: string }

export type Usage = { readonly input: number; readonly output: number }

/** A piece of a reply as it comes: more of the JSON, or what the whole has cost. */
export type Piece = { readonly json: string; readonly usage?: Usage }

/** A model that fills in forms. It tries once: the answer that goes out without it is better than waiting. */
export type ChatModel = {
  readonly name: string
  stream(messages: { readonly system: string; readonly user: string }, form: Form, signal: AbortSignal): AsyncIterable<Piece>
}

/** The model did not give a whole reply: it refused, was cut off, or was filtered. */
export class BrokenReply extends Error {}

/** The model said nothing that could be used, which is what it is told to do where the passages do not answer. */
export class EmptyReply extends BrokenReply {}

/** The model cannot be opened as it is set; the message says, in Chinese, what to install or to write. */
export class BadModel extends ExpectedError {
  readonly code = 'bad-model'
}

/** Opens a model by name, or says at once what it lacks: a provider that we know, its package, a key. */
export async function openChatModel({ model, baseUrl, apiKey, structure, longestReply }: ChatModelOptions): Promise<ChatModel> {
  const [provider = ''] = model.split(':')
  requirePackage(provider, model)
  // Each provider has its own name for it.
  const place = baseUrl === undefined ? {} : provider === 'openai' ? { configuration: { baseURL: baseUrl } } : { configuration: { baseURL: baseUrl }, baseUrl, baseURL: baseUrl, anthropicApiUrl: baseUrl, serverURL: baseUrl }
  // Local servers ask for no key, but the client insists on having one.
  const key = apiKey ?? (baseUrl === undefined ? undefined : 'none')
  const keyless = `LLM_MODEL=${model}：还要写 LLM_API_KEY；用自己的服务器就写 LLM_BASE_URL。`
  // This client would find that out at the first question only.
  if (provider === 'openai' && key === undefined && !process.env['OPENAI_API_KEY']) throw new BadModel(keyless)
  const chat = await initChatModel(model, { temperature: 0, maxRetries: 0, maxTokens: longestReply, ...place, ...(key === undefined ? {} : { apiKey: key }) }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new BadModel(/api[ _-]?key|credentials/i.test(why) ? keyless : `LLM_MODEL=${model} 打不开：${why}`, { cause })
  })

  return {
    name: model.slice(model.indexOf(':') + 1),

    async *stream({ system, user }, { name, description, schema, example }, signal) {
      const asked = structure === 'tool' ? chat.bindTools([{ name, description, schema }], { tool_choice: name }) : chat
      const told = structure === 'tool' ? system : `${system}\n\n只输出 JSON，不要别的字。格式：${example}`
      const chunks: AsyncIterable<AIMessageChunk> = await asked.stream([{ role: 'system', content: told }, { role: 'user', content: user }], { signal })
      for await (const chunk of untilAborted(chunks, signal)) {
        const { finish_reason: end = chunk.response_metadata['stop_reason'] ?? chunk.response_metadata['done_reason'] } = chunk.response_metadata as { finish_reason?: unknown }
        if (chunk.additional_kwargs['refusal']) throw new BrokenReply('the model refused')
        if (broken.has(end)) throw new BrokenReply(`the reply ended with ${String(end)}`)
        const args = (chunk.tool_call_chunks ?? []).map((call) => call.args ?? '').join('')
        const counted = chunk.usage_metadata as UsageMetadata | undefined
        const usage = counted ? { usage: { input: counted.input_tokens, output: counted.output_tokens } } : {}
        // A model that ignores the tool and writes the JSON as text is understood too.
        yield { json: args + chunk.text, ...usage }
      }
    },
  }
}

/** Ends of a reply that is not whole, as the providers call them. */
const broken: ReadonlySet<unknown> = new Set(['length', 'max_tokens', 'content_filter', 'refusal'])

function requirePackage(provider: string, model: string): void {
  const known = (MODEL_PROVIDER_CONFIG as Readonly<Record<string, { readonly package: string }>>)[provider]
  if (!known) throw new BadModel(`LLM_MODEL=${model}：不认识供应方 ${provider}。可以写 ${Object.keys(MODEL_PROVIDER_CONFIG).join('、')}；别的服务多半兼容 OpenAI 接口，写 openai:模型名，再写 LLM_BASE_URL。`)
  try {
    createRequire(import.meta.url).resolve(known.package)
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'MODULE_NOT_FOUND') return
    throw new BadModel(`LLM_MODEL=${model} 要另装一个包，装好再启动：\n  npm install ${known.package}\n不想装的，服务兼容 OpenAI 接口就写 openai:${model.slice(provider.length + 1)}，再写 LLM_BASE_URL。`, { cause })
  }
}

/** Ends with the signal even when the client underneath does not listen to it. */
async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncIterable<T> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
  aborted.catch(() => {})
  const iterator = items[Symbol.asyncIterator]()
  while (true) {
    const step = await Promise.race([iterator.next(), aborted])
    if (step.done) return
    yield step.value
  }
}
