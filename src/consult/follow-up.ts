import type { Conversation } from '../domain/conversation.ts'
import type { Evidence } from '../domain/evidence.ts'
import { givesOrders } from '../safety/orders.ts'
import { matterOf, pairs, shared } from '../safety/support.ts'

/** How a message is looked up: as it stands, or completed by what was said before. */
export type Reading = { readonly question: string; readonly evidence: Evidence; readonly carried: boolean }

/** After this long, people begin anew. */
export const talkMs = 60 * 60_000
const longestCarried = 140

const change = /^(?:另外|还有(?:一|个|件)|对了|顺便|换个|再问(?:一|个|件)|不说这|别的事|问个别的|还想问|我还?想(?:再|另外)?问(?:一|个|下|别)|新问题|第二个)\S{0,8}?(?=[,，、。:：问]|\s|我|想|$)[^，,]{0,4}[,，、。:：]?/
const leaning = /^(?:那|要是|如果|假如|万一|他|她|它|咱|这|对方|人家|但|可是|不过|而且|还有|然后|所以|已经|都|就|也|还|没|不|能不能|可不可以|行不行|怎么|咋|去哪|上哪|到哪|找谁|多久|多少|几|谁|什么时候|我(?:没|不|能|可以|也|还|都|要|该|是|的|想|一))|(?:呢|吗|么|不|咋办|怎么办)[?？。!！]?$|(?:他|她|它|对方|那人|那边|这个|这种|这事|这样)/
const short = 14

/** Whether the resident says that something else comes now. */
export function opensTopic(text: string): boolean {
  return change.test(text.trim())
}

/** Whether a message is understood only with what went before: it is short, or points back. */
export function leansOn(text: string): boolean {
  const plain = text.trim()
  return !opensTopic(plain) && (plain.length <= short || (plain.length <= 30 && leaning.test(plain)))
}

/** Whether a message points back with its first words: it goes on with the matter, it brings no new one. */
export function goesOn(text: string): boolean {
  const plain = text.trim()
  return plain.length <= 30 && !opensTopic(plain) && /^(?:那|要是|如果|假如|万一|他|她|它|对方|人家|但是?|可是|不过|而且|然后|所以)/.test(plain)
}

/** What went before and still counts: the last question, if it was asked lately. */
export function lately({ lastQuestion, lastAt }: Conversation, now: Date): string | undefined {
  if (lastQuestion === undefined || lastAt === undefined) return undefined
  const age = now.getTime() - Date.parse(lastAt)
  return age >= 0 && age < talkMs ? lastQuestion : undefined
}

/** 「那要是没签合同呢」 after 「老板拖工资」: both in one line, the new words last. */
export function standAlone(text: string, before: string): string {
  const plain = text.trim()
  const room = longestCarried - plain.length
  return room < 8 || before.includes(plain) ? plain : `${before.slice(0, room)}，${plain}`
}

/** The question of a message as it is to be remembered: with what it leans on. */
export function questionInTalk(text: string, conversation: Conversation, now: Date): string {
  const before = lately(conversation, now)
  return before !== undefined && leansOn(text) ? standAlone(text, before) : text
}

export type FollowUpPorts = {
  search(question: string): Promise<Evidence>
  /** Whether two entries belong to one field of life. */
  related(one: string, other: string): boolean
  /** A model's completion of a follow-up, where there is a model; undefined when it gives nothing usable. */
  rewrite?(text: string, before: string): Promise<string | undefined>
}

/**
 * Looks a message up in the light of what went before.
 *
 * A follow-up is asked twice, as it stands and completed by the last question, and what both find counts
 * most. So 「他还不让我看孩子」 after a question on support finds visits, and 「那得等多久」 stays where it was;
 * a new topic needs no 「另外」, for it is what the words alone name and the field of life is another.
 */
