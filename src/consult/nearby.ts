import type { Conversation } from '../domain/conversation.ts'
import type { Entry } from '../domain/entry.ts'
import { parseNumber } from '../domain/law.ts'
import type { Action, Inbound } from '../domain/message.ts'
import type { NearbyGuide, Trace } from '../domain/outcome.ts'
import { answerFrom, type Library } from './answer.ts'
import { isIntimate } from './intimate.ts'

const mostNearby = 2
/** How likely it must be that some entry answers – the confidence over what it would be supposing that one does – and that the message is a question. */
const least = { covered: 0.7, question: 0.5 } as const
/** How long a bare number is taken for a choice. */
const openMs = 30 * 60_000
/** 2, 第二个, 看第2个; 「一个」 may tell how many children there are. */
const choice = /^(?:我?(?:先|想|要)?看(?:一下|看)?)?(?:第(.)[个件篇条]?|(.))[。.！!]?$/

/**
 * The guides that may answer what we would not answer from either: the doubt is which of them is meant, and that the
 * resident knows. None where it is likelier that no guide answers; in a group none whose title tells too much.
 */
export function nearbyGuides({ entries, confidence, closedSet, intents }: Trace, library: Library, place: Inbound['place']): NearbyGuide[] {
  if (!closedSet || confidence < least.covered * closedSet || (intents?.question ?? 0) < least.question) return []
  const offered = (entry: Entry | undefined): entry is Entry => entry?.kind === 'guide' && !(place === 'group' && isIntimate('', entry)) && answerFrom(entry, library) !== undefined
  return entries.slice(0, mostNearby).map(library.entry).filter(offered).map(({ id, title }) => ({ label: title, entry: id }))
}

/** What a resident reads of them under the notice that an adviser was asked. */
export function nearbyForResident(guides: readonly NearbyGuide[], attended = true): { note: string; actions: Action[] } {
  const listed = guides.map(({ label }, index) => `${index + 1}. ${label}`)
  return {
    note: [`您问的是不是这${guides.length > 1 ? '两件里的一件' : '件'}？可以先看（回${guides.length > 1 ? ' 1 或 2' : ' 1'}）${attended ? '，顾问照样会答' : ''}：`, ...listed].join('\n'),
    actions: guides.map(({ label }) => ({ label, send: label })),
  }
}

/** The guide that the words choose, by number or title, of those offered a short while ago. */
export function chosenGuide(text: string, { offered }: Conversation, now: Date): NearbyGuide | undefined {
  if (!isOpen(offered, now)) return undefined
  const number = numberIn(text)
  return (number === undefined ? undefined : offered.guides[number - 1]) ?? offered.guides.find(({ label }) => label === text)
}

/** What to say to a number, or to 「都不是」, that chooses none of what was listed; undefined for other words, and where it may tell a ticket how many. */
export function missedChoice(text: string, { offered, pending, waiting, factsAskedAt }: Conversation, now: Date, options: number): string | undefined {
  const none = /^(?:都不是|都不对|两个都不是|不是这个|哪个都不是|没有我要的)[。.！!]?$/.test(text)
  if (!none && numberIn(text) === undefined) return undefined
  if (pending && options > 0) return none ? '那就先按上面的一般情况办。把您的情况用一句话说给我，或者回「转人工」。' : `请回 1 到 ${options} 里的一个数，说不准回「跳过」。`
  if (none) return isOpen(offered, now) && waiting !== undefined ? '好的，那就等法律顾问答您。还有什么情况直接说，我一起转过去。' : undefined
  return waiting !== undefined && factsAskedAt !== undefined ? undefined : '这个数我对不上：眼下没有要您选的。请把事情用一句话说给我。'
}

function isOpen(offered: Conversation['offered'], now: Date): offered is NonNullable<Conversation['offered']> {
  return offered !== undefined && now.getTime() - Date.parse(offered.at) <= openMs
}

/** The number that a message is, in any way that a choice is written. */
export function numberIn(text: string): number | undefined {
  const [, ordinal, bare = ''] = choice.exec(text) ?? []
  return parseNumber(ordinal ?? bare)
}
