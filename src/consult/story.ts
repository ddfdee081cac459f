import type { Outcome } from '../domain/outcome.ts'
import { pairs, shared } from '../safety/support.ts'
import { asksSomething } from './manners.ts'

/** Shorter messages are one question, whatever they say. */
const longStory = 60
const shortestPart = 12

const turn = /[，,。；;\s]*(?:(?:哎|哦|唉)?对了|另外(?:呢|啊)?(?=[，,]?(?:我|俺)?(?:还|也|再)?(?:想|要)?(?:再)?(?:问|打听)|我家|俺家|我们家)|还有(?:一个|一件|个|件)(?:事|问题)(?:儿|情)?|还有就是|还有(?=我家|我们家|我[老妈爸哥姐妹弟爹娘]|俺家)|再(?:一个|有)就是|再问(?:一下|个)|第二(?:个|件)(?:事|问题)(?:儿|情)?|顺便(?:再)?(?:问|打听)(?:一下|个)?|还想(?:问|打听)(?:一下|个)?)(?:就?是)?[，,：:\s]*/g

/**
 * The one or two matters that a long message holds, in the resident's words: cut where the speaker turns to
 * something else, if both sides say enough and one of them asks. A short message is one.
 */
export function mattersOf(text: string): readonly [string] | readonly [string, string] {
  const plain = text.trim()
  if (plain.length < longStory) return [plain]
  const cuts = [...plain.matchAll(turn)]
    .map((match) => [plain.slice(0, match.index).trim(), plain.slice(match.index + match[0].length).trim()] as const)
    .filter(([before, after]) => before.length >= shortestPart && after.length >= shortestPart && asksSomething(after) && apart(before, after))
  // The most even cut: a turn right at the start or end is a manner of speaking.
  const [best] = [...cuts].sort((one, other) => unevenness(one) - unevenness(other))
  return best ? [best[0], best[1]] : [plain]
}

/** A model's cut, where each question is made of the story's own words; undefined when it is not. */
export function faithfulCut(questions: readonly string[], story: string): readonly string[] | undefined {
  const own = pairs(story)
  const sound = questions.every((question) => question.length <= 120 && pairs(question).size > 0 && shared(pairs(question), own) / pairs(question).size >= 0.5)
  return questions.length > 0 && sound ? questions.slice(0, 2) : undefined
}

/**
 * Two outcomes for one message, if each can stand beside the other: answers or tickets on different matters.
 * Undefined when the message is better served as one: an emergency, a command, or the same matter twice.
 */
export function sideBySide(one: Outcome, other: Outcome): readonly [Outcome, Outcome] | undefined {
  const plain = [one, other].every(({ kind }) => kind === 'answered' || kind === 'escalated')
  const calm = [one, other].every((outcome) => outcome.kind !== 'escalated' || outcome.situation === undefined)
  const tickets = [one, other].filter(({ kind }) => kind === 'escalated').length
  return plain && calm && tickets < 2 && one.entries[0] !== undefined && one.entries[0] !== other.entries[0] ? [one, other] : undefined
}

function apart(before: string, after: string): boolean {
  const [one, other] = [pairs(before), pairs(after)]
  return shared(one, other) <= Math.min(one.size, other.size) * 0.4
}

function unevenness([before, after]: readonly [string, string]): number {
  return Math.abs(before.length - after.length)
}
