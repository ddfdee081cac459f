import type { Embedding } from './embedding.ts'
import type { StatuteArticle } from './article.ts'
import { createLexical, type Lexical } from './lexical.ts'
import { createQuantised, toUnit, type Quantised } from './quantised.ts'
import { segment, terms, termsOf, tokensOf, type Segments } from './segment.ts'
import { createShelf, type Shelf } from './shelf.ts'

/** What is known of a body of statutes before anybody asks. */
export type StatuteIndex = {
  readonly shelf: Shelf
  readonly lexical: Lexical
  /** Headings alone, one document a section: what a question is about, when the article itself says it in other words. */
  readonly headings: Lexical
  /** The directions of articles and of sections. */
  readonly whole: Quantised
  readonly sections: Quantised
}

/** Cuts, counts and encodes all articles. */
export function indexStatutes(articles: Iterable<StatuteArticle>, embedding: Embedding): StatuteIndex {
  const encode = encoder(embedding)
  const shelf = createShelf()
  const [whole, sections] = [createQuantised(embedding.dimensions), createQuantised(embedding.dimensions)]
  const lexical = createLexical(function* () {
    const cut = cutter()
    for (const article of articles) {
      const parts = cut(article)
      const slot = shelf.add(article)
      whole.set(slot, encode(tokensOf(...parts)))
      yield { id: slot, terms: parts.flatMap(termsOf) }
    }
  }())
  const headings = createLexical(shelf.sections.map(({ law, heading }, id) => ({ id, terms: terms(`${law} ${heading}`) })))
  const index = { shelf, lexical, headings, whole, sections }
  placeSections(index)
  return index
}

/** Takes one more article in, or tells the new one's slot. */
export function shelve(index: StatuteIndex, article: StatuteArticle, embedding: Embedding): number {
  const encode = encoder(embedding)
  const parts = cutter()(article)
  const slot = index.shelf.add(article)
  index.whole.set(slot, encode(tokensOf(...parts)))
  index.lexical.add(slot, parts.flatMap(termsOf))
  index.headings.add(index.shelf.section(slot), terms(`${article.law} ${article.heading}`))
  return slot
}

/** Cuts law, heading and text of articles, each law and heading once. */
function cutter(): (article: StatuteArticle) => [Segments, Segments, Segments] {
  const known = new Map<string, Segments>()
  const once = (text: string): Segments => {
    let cut = known.get(text)
    if (!cut) known.set(text, (cut = segment(text)))
    return cut
  }
  return ({ law, heading, text }) => [once(law), once(heading), segment(text)]
}

/** A section points where its articles point on the whole. */
export function placeSections({ shelf, whole, sections }: StatuteIndex): void {
  const sums = new Map<number, Float32Array>()
  for (let slot = 0; slot < shelf.length; slot++) {
    if (!shelf.has(slot)) continue
    const section = shelf.section(slot)
    const sum = sums.get(section) ?? new Float32Array(whole.dimensions)
    whole.addTo(sum, slot)
    sums.set(section, sum)
  }
  for (const [section, sum] of sums) sections.set(section, toUnit(sum))
}

/** The model must be one that answers at once: sixty thousand articles, one after another, would take minutes. */
export function encoder(embedding: Embedding): (tokens: Iterable<string>) => Float32Array {
  if (!embedding.encode) throw new Error(`${embedding.name} is no static model; statutes are indexed with the one in models/`)
  return embedding.encode
}
