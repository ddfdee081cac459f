import { z } from 'zod'
import type { Passage, Sentence, Writer } from '../domain/passage.ts'
import type { Budget } from './budget.ts'
import { BrokenReply, EmptyReply, type ChatModel, type Form, type Usage } from './chat-model.ts'
import { createObjectReader } from './objects.ts'
import { fill, readPrompt } from './prompts.ts'

const sentence = z.object({ text: z.string().min(1).max(300), passages: z.array(z.string().max(12)).max(8) })
/** The form with no sentence in it. */
const nothing = z.object({ sentences: z.array(z.never()).length(0) })
const question = z.object({ question: z.string().trim().min(2).max(200) })

const replyForm: Form = {
  name: 'reply',
  description: '给居民的答复，一句一项，每句写明依据哪几段资料',
  schema: z.object({ sentences: z.array(sentence) }),
  example: '{"sentences":[{"text":"一句话","passages":["p1"]}]}',
}
const questionsExample = '{"questions":[{"question":"一句问题"}]}'
const rewriteForm: Form = { name: 'rewrite', description: '补全后能单独看懂的一句问题', schema: z.object({ questions: z.array(question) }), example: questionsExample }
const cutForm: Form = { name: 'questions', description: '故事里的一两个法律问题', schema: z.object({ questions: z.array(question) }), example: questionsExample }

/** Sentences beyond this are not read: no good answer is longer, and a model gone wild costs. */
const mostSentences = 10

/** A model behind our prompts and our budget. */
export function createWriter(options: { model: ChatModel; budget: Budget; longestReply: number }): Writer {
  const { model, budget, longestReply } = options
  const prompts = { answer: readPrompt('answer'), followUp: readPrompt('follow-up'), story: readPrompt('story') }

  async function* objects(messages: { system: string; user: string }, form: Form, person: string, signal: AbortSignal): AsyncIterable<object> {
    // A Chinese character is about one token, rarely more.
    const settle = budget.reserve(person, { input: messages.system.length + messages.user.length, output: longestReply })
    const reader = createObjectReader()
    let usage: Usage | undefined
    try {
      for await (const piece of model.stream(messages, form, signal)) {
        usage = piece.usage ?? usage
        yield* reader.push(piece.json)
      }
    } finally {
      settle(usage)
    }
    if (reader.broken > 0 || reader.unfinished) throw new BrokenReply('the reply is not the JSON that was asked for')
  }

  async function questions(prompt: { system: string; frame: string }, values: Record<string, string>, form: Form, person: string, signal: AbortSignal): Promise<string[]> {
    const found: string[] = []
    for await (const item of objects({ system: prompt.system, user: fill(prompt.frame, values) }, form, person, signal)) {
      const read = question.safeParse(item)
      if (read.success) found.push(read.data.question)
    }
    if (found.length === 0) throw new BrokenReply('the reply holds no question')
    return found
  }

  return {
    name: model.name,
    instructions: [prompts.answer.system, prompts.followUp.system, prompts.story.system],

    async *write({ question: asked, quote, passages, person }, signal): AsyncIterable<Sentence> {
      const user = fill(prompts.answer.frame, { passages: passagesText(passages), question: asked, quote: quote ?? '（没有）' })
      let count = 0
      for await (const item of objects({ system: prompts.answer.system, user }, replyForm, person, signal)) {
        if (nothing.safeParse(item).success) continue
        const read = sentence.safeParse(item)
        if (!read.success) throw new BrokenReply('a sentence is not in the form that was asked for')
        if (++count > mostSentences) return
        yield read.data
      }
      if (count === 0) throw new EmptyReply('the reply holds no sentence')
    },

    async rewrite({ before, topic, text, person }, signal) {
      const [first = ''] = await questions(prompts.followUp, { before, topic, text }, rewriteForm, person, signal)
      return first
    },

    async cut({ story, person }, signal) {
      return questions(prompts.story, { story }, cutForm, person, signal)
    },
  }
}

function passagesText(passages: readonly Passage[]): string {
  return passages.map(({ id, label, text }) => `[${id}] ${label}${text ? `\n${text}` : '（只有条号，没有原文）'}`).join('\n\n')
}
