import { z } from 'zod'

/** A request that we do not serve; the sentence says what to do instead. */
export class Refused extends Error {
  readonly status: 400 | 404 | 405 | 413 | 415 | 429 | 503 | 504
  readonly headers: Readonly<Record<string, string>>

  constructor(status: Refused['status'], sentence: string, headers: Readonly<Record<string, string>> = {}) {
    super(sentence)
    this.status = status
    this.headers = headers
  }
}

export const longestQuestion = 4000

/** What a resident wrote, without what no keyboard types; its length is what is left. */
const text = z
  .string('text 要是一段文字。')
  .transform(clean)
  .pipe(z.string().min(1, '请写上要问的事。').max(longestQuestion, `写得太长了，请分几次说，一次最多 ${longestQuestion} 个字。`))

const conversation = z
  .string('请写上 conversation：这段对话的编号。')
  .regex(/^[\w.~-]{1,64}$/, 'conversation 只能用字母、数字和 . _ ~ -，最多 64 个。')

export const conversationId = conversation
export const messageBody = z.object({
  conversation,
  sender: z.string('sender 要是一段文字。').trim().min(1, 'sender 不能是空的。').max(64, 'sender 最多 64 个字。').optional(),
  text,
  id: z.string('id 要是一段文字。').regex(/^[\w.~-]{1,64}$/, 'id 只能用字母、数字和 . _ ~ -，最多 64 个。').optional(),
})
export const askBody = z.object({ text, conversation: conversation.optional() })
export const voteBody = z.object({ message: z.string('请写上 message：要评价的那条答复的 id。').min(1).max(200, 'message 太长了。'), conversation, up: z.boolean('up 写 true（有用）或 false（没帮上）。') })
export const position = z.string().regex(/^\d{1,15}$/, 'after 和 Last-Event-ID 写已收到的最后一个 id，是一个数。').transform(Number)

/** The form of the page: the text, and the number that makes a second press harmless. */
export const sayForm = z.object({ text, id: z.string().regex(/^[\w-]{1,64}$/).optional().catch(undefined) })
export const voteForm = z.object({ message: z.string().min(1).max(200), up: z.enum(['true', 'false']).transform((up) => up === 'true') })

/** The value, or Refused with the first thing wrong. */
export function readInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const sentence = read.error.issues[0]?.message ?? ''
  throw new Refused(400, /[一-龥]/.test(sentence) ? sentence : '内容的格式不对，请对照 API 说明改一下。')
}

function clean(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/\p{Surrogate}/gu, '\uFFFD').replace(/[\u0000-\u0008\u000B-\u001F\u007F\u202A-\u202E\u2066-\u2069]/g, '').trim()
}
