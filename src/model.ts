import { join } from 'node:path'
import type { AssistantLog } from './log.ts'
import type { Config } from './config.ts'
import { questionInTalk } from './consult/follow-up.ts'
import { chosenCase } from './consult/passages.ts'
import { labelFor } from './consult/wording.ts'
import { wordAnswer, type Fallback, type WordingPorts } from './consult/worded.ts'
import type { Conversation } from './domain/conversation.ts'
import type { Inbound } from './domain/message.ts'
import type { Answer, Outcome, Trace } from './domain/outcome.ts'
import type { Writer } from './domain/passage.ts'
import { dayOf, personOf } from './domain/person.ts'
import { createMasking } from './safety/mask.ts'

/** The model that LLM_MODEL names; without it nothing of LangChain is even loaded. */
export async function openConfiguredWriter(config: Config): Promise<Writer | undefined> {
  if (config.LLM_MODEL === undefined) return undefined
  const { openWriter } = await import('./llm/open.ts')
  return openWriter({
    model: config.LLM_MODEL, structure: config.LLM_STRUCTURE,
    ...(config.LLM_BASE_URL === undefined ? {} : { baseUrl: config.LLM_BASE_URL }),
    ...(config.LLM_API_KEY === undefined ? {} : { apiKey: config.LLM_API_KEY }),
    budgetFile: join(config.DATA_DIR, 'llm-budget.json'),
    limits: {
      tokensPerDay: config.LLM_TOKENS_PER_DAY, tokensPerPerson: config.LLM_TOKENS_PER_PERSON,
      ...(config.LLM_YUAN_PER_DAY === undefined ? {} : { yuanPerDay: config.LLM_YUAN_PER_DAY }),
      ...(config.LLM_YUAN_PER_PERSON === undefined ? {} : { yuanPerPerson: config.LLM_YUAN_PER_PERSON }),
    },
    prices: { input: config.LLM_PRICE_INPUT ?? 0, output: config.LLM_PRICE_OUTPUT ?? 0 },
    today: () => dayOf(new Date()),
  })
}

export type ModelPorts = Omit<WordingPorts, 'writer' | 'report'> & {
  readonly writer: Writer
  readonly log: AssistantLog
  /** The title of an entry. */
  title(entry: string): string
  /** How long a resident waits for the model, all its work on one message together. */
  readonly timeoutMs: number
}

/** What the model does for one message; whatever goes wrong, the assistant's own way is taken in time. */
export function createModelWork({ writer, log, title, timeoutMs, ...ports }: ModelPorts) {
  const report = (why: Fallback) => {
    if (why.kind === 'failed') log.warn({ model: writer.name, cause: String(why.cause) }, '模型没有给出答复，用知识库原话')
    else log.warn({ model: writer.name, objections: why.objections }, why.sent ? '模型有句子没通过核对，已去掉' : '模型的答复没通过核对，用知识库原话')
  }

  // One patience for all the work on a message; the parts of one share its `at`.
  const ends = new WeakMap<Date, AbortSignal>()
  function endOf({ at }: Inbound): AbortSignal {
    const signal = ends.get(at) ?? AbortSignal.timeout(timeoutMs)
    ends.set(at, signal)
    return signal
  }

  async function tried<T>(message: Inbound, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    try {
      return await work(endOf(message))
    } catch (cause) {
      report({ kind: 'failed', cause })
      return undefined
    }
  }

  return {
    /** A follow-up completed for retrieval; undefined when the rules have to do. */
    rewrite(text: string, before: string, topic: string | undefined, message: Inbound): Promise<string | undefined> {
      const masking = createMasking()
      const task = { text: masking.mask(text), before: masking.mask(before), topic: topic === undefined ? '' : title(topic), person: personKey(message) }
      return tried(message, async (signal) => masking.unmask(await writer.rewrite(task, signal)))
    },

    /** The questions of a long story; undefined when the rules have to do. */
    cut(message: Inbound): Promise<readonly string[] | undefined> {
      const masking = createMasking()
      return tried(message, async (signal) => (await writer.cut({ story: masking.mask(message.text), person: personKey(message) }, signal)).map((question) => masking.unmask(question)))
    },

    /** An outcome with its answer in the model's words, where a guide or a service answers what was asked; as it is when that fails. */
    async word(outcome: Outcome, message: Inbound, conversation: Conversation, shown?: (text: string, label: string) => void): Promise<Outcome> {
      if (outcome.kind !== 'answered' || !wordable.has(outcome.reason) || outcome.discreet || outcome.repeats !== undefined || !['guide', 'service'].includes(outcome.answer.entry.kind)) return outcome
      const task = {
        answer: outcome.answer, question: askedIn(outcome, message, conversation), person: personKey(message),
        ...(message.quote === undefined ? {} : { quote: message.quote }), ...(shown ? { shown: (text: string) => shown(text, labelFor(writer.name)) } : {}),
      }
      const answer = await tried(message, (signal) => wordAnswer(task, { writer, report, ...ports }, signal))
      return answer ? { ...outcome, answer } : outcome
    },
  }
}

/** Why an answer was given, where the model may word it; an article that was asked for stays word for word. */
const wordable: ReadonlySet<string> = new Set(['sure', 'branch', 'choice'])

/** What was asked: 「还在上班」 in answer to our question is the question before it, in that case. */
function askedIn({ reason, answer }: Trace & { readonly answer: Answer }, message: Inbound, conversation: Conversation): string {
  const { pending } = conversation
  if (reason === 'choice') return conversation.lastQuestion ?? message.text
  if (pending === undefined || reason === 'sure') return questionInTalk(message.text, conversation, message.at)
  const chosen = chosenCase(answer.entry, answer.text)
  return chosen ? `${pending.question}（${chosen.label}）` : pending.question
}

export type ModelWork = ReturnType<typeof createModelWork>

function personKey(message: Inbound): string {
  const { channel, person } = personOf(message)
  return `${channel}:${person}`
}
