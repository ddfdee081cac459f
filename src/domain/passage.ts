import type { ArticleRef } from './law.ts'

/** A text that an answer may rest on; `id` is what a sentence cites it by, good within one answer. */
export type Passage = {
  readonly id: string
  /** What a reader calls it: 简答, 怎么办, 《民法典》第一千零七十七条. */
  readonly label: string
  /** Empty for an article that we may name but whose text we do not hold. */
  readonly text: string
  readonly ref?: ArticleRef
}

/** A sentence that somebody else wrote, and the passages it claims to rest on. Nothing in it is checked yet. */
export type Sentence = { readonly text: string; readonly passages: readonly string[] }

/** What a language model is asked to word: masked, so that nobody can be known by it. */
export type WritingTask = {
  readonly question: string
  /** The message that the resident quoted. */
  readonly quote?: string
  readonly passages: readonly Passage[]
  /** Whose share of the budget it costs; never sent. */
  readonly person: string
}

/** A language model as the rest of the program sees it. Everything it says is to be checked. */
export type Writer = {
  /** The model's name, for the label under what it worded. */
  readonly name: string
  /** Its instructions, which no reply may repeat. */
  readonly instructions: readonly string[]
  /** Sentences as they are completed; rejects when the model fails, stalls past `signal` or may cost no more today. */
  write(task: WritingTask, signal: AbortSignal): AsyncIterable<Sentence>
  /** A follow-up as a question that stands alone, for retrieval only. */
  rewrite(task: { readonly before: string; readonly topic: string; readonly text: string; readonly person: string }, signal: AbortSignal): Promise<string>
  /** The legal questions that a long story holds, one or two if the model does as told; for retrieval only. */
  cut(task: { readonly story: string; readonly person: string }, signal: AbortSignal): Promise<readonly string[]>
}
