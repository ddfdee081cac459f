import type { Conversation } from '../domain/conversation.ts'
import type { Branch } from '../domain/entry.ts'
import { pairs, shared } from '../safety/support.ts'
import { chosenGuide } from './nearby.ts'

/** What a resident may type instead of a question; each also stands on a button. */
const commands: readonly (readonly [Command, RegExp])[] = [
  ['person', /^(?:转|找|要|叫|联系)?(?:个|一下)?(?:人工|真人|律师|法律顾问|顾问)(?:服务|客服)?[！!。.]?$/],
  ['more', /^(?:详细|详细步骤|怎么办|具体怎么办|步骤|再说详细点|说详细点|材料|要带什么|注意什么)[？?。.！!]?$/],
  ['text', /^(?:原文|法条|法条原文|看原文|条文)[？?。.！!]?$/],
  ['help', /^(?:帮助|help|\/help|\/start|怎么用|使用说明|你是谁|你能干什么|你会什么)[？?。.！!]?$/i],
]
export type Command = 'person' | 'more' | 'text' | 'help' | 'skip'

const skip = /^(?:跳过|先跳过|不想说|不说了?|不知道|不清楚|不晓得|说不准|说不清|不好说)[！!。.]?$/

/** Where a resident's message goes next. */
export type Route =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'option'; readonly label: string; readonly answer: string; readonly entry: string }
  | { readonly kind: 'choice'; readonly entry: string }
  /** `text` is what was said beside 转人工, where anything was. */
  | { readonly kind: 'person'; readonly text: string }
  | { readonly kind: 'question' }

/** Reads a message in the light of the conversation: a command, the answer to what we asked, or a question. */
export function chooseRoute(text: string, conversation: Conversation, at: Date, branchOf: (entry: string) => Branch | undefined): Route {
  const { pending } = conversation
  const plain = withoutMention(text)
  const command = commands.find(([, pattern]) => pattern.test(plain))?.[0]
  if (command) return { kind: 'command', command }
  if (pending && skip.test(plain)) return { kind: 'command', command: 'skip' }
  const branch = pending && branchOf(pending.entry)
  const option = branch && chooseOption(plain, branch.options)
  if (option && pending) return { kind: 'option', label: option.label, answer: option.answer, entry: pending.entry }
  const choice = chosenGuide(plain, conversation, at)
  if (choice) return { kind: 'choice', entry: choice.entry }
  const clauses = plain.split(/([，,。；;！!\s]+)/)
  const asks = clauses.findIndex((clause) => handOver.test(clause))
  const rest = asks < 0 ? '' : clauses.filter((_, index) => index !== asks).join('').replace(/^[，,。；;！!\s]+|[，,；;\s]+$/g, '')
  return /[\p{L}\p{N}]{4}/u.test(rest) ? { kind: 'person', text: rest } : { kind: 'question' }
}

/** A clause of a longer message that asks for a person, and nothing else. */
const handOver = /^(?:我|请|帮我|给我|麻烦|就|还是|直接|有事|想|要|需要)*转(?:一下)?(?:人工|真人)(?:服务|客服)?(?:吧|谢谢)?$/

/** What was said, without the name of who was spoken to. */
export function withoutMention(text: string): string {
  return text.trim().replace(/^@\S+\s*/, '')
}

/** Whether the words name a case of a branch, in whatever sense. */
export function namesCase(text: string, branch: Branch | undefined): boolean {
  return branch?.options.some(({ label, when }) => [label, ...when].some((sign) => text.includes(sign))) ?? false
}

/** Whether the words are about what a branch asks, though they choose none of its options. */
export function speaksOf(text: string, { options }: Branch): boolean {
  return options.some(({ label, when }) => [label, ...when].some((words) => shared(pairs(text), pairs(words)) > 0))
}

type Option = { readonly label: string; readonly when: readonly string[] }

/** The option that the words mean: by number, by label, or by one of its signs; undefined when two fit. */
export function chooseOption<T extends Option>(text: string, options: readonly T[]): T | undefined {
  const index = /^[1-9１-９]$/.test(text) ? Number(text.normalize('NFKC')) - 1 : -1
  const chosen = options[index] ?? options.find(({ label }) => label === text)
  if (chosen || text.length > 16) return chosen
  const fits = options.map((option) => ({ option, length: Math.max(0, ...[option.label, ...option.when].filter((sign) => text.includes(sign)).map((sign) => sign.length)) }))
  // 没登记 holds 登记: the longer sign speaks.
  const longest = Math.max(...fits.map(({ length }) => length))
  const fitting = fits.filter(({ length }) => length === longest && length > 0)
  return fitting.length === 1 ? fitting[0]?.option : undefined
}
