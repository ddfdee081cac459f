import type { Branch, Entry } from '../domain/entry.ts'
import { articleLabel, type ArticleRef } from '../domain/law.ts'
import type { Passage } from '../domain/passage.ts'
import type { Answer } from '../domain/outcome.ts'
import { givesOrders } from '../safety/orders.ts'

/** Articles beyond this are not offered: the first ones of an entry decide. */
const mostArticles = 8

/**
 * What a model may rest an answer on: the entry's sections, its cases, the articles in force that it cites,
 * and the places it sends to. A text that gives orders to a machine is left out.
 */
export function passagesOf({ entry, citations, services }: Pick<Answer, 'entry' | 'citations' | 'services'>, textOf: (ref: ArticleRef) => string): Passage[] {
  const own = [{ label: '简答', text: entry.answer }, ...entry.sections.filter(({ heading }) => heading !== '简答').map(({ heading, text }) => ({ label: heading, text: text.replaceAll('**', '') })), ...cases(entry)]
  return [
    ...own.map((passage, index) => ({ ...passage, id: `p${index + 1}` })),
    ...citations.slice(0, mostArticles).map((ref, index) => ({ id: `a${index + 1}`, label: articleLabel(ref), text: textOf(ref), ref })),
    ...services.map((service, index) => ({ id: `s${index + 1}`, label: service.title, text: `${phoneOf(service)}${service.answer}` })),
  ].filter(({ text }) => !givesOrders(text))
}

function cases(entry: Entry): { label: string; text: string }[] {
  const branch: Branch | undefined = entry.kind === 'guide' ? entry.branch : undefined
  return branch ? branch.options.map(({ label, answer }) => ({ label: `${branch.ask}${label}`, text: answer })) : []
}

function phoneOf(entry: Entry): string {
  return entry.kind === 'service' && entry.phone !== undefined ? `电话 ${entry.phone}。` : ''
}
