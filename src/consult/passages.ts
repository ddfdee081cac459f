import type { Branch, Entry } from '../domain/entry.ts'
import { articleLabel, type ArticleRef } from '../domain/law.ts'
import type { Passage } from '../domain/passage.ts'
import type { Answer } from '../domain/outcome.ts'
import type { LikelyArticles } from '../domain/statute.ts'
import { givesOrders } from '../safety/orders.ts'
import { likelyPassages } from './likely.ts'

/** Articles beyond this are not offered: the first ones of an entry decide. */
const mostArticles = 8
/** Characters of one article; the few that are longer are lists, whose first items stand for the rest. */
const longestArticle = 1200
/** Of the articles that a search found: only the first one's chance is measured. */
const mostFound = 1

/**
 * What a model may rest an answer on: the entry's sections, its cases, the articles in force that it rests on,
 * word for word where we hold them, and the places it sends to. A text that gives orders to a machine is
 * left out.
 *
 * Where the resident told which case is theirs, that case comes first and the others are not offered. An
 * article that a search is sure of comes last, if it is in force and the entry does not bring it itself.
 */
export function passagesOf({ entry, text, citations, services }: Answer, { articleText, citable }: { articleText(ref: ArticleRef): string; citable(ref: ArticleRef): boolean }, likely?: LikelyArticles): Passage[] {
  const chosen = chosenCase(entry, text)
  const sections = entry.sections.filter(({ heading }) => heading !== '简答').map(({ heading, text: words }) => ({ label: heading, text: words.replaceAll('**', '') }))
  const own = [...(chosen ? [chosen] : []), { label: '简答', text: `${phoneOf(entry)}${entry.answer}` }, ...sections, ...(chosen ? [] : cases(entry))]
  const further = entry.basis.filter((ref) => citable(ref) && !among(citations, ref))
  const articles = [...citations, ...further].slice(0, mostArticles)
  const found = likely?.firstSure ? likelyPassages(likely).slice(0, mostFound).filter(({ ref }) => ref && citable(ref) && !among(articles, ref)) : []
  return [
    ...own.map((passage, index) => ({ ...passage, id: `p${index + 1}` })),
    ...articles.map((ref, index) => ({ id: `a${index + 1}`, label: articleLabel(ref), text: articleText(ref).slice(0, longestArticle), ref })),
    ...services.map((service, index) => ({ id: `s${index + 1}`, label: service.title, text: `${phoneOf(service)}${service.answer}` })),
    ...found.map((passage) => ({ ...passage, text: passage.text.slice(0, longestArticle) })),
  ].filter(({ text }) => !givesOrders(text))
}

/** Whether what a sentence rests on is only what a search found: that adds to an answer and does not make it. */
export function onlyFound(ids: readonly string[]): boolean {
  return ids.length > 0 && ids.every((id) => /^l\d+$/.test(id))
}

/** The case whose words the answer ends with, if there is one. */
export function chosenCase(entry: Entry, text: string): { label: string; text: string } | undefined {
  return text === entry.answer ? undefined : cases(entry).find((one) => text.endsWith(one.text))
}

function among(refs: readonly ArticleRef[], { law, article }: ArticleRef): boolean {
  return refs.some((ref) => ref.law === law && ref.article === article)
}

function cases(entry: Entry): { label: string; text: string }[] {
  const branch: Branch | undefined = entry.kind === 'guide' ? entry.branch : undefined
  return branch ? branch.options.map(({ label, answer }) => ({ label: `${branch.ask}${label}`, text: answer })) : []
}

function phoneOf(entry: Entry): string {
  return entry.kind === 'service' && entry.phone !== undefined ? `电话 ${entry.phone}。` : ''
}
