import { readFileSync } from 'node:fs'
import { Jieba } from '@node-rs/jieba'
import { dict } from '@node-rs/jieba/dict.js'

const legalWords = new URL('../../models/legal-words.txt', import.meta.url)

let jieba: Jieba | undefined

/** What one text is searched by: words as jieba finds them, pairs of characters, and characters. */
export type Segments = {
  readonly words: readonly string[]
  readonly bigrams: readonly string[]
  readonly characters: readonly string[]
}

/** The text as it is compared: full width made half width, letters lower case. */
export function normalise(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

/** Numbers of telephones, of identity papers and of bank cards: they say nothing of the matter, and are rarer than any word. */
const identifier = /(?<!\d)(?:1\d{2}[\s-]?\d{4}[\s-]?\d{4}|\d{15,19}x?)(?!\d)/gi

/** What of a message is searched for: all but the numbers that name somebody. */
export function searchable(text: string): string {
  return text.replace(/[０-９]/g, (digit) => digit.normalize('NFKC')).replace(identifier, ' ')
}

/** Cuts a text all three ways at once, in order and with repeats. */
export function segment(text: string): Segments {
  const plain = normalise(text)
  return { words: cut(plain), bigrams: pairs(plain), characters: letters(plain) }
}

/** Search words: 居住权 gives 居住 and 居住权, so that the long word and its parts both match. */
export function words(text: string): string[] {
  return cut(normalise(text))
}

/** Neighbouring characters: 彩礼钱 gives 彩礼 and 礼钱. They carry the words that no dictionary knows. */
export function bigrams(text: string): string[] {
  return pairs(normalise(text))
}

/** Letters and digits one by one. */
export function characters(text: string): string[] {
  return letters(normalise(text))
}

/** The terms that the lexical index counts: words, then pairs. */
export function terms(text: string): string[] {
  const plain = normalise(text)
  return [...cut(plain), ...pairs(plain)]
}

/** The same of a text already cut. */
export function termsOf({ words, bigrams }: Segments): string[] {
  return [...words, ...bigrams]
}

/** The tokens that the embedding model reads: words, pairs and characters, each once. */
export function tokens(...texts: string[]): string[] {
  return tokensOf(...texts.map(segment))
}

/** The same of texts already cut. */
export function tokensOf(...cut: Segments[]): string[] {
  const found = new Set<string>()
  for (const { words, bigrams, characters } of cut) {
    for (const word of words) found.add(word)
    for (const pair of bigrams) found.add(pair)
    for (const character of characters) found.add(character)
  }
  return [...found]
}

function cut(plain: string): string[] {
  jieba ??= withLegalWords()
  const found: string[] = []
  for (const piece of jieba.cutForSearch(plain, true)) {
    const word = piece.trim()
    if (/[\p{L}\p{N}]/u.test(word)) found.push(word)
  }
  return found
}

function pairs(plain: string): string[] {
  const found: string[] = []
  for (const run of plain.split(/[^\p{L}\p{N}]+/u)) {
    const signs = [...run]
    if (signs.length === 1) found.push(run)
    for (let i = 1; i < signs.length; i++) found.push(signs[i - 1]! + signs[i]!)
  }
  return found
}

function letters(plain: string): string[] {
  return plain.match(/[\p{L}\p{N}]/gu) ?? []
}

function withLegalWords(): Jieba {
  const created = Jieba.withDict(dict)
  created.loadDict(readFileSync(legalWords))
  return created
}
