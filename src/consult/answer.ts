import type { Entry } from '../domain/entry.ts'
import type { ArticleRef } from '../domain/law.ts'
import type { Answer } from '../domain/outcome.ts'

/** What answering needs to know of the library. */
export type Library = {
  entry(id: string): Entry | undefined
  /** Whether an article may be cited today. */
  citable(ref: ArticleRef): boolean
  /** Whether the entry was last checked more than a year ago. */
  stale(entry: Entry): boolean
}

/** As many articles as a resident will read; the first ones decide. */
const mostCitations = 4

/**
 * The answer that an entry gives, in its own words; undefined when nothing in force and no service
 * carries it, for an answer without a source is no answer.
 */
export function answerFrom(entry: Entry, library: Library, text: string = entry.answer): Answer | undefined {
  // An article that was asked for by its number may be quoted as it read on the day asked about.
  const citations = entry.kind === 'statute' ? entry.basis : entry.basis.filter(library.citable).slice(0, mostCitations)
  const services = serviceIds(entry).flatMap((id) => library.entry(id) ?? [])
  const outdated = entry.basis.length > 0 && citations.length === 0
  if (outdated || (citations.length === 0 && services.length === 0 && entry.kind !== 'service')) return undefined
  const branch = entry.kind === 'guide' && text === entry.answer && entry.branch ? { branch: entry.branch } : {}
  return { entry, text, steps: stepsOf(entry), citations, services, stale: library.stale(entry), ...branch }
}

/** The numbered lines of 怎么办, without their numbers and marks. */
export function stepsOf(entry: Entry): string[] {
  const section = entry.sections.find(({ heading }) => heading === '怎么办' || heading === '怎么走')
  return (section?.text ?? '').split('\n').map((line) => line.replace(/^\s*(?:\d+[.、．)]|-)\s*/, '').replaceAll('**', '').trim()).filter(Boolean)
}

function serviceIds(entry: Entry): readonly string[] {
  return entry.kind === 'guide' ? entry.services : []
}
