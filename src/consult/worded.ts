import type { ArticleRef, Law } from '../domain/law.ts'
import type { Answer } from '../domain/outcome.ts'
import type { Passage, Sentence, Writer } from '../domain/passage.ts'
import type { LikelyArticles } from '../domain/statute.ts'
import { objectionTo, stillAnswers, type Grounds, type Objection } from '../safety/claims.ts'
import { createMasking } from '../safety/mask.ts'
import { givesOrders } from '../safety/orders.ts'
import { onlyFound, passagesOf } from './passages.ts'

/** What wording an answer needs from outside. */
export type WordingPorts = {
  readonly writer: Writer
  laws(): readonly Law[]
  citable(ref: ArticleRef): boolean
  /** The text of an article as far as we hold it. */
  articleText(ref: ArticleRef): string
  /** Articles of today's law that may bear on a question; undefined where none can be searched. */
  likely?(question: string): LikelyArticles | undefined
  /** Hears why words of the model do not go out; for the log. */
  report(why: Fallback): void
}

export type Fallback = { readonly kind: 'failed'; readonly cause: unknown } | { readonly kind: 'unsound'; readonly objections: readonly Objection[]; /** What held was sent. */ readonly sent: boolean }

export type WordingTask = {
  readonly answer: Answer
  readonly question: string
  readonly quote?: string
  readonly person: string
  /** Hears the checked words so far whenever there are more. */
  readonly shown?: (text: string) => void
}

/**
 * The answer in a model's words, fit to what the resident told; undefined when the guide's own words are
 * to go out: the model failed, was too slow, or what of it held was no answer.
 *
 * Nobody sees a sentence before it is checked, and nothing that names a person leaves the machine.
 */
export async function wordAnswer({ answer, question, quote, person, shown }: WordingTask, ports: WordingPorts, signal: AbortSignal): Promise<Answer | undefined> {
  const { writer } = ports
  // An answer about a time past says today's law by its guide alone.
  const passages = passagesOf(answer, ports, answer.past === undefined ? ports.likely?.(question) : undefined)
  const masking = createMasking()
  const asked = masking.mask(question)
  const quoted = quote === undefined || givesOrders(quote) ? {} : { quote: masking.mask(quote) }
  const grounds: Grounds = {
    passages, question: asked, laws: ports.laws(), citable: ports.citable, instructions: writer.instructions,
    unknownMarks: masking.unknown,
  }
  const kept: Sentence[] = []
  const fallen: { objection: Objection; first: boolean }[] = []
  const unsound = (sent: boolean) => ports.report({ kind: 'unsound', sent, objections: fallen.map(({ objection }) => objection) })
  try {
    let first = true
    for await (const sentence of writer.write({ question: asked, passages, person, ...quoted }, signal)) {
      signal.throwIfAborted()
      const tidy = { ...sentence, text: tidied(sentence.text) }
      const objection = repeats(tidy, kept) ? undefined : first && onlyFound(tidy.passages) ? 'no-passage' : objectionTo(tidy, grounds)
      if (objection) fallen.push({ objection, first })
      else if (!repeats(tidy, kept)) kept.push(tidy)
      first = false
      if (fallen.some((one) => one.first)) break
      if (!objection) shown?.(masking.unmask(textOf(kept)))
    }
  } catch (cause) {
    ports.report({ kind: 'failed', cause })
    return undefined
  }
  if (!stillAnswers(kept, fallen, passages)) {
    unsound(false)
    return undefined
  }
  if (fallen.length > 0) unsound(true)
  return { ...answer, text: masking.unmask(textOf(kept)), citations: citationsOf(kept, passages, answer), model: writer.name }
}

/** One line, without the marks of Markdown and of passages, ended by a stop. */
function tidied(text: string): string {
  const plain = text.replace(/\s*\[[pasl]\d+\]/g, '').replace(/[*#`]/g, '').replace(/\s+/g, ' ').trim()
  return /[。！？!?…；]$/.test(plain) || plain === '' ? plain : `${plain}。`
}

function repeats({ text }: Sentence, kept: readonly Sentence[]): boolean {
  return kept.some((before) => before.text === text)
}

function textOf(sentences: readonly Sentence[]): string {
  return sentences.map(({ text }) => text).join('')
}

/** The articles that the words rest on come first; the entry's own follow, for they carry its conclusion. */
function citationsOf(sentences: readonly Sentence[], passages: readonly Passage[], { citations }: Answer): readonly ArticleRef[] {
  const named = passages.flatMap(({ id, ref }) => (ref && sentences.some((sentence) => sentence.passages.includes(id)) ? [ref] : []))
  return [...named, ...citations.filter((ref) => !named.some(({ law, article }) => law === ref.law && article === ref.article))].slice(0, Math.max(citations.length, named.length))
}
