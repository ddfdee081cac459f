import type { AIMessageChunk, UsageMetadata } from '@langchain/core/messages'
import { initChatModel } from 'langchain/chat_models/universal'
import type { z } from 'zod'

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

/** Opens a model by name; its provider's package must be installed. */
export async function openChatModel({ model, baseUrl, apiKey, structure, longestReply }: ChatModelOptions): Promise<ChatModel> {
  const [provider] = model.split(':')
  const place = baseUrl === undefined ? {} : provider === 'openai' ? { configuration: { baseURL: baseUrl } } : { baseUrl, baseURL: baseUrl }
  // Local servers ask for no key, but the client insists on having one.
  const key = apiKey ?? (baseUrl === undefined ? undefined : 'none')
  const chat = await initChatModel(model, { temperature: 0, maxRetries: 0, maxTokens: longestReply, ...place, ...(key === undefined ? {} : { apiKey: key }) })

  return {
    name: model.slice(model.indexOf(':') + 1),

    async *stream({ system, user }, { name, description, schema, example }, signal) {
      const asked = structure === 'tool' ? chat.bindTools([{ name, description, schema }], { tool_choice: name }) : chat
      const told = structure === 'tool' ? system : `${system}\n\n只输出 JSON，不要别的字。格式：${example}`
      const chunks: AsyncIterable<AIMessageChunk> = await asked.stream([{ role: 'system', content: told }, { role: 'user', content: user }], { signal })
      for await (const chunk of untilAborted(chunks, signal)) {
        const end: unknown = chunk.response_metadata['finish_reason']
        if (chunk.additional_kwargs['refusal']) throw new BrokenReply('the model refused')
        if (end === 'length' || end === 'content_filter') throw new BrokenReply(`the reply ended with ${end}`)
        const args = (chunk.tool_call_chunks ?? []).map((call) => call.args ?? '').join('')
        const counted = chunk.usage_metadata as UsageMetadata | undefined
        const usage = counted ? { usage: { input: counted.input_tokens, output: counted.output_tokens } } : {}
        // A model that ignores the tool and writes the JSON as text is understood too.
        yield { json: args + chunk.text, ...usage }
      }
    },
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
