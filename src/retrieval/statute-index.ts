import type { Embedding } from './embedding.ts'
import type { StatuteArticle } from './article.ts'
import { createLexical, type Lexical } from './lexical.ts'
import { createQuantised, toUnit, type Quantised } from './quantised.ts'
import { terms } from './segment.ts'
import { createShelf, type Shelf } from './shelf.ts'

/** What is known of a body of statutes before anybody asks. */
export type StatuteIndex = {
  readonly shelf: Shelf
  readonly lexical: Lexical
  /** Headings alone, one document a section: what a question is about, when the article itself says it in other words. */
  readonly headings: Lexical
  /** Article, its text alone, section: the direction of each. */
  readonly whole: Quantised
  readonly bodies: Quantised
  readonly sections: Quantised
}

/** Cuts, counts and encodes all articles. */
export function indexStatutes(articles: Iterable<StatuteArticle>, embedding: Embedding): StatuteIndex {
  const shelf = createShelf()
  const lexical = createLexical(function* () {
    for (const article of articles) yield { id: shelf.add(article), terms: articleTerms(article) }
  }())
  const headings = createLexical(shelf.sections.map(({ law, heading }, id) => ({ id, terms: terms(`${law} ${heading}`) })))
  return encodeStatutes({ shelf, lexical, headings }, embedding)
}

/** Encodes all articles anew, as a change of model asks for. */
export function encodeStatutes(known: Pick<StatuteIndex, 'shelf' | 'lexical' | 'headings'>, embedding: Embedding): StatuteIndex {
  const embed = embedder(embedding)
  const { shelf, lexical, headings } = known
  const [whole, bodies, sections] = [0, 0, 0].map(() => createQuantised(embedding.dimensions, shelf.length)) as [Quantised, Quantised, Quantised]
  for (let slot = 0; slot < shelf.length; slot++) {
    if (!shelf.has(slot)) continue
    const article = shelf.article(slot)
    whole.set(slot, embed(article.law, article.heading, article.text))
    bodies.set(slot, embed(article.text))
  }
  const index = { shelf, lexical, headings, whole, bodies, sections }
  placeSections(index)
  return index
}

export function articleTerms(article: StatuteArticle): string[] {
  return [...terms(article.law), ...terms(article.heading), ...terms(article.text)]
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
export function embedder(embedding: Embedding): (...texts: string[]) => Float32Array {
  if (!embedding.embedNow) throw new Error(`${embedding.name} is no static model; statutes are indexed with the one in models/`)
  return embedding.embedNow
}
