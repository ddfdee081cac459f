import type { Conversation } from '../domain/conversation.ts'
import type { Situation } from '../domain/entry.ts'
import type { Alarm, Outcome } from '../domain/outcome.ts'
import { leansOn } from './follow-up.ts'
import type { Library } from './answer.ts'

/** How long after an alarm words that only sound urgent are taken for more of it. */
const goesOnMs = 30 * 60_000
/** Whoever may be in danger of life or limb can call these. */
const rescue = ['110', '120']

export function isAlarm(outcome: Outcome): outcome is Extract<Outcome, { kind: 'escalated' }> & Alarm {
  return outcome.kind === 'escalated' && outcome.situation !== undefined
}

/**
 * The emergency that a message goes on with, if it is short or points back and a danger to somebody was told a while ago:
 * 「没气了」 and 「警察来了」 look like emergencies of other kinds, and what was said first knows better. Whom to call is
 * rescue first, then whom either calls for.
 */
export function emergencyBefore(text: string, nearest: Situation, { alarm }: Conversation, now: Date, library: Pick<Library, 'entry'>): Situation | undefined {
  if (!alarm || now.getTime() - Date.parse(alarm.at) > goesOnMs || !leansOn(text)) return undefined
  const situation = library.entry(alarm.situation)
  if (situation?.kind !== 'situation' || !situation.hotlines.some((phone) => rescue.includes(phone))) return undefined
  return { ...situation, hotlines: [...new Set([...rescue, ...situation.hotlines, ...nearest.hotlines])] }
}

/** Whether the words say that the danger is over, and nothing else. */
export function saysSafe(text: string): boolean {
  return /^(?:(?:他|她|人|他们)(?:已经|刚)?走了[，,。 ]*)?(?:我|我们|俺|人)?(?:现在|已经|都)*(?:安全|脱险)了[，,。！! ]*(?:谢谢(?:你|您|大家|你们)?|放心)?[。！! ]*$/.test(text.trim())
}
