import type { Outcome } from '../domain/outcome.ts'
import { amounts } from '../safety/figures.ts'
import { givesOrders } from '../safety/orders.ts'
import { clauses, matterOf, pairs, shared } from '../safety/support.ts'
import { asksSomething } from './manners.ts'

/** Shorter messages are one question, whatever they say. */
const longStory = 60
const shortestPart = 12
/** From here on, where there is one, a model is asked what the story comes to. */
const storyForModel = 150

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

const shortestImplied = 6
const implied = /[，,。；;！!？?]\s*(?:而且|同时|并且|还|又|也)?/g

/** Where a message of one breath may hold two matters: at its commas, the later first; whether it does, only a look at what each half finds can tell. */
export function impliedCuts(text: string): readonly (readonly [Matter, Matter])[] {
  const plain = text.trim()
  if (plain.length < 2 * shortestImplied || isStory(plain)) return []
  return [...plain.matchAll(implied)]
    .map((match) => [plain.slice(0, match.index), plain.slice(match.index + match[0].length)] as const)
    .filter(([before, after]) => before.length >= shortestImplied && after.length >= shortestImplied && ownSubject.test(after) && apart(before, after))
    .slice(-mostImplied)
    .map(([before, after]) => [{ text: before }, { text: after }] as const)
}

const mostImplied = 3
/** The second half names somebody or something of its own; what begins with a verb or 他 goes on with the first. */
const ownSubject = /^(?:我(?!不|没|又|也|还|就|都|想|要|该|能|可以|觉得|说|问|跟他|和他|找他)|俺|咱|被(?!他|她|骗|扣|打|骂|拒)|在|老(?!说|不)|孩子|儿子|女儿|娃|村|隔壁|楼|房|租|同租|邻|地邻|物业|公司|单位|厂|工地|工作|学校|派出所|医院|网|信用卡|快递|买|装修|车|前夫|前妻|丈夫|婆|爸|妈|父|母|娘家|哥|弟|姐|妹|自己)/

/** Fields that are about the way, not the matter: going to court is part of whatever one goes there for. */
const ways: ReadonlySet<string | undefined> = new Set([undefined, '诉讼执行', '公共法律服务'])
/** A half counts as a matter when what it found is this likely to be what it is about. */
const likelyEnough = 0.71
/** One half must be this sure of its guide, whatever bar its answer has to pass; and one that only sounds urgent. */
const nearlySure = 0.77
/** So sure must both halves be of their guides where nothing else tells them apart; an answer so sure counts as a matter too. */
const plainly = 0.9
/** The speaker adds one thing to another: 还被, 又把; 还在 and 也没 go on with the first. */
const adds = /^.{0,8}?(?:还|又|也)(?!在|没|是|不|有)/

/**
 * Whether the halves of a message found two fields of life, one of them nearly surely, so that it is two matters
 * that stand side by side; or two guides of one field, each plainly and neither near the other, where the
 * speaker adds the second. `domainOf` gives an entry's field, `added` is the second half.
 */
export function inTwoFields(one: Outcome, other: Outcome, domainOf: (entry: string) => string | undefined, added: string): boolean {
  const isMatter = (outcome: Outcome) => (outcome.kind === 'answered' || outcome.kind === 'escalated') && (aimOf(outcome) >= (soundsUrgent(outcome) ? nearlySure : likelyEnough) || outcome.confidence >= plainly)
  const fields = [one, other].map((outcome) => (isMatter(outcome) && outcome.entries[0] !== undefined ? domainOf(outcome.entries[0]) : undefined))
  if (fields.some((field) => ways.has(field)) || ![one, other].some((outcome) => outcome.kind === 'answered' || aimOf(outcome) >= nearlySure)) return false
  return fields[0] !== fields[1] || (adds.test(added) && [one, other].every((outcome) => outcome.kind === 'answered' && aimOf(outcome) >= plainly) && !isNear(one, other) && !isNear(other, one))
}

/** How sure it is what a half is about, whether or not that answers it. */
function aimOf({ closedSet, confidence }: Pick<Outcome, 'closedSet' | 'confidence'>): number {
  return closedSet ?? confidence
}

/** Whether what the one found first is among the first that the other found. */
function isNear({ entries: [nearest] }: Outcome, other: Outcome): boolean {
  return nearest !== undefined && other.entries.slice(0, 3).includes(nearest)
}

/** A matter of a message: the resident's words on it and, where a model cut it out, the question to look it up by. */
export type Matter = { readonly text: string; readonly question?: string }

