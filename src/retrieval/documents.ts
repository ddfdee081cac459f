import { createHash } from 'node:crypto'
import type { Entry } from '../domain/entry.ts'
import type { Example } from './bayes.ts'

/** One indexed text of an entry: a wording that residents use, or what the entry says. */
export type Document = { readonly key: string; readonly entry: string; readonly part: 'wording' | 'body'; readonly text: string }

/** The texts that an entry is found by; `key` changes with the text, so that only what changed is indexed anew. */
export function documentsOf(entry: Entry): Document[] {
  const body = [entry.title, entry.answer, ...entry.sections.map(({ text }) => text)].join('\n').replaceAll('**', '')
  const texts = [
    ...[entry.title, ...entry.questions].map((text) => ({ part: 'wording' as const, text })),
    { part: 'body' as const, text: body },
  ]
  return texts.map(({ part, text }) => ({ entry: entry.id, part, text, key: hash(`${entry.id}\n${part}\n${text}`) }))
}

/** What naive Bayes learns of an entry: wordings count whole, sentences of what it says less. */
export function examplesOf(entry: Entry, further: readonly string[], cut: (text: string) => string[]): Example[] {
  const said = [entry.answer, ...entry.sections.map(({ text }) => text)].flatMap((text) => text.replaceAll('**', '').split(/[。；！？\n]/))
  return [
    ...[entry.title, ...entry.questions, ...further].map((text) => ({ tokens: cut(text), weight: 1 })),
    ...said.filter((sentence) => sentence.length > 7).map((sentence) => ({ tokens: cut(sentence), weight: sentenceWeight })),
  ]
}

const sentenceWeight = 0.3

function hash(text: string): string {
  return createHash('sha1').update(text).digest('base64url').slice(0, 20)
}