export async function readInTalk(text: string, conversation: Conversation, now: Date, ports: FollowUpPorts): Promise<Reading> {
  const before = lately(conversation, now)
  if (before === undefined || opensTopic(text)) {
    const question = before === undefined ? text : text.trim().replace(change, '') || text
    return { question, evidence: await ports.search(question), carried: false }
  }
  const alone = await ports.search(text)
  if (!leansOn(text)) return { question: text, evidence: alone, carried: false }
  if (alone.uncovered) return { question: text, evidence: { ...alone, alone: true }, carried: false }
  const written = await ports.rewrite?.(text, before)
  const question = written !== undefined && faithful(written, `${before}${text}`) ? written : standAlone(text, before)
  const found = await ports.search(question)
  const past = found.intents.urgent >= alarm && saysPlainly(alone)
  if (past && namesAnother(text, alone, conversation, ports)) return { question: text, evidence: { ...alone, alone: true }, carried: false }
  const completed = past ? { ...found, intents: alone.intents, situations: alone.situations } : found
  return { question, evidence: joined(alone, completed, (entry) => conversation.lastEntry !== undefined && ports.related(entry, conversation.lastEntry)), carried: true }
}

/** 「工资拖着不给咋整」 after a fraud: short, but it points at nothing before it and surely asks of another field of life. */
function namesAnother(text: string, { matches: [best], confidence, closedSet = confidence, intents }: Evidence, { lastEntry }: Conversation, { related }: FollowUpPorts): boolean {
  return best !== undefined && lastEntry !== undefined && !leaning.test(text.trim()) && intents.question >= plainly && closedSet >= surely && !related(best.entry, lastEntry)
}

const surely = 0.8

/**
 * Whether the bare words leave no doubt what kind of message they are, and that it is no cry for help.
 *
 * An emergency that was told before is told: 「谢谢啊」 or 「工资拖着不给咋整」 after it raises no second alarm.
 * Words in doubt, like 「他又来了」, keep the alarm of what they lean on.
 */
function saysPlainly({ intents: { urgent, ...others } }: Evidence): boolean {
  return urgent < alarm && Object.values(others).some((chance) => chance >= plainly)
}

const plainly = 0.9
/** The chance of an emergency from which it is raised. */
export const alarm = 0.65

/** What an entry of the same field of life gains, as a share of the best scores. */
const sameField = 0.12
/** What an entry has that one of the searches did not list, as a share of the last one listed. */
const unlisted = 0.9

/** Both searches in one; how sure we are is what the search that names the winner says. */
function joined(alone: Evidence, completed: Evidence, related: (entry: string) => boolean): Evidence {
  const [first, second] = [alone.matches[0], completed.matches[0]]
  if (!first || !second) return first ? alone : completed
  const gain = sameField * (first.score + second.score)
  const scoreIn = ({ matches }: Evidence, entry: string) => matches.find((match) => match.entry === entry)?.score ?? unlisted * Math.min(...matches.map(({ score }) => score))
  const listed = new Map([...alone.matches, ...completed.matches].map((match) => [match.entry, match]))
  const matches = [...listed.values()]
    .map((match) => ({ ...match, score: scoreIn(alone, match.entry) + scoreIn(completed, match.entry) + (related(match.entry) ? gain * (match.entry === first.entry ? 1 + (alone.closedSet ?? alone.confidence) : 1) : 0) }))
    .sort((one, other) => other.score - one.score)
  const winner = matches[0]?.entry
  const [surer, other] = alone.confidence > completed.confidence ? [alone, completed] : [completed, alone]
  const { confidence, closedSet } = [surer, other].find((evidence) => evidence.matches[0]?.entry === winner) ?? other
  return { ...completed, matches: matches.slice(0, 10), confidence, ...(closedSet === undefined ? {} : { closedSet }) }
}

/** Whether a completion only joins what was said. */
export function faithful(written: string, said: string): boolean {
  const own = pairs(matterOf(written))
  return written.length <= longestCarried && !givesOrders(written) && own.size > 0 && shared(own, pairs(said)) / own.size >= 0.5
}
