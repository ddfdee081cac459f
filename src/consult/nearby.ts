import type { Entry } from '../domain/entry.ts'
import type { Action } from '../domain/message.ts'
import type { NearbyGuide, Trace } from '../domain/outcome.ts'

const mostNearby = 2
/** How likely it must be that some entry answers, and that the message is a question. Where it is, the doubt is which one. */
const least = { covered: 0.7, question: 0.5 } as const

/**
 * The guides that may answer what we would not answer from either: the doubt is which of them is meant, and that the
 * resident knows. None where it is likelier that no guide answers.
 */
export function nearbyGuides({ entries, confidence, closedSet, intents }: Trace, entryOf: (id: string) => Entry | undefined): NearbyGuide[] {
  if (!closedSet || confidence < least.covered * closedSet || (intents?.question ?? 0) < least.question) return []
  const guides = entries.slice(0, mostNearby).map(entryOf).filter((entry) => entry?.kind === 'guide')
  return guides.map(({ id, title }) => ({ label: title, entry: id }))
}

/** What a resident reads of them under the notice that an adviser was asked. */
export function nearbyForResident(guides: readonly NearbyGuide[]): { note: string; actions: Action[] } {
  const listed = guides.map(({ label }, index) => `${index + 1}. ${label}`)
  return {
    note: [`您问的要是${guides.length > 1 ? '下面哪件' : '下面这件'}，回数字就能先看，顾问照样会答：`, ...listed].join('\n'),
    actions: guides.map(({ label }) => ({ label, send: label })),
  }
}