/** Whether a message that came to this may hold matters to be told apart: no certain emergency, no command. */
export function holdsMatters(outcome: Outcome): boolean {
  return outcome.kind === 'answered' || outcome.kind === 'refused' || (outcome.kind === 'escalated' && (outcome.situation === undefined || soundsUrgent(outcome)) && outcome.ticket.because !== 'asked-for-a-person')
}

/** An emergency by likeness only, which no word in the message makes certain. */
export function soundsUrgent({ reason }: Outcome): boolean {
  return reason === 'like-urgent'
}

/** Whether a message is long enough for a model to cut. */
export function isStory(text: string): boolean {
  return text.trim().length > storyForModel
}

/** The one or two matters of a message: as a model cut them, where its cut holds, else by the speaker's turns. */
export async function readMatters(text: string, cut?: () => Promise<readonly string[] | undefined>): Promise<readonly [Matter] | readonly [Matter, Matter]> {
  const questions = cut && isStory(text) ? await cut() : undefined
  const [one, other] = (questions && faithfulCut(questions, text)) ?? []
  if (one === undefined) {
    const [first, second] = mattersOf(text)
    return second === undefined ? [{ text: first }] : [{ text: first }, { text: second }]
  }
  if (other === undefined) return [{ text, question: one }]
  const [first, second] = shareOut(text, one, other)
  return [{ text: first, question: one }, { text: second, question: other }]
}

/** A model's cut, where it is one or two different questions made of the story's own words and numbers; undefined when it is not. */
export function faithfulCut(questions: readonly string[], story: string): readonly string[] | undefined {
  if (questions.length === 0 || questions.length > 2) return undefined
  const own = pairs(story)
  const numbers = new Set(figuresOf(story))
  const sound = questions.every((question) => {
    const words = pairs(matterOf(question))
    if (question.length > 120 || words.size === 0 || /[〔〕]/.test(question) || givesOrders(question)) return false
    return shared(words, own) / words.size >= 0.5 && figuresOf(question).every((figure) => numbers.has(figure))
  })
  const [one = '', other] = questions
  return sound && (other === undefined || apart(matterOf(one), matterOf(other))) ? questions : undefined
}

function figuresOf(text: string): string[] {
  return [...amounts(text), ...(text.normalize('NFKC').match(/\d+(?:\.\d+)?/g) ?? [])]
}

/** Each matter's own words: every clause goes to the question it says more of, or stays with the clause before it. */
function shareOut(story: string, one: string, other: string): readonly [string, string] {
  const [first, second] = [pairs(one), pairs(other)]
  const parts: [string[], string[]] = [[], []]
  let last: 0 | 1 = 0
  for (const clause of clauses(story)) {
    const lead = shared(pairs(clause), first) - shared(pairs(clause), second)
    last = lead > 0 ? 0 : lead < 0 ? 1 : last
    parts[last].push(clause)
  }
  const [mine, theirs] = parts.map((part) => part.join('，'))
  return mine && theirs ? [mine, theirs] : [story, story]
}

/**
 * Two outcomes for one message, if each can stand beside the other: answers or tickets on different matters.
 * Undefined when the message is better served as one: a certain emergency, a command, or the same matter twice.
 */
export function sideBySide(one: Outcome, other: Outcome): readonly [Outcome, Outcome] | undefined {
  const plain = [one, other].every(({ kind }) => kind === 'answered' || kind === 'escalated')
  const stirred = [one, other].filter((outcome) => outcome.kind === 'escalated' && outcome.situation !== undefined)
  // What only sounds urgent comes first and does not silence a plain answer to something else.
  const calm = stirred.length === 0 || (stirred.length === 1 && stirred.every(soundsUrgent) && [one, other].some((outcome) => outcome.kind === 'answered' && aimOf(outcome) >= plainly))
  // What was found without any confidence says nothing of the matter, beside an answer.
  const guessed = one.kind !== other.kind && [one, other].some((outcome) => outcome.kind === 'escalated' && aimOf(outcome) < 0.3)
  const apart = guessed || one.entries[0] === undefined || one.entries[0] !== other.entries[0]
  return plain && calm && apart ? [one, other] : undefined
}

function apart(before: string, after: string): boolean {
  const [one, other] = [pairs(before), pairs(after)]
  return shared(one, other) <= Math.min(one.size, other.size) * 0.4
}

function unevenness([before, after]: readonly [string, string]): number {
  return Math.abs(before.length - after.length)
}
