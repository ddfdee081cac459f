import { LineCounter, parseDocument } from 'yaml'
import type { Address } from '../domain/message.ts'
import type { Group, Roster } from '../domain/person.ts'
import { rosterFile, type RosterFile } from './schema.ts'

/** A mistake in the file: where it stands, what is wrong and what to do. The words are for admins. */
export type RosterProblem = { readonly line: number; readonly message: string; readonly remedy: string }

/** Who serves where nobody wrote a file: one village, and the members of a Telegram chat as its advisers. */
export function defaultRoster(options: { telegramAdviserChat?: string | undefined } = {}): Roster {
  const { telegramAdviserChat } = options
  const groups: Group[] = telegramAdviserChat ? [everyMemberOf(telegramAdviserChat)] : []
  return { villages: [{ id: 'default', name: '本村' }], groups, advisers: [], admins: [] }
}

/** Reads the file. A roster comes only without problems, so that a broken edit changes nothing. */
export function readRoster(source: string, options: { telegramAdviserChat?: string | undefined } = {}): { roster?: Roster; problems: readonly RosterProblem[] } {
  const counter = new LineCounter()
  const document = parseDocument(source, { lineCounter: counter })
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let depth = path.length; depth > 0; depth--) {
      const range = (document.getIn(path.slice(0, depth), true) as { range?: readonly number[] } | undefined)?.range
      if (range?.[0] !== undefined) return counter.linePos(range[0]).line
    }
    return 1
  }
  const broken = document.errors.map((error) => ({ line: counter.linePos(error.pos[0]).line, message: `YAML 写法有误（${error.code}）`, remedy: '检查引号、冒号后的空格和缩进' }))
  if (broken.length > 0) return { problems: broken }

  const read = rosterFile.safeParse(document.toJS() ?? {})
  if (!read.success) {
    const problems = read.error.issues.map((issue) => {
      const stray = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined
      const path = stray === undefined ? issue.path : [...issue.path, stray]
      return { line: lineOf(path), message: `「${path.join('.') || '文件'}」有误：${stray === undefined ? issue.message : '没有这一项'}`, remedy: '照 people.example.yaml 的样子改' }
    })
    return { problems }
  }
  const problems = crossCheck(read.data).map(({ path, message, remedy }) => ({ line: lineOf(path), message, remedy }))
  return problems.length > 0 ? { problems } : { roster: toRoster(read.data, options.telegramAdviserChat), problems }
}

export function describeRosterProblem(file: string, { line, message, remedy }: RosterProblem): string {
  return `${file}:${line} ${message}；怎么改：${remedy}`
}

type Complaint = { path: readonly PropertyKey[]; message: string; remedy: string }

/** Names that lead nowhere, and things that stand twice. */
function crossCheck(file: RosterFile): Complaint[] {
  const villages = new Set(file.villages.map(({ id }) => id))
  const strays = (kind: string, index: number, field: string, ids: readonly string[]): Complaint[] =>
    ids.filter((id) => !villages.has(id)).map((id) => ({ path: [kind, index, field], message: `没有 id 是「${id}」的村`, remedy: `写 villages 里有的 id：${[...villages].join('、')}` }))
  return [
    ...file.groups.flatMap(({ village }, index) => strays('groups', index, 'village', [village])),
    ...file.adviserGroups.flatMap(({ villages: ids = [] }, index) => strays('adviserGroups', index, 'villages', ids)),
    ...file.advisers.flatMap(({ villages: ids = [], conflicts = [] }, index) => [...strays('advisers', index, 'villages', ids), ...strays('advisers', index, 'conflicts', conflicts)]),
    ...twice(file.villages.map(({ id }, index) => ({ key: id, path: ['villages', index, 'id'] })), '村的 id'),
    ...twice(file.advisers.map(({ id, name }, index) => ({ key: id ?? name, path: ['advisers', index, 'name'] })), '顾问的 id（没写就是名字）'),
    ...twice(file.advisers.flatMap(({ accounts }, index) => accounts.map((account) => ({ key: `${account.channel}:${account.id}`, path: ['advisers', index, 'accounts'] }))), '顾问的账号'),
    ...twice([...file.groups.map((group, index) => ({ key: keyOf(group), path: ['groups', index] })), ...file.adviserGroups.map((group, index) => ({ key: keyOf(group), path: ['adviserGroups', index] }))], '群'),
  ]
}

function twice(items: readonly { key: string; path: readonly PropertyKey[] }[], what: string): Complaint[] {
  return items.filter(({ key }, index) => items.findIndex((other) => other.key === key) < index).map(({ key, path }) => ({ path, message: `${what}「${key}」写了两次`, remedy: '删掉一个，或者改成不一样的' }))
}

function keyOf({ channel, conversation }: Address): string {
  return `${channel}:${conversation}`
}

function toRoster(file: RosterFile, telegramAdviserChat?: string): Roster {
  const groups: Group[] = [
    ...file.groups.map(({ channel, conversation, village, policy }): Group => ({ with: 'residents', at: { channel, conversation }, village, policy })),
    ...file.adviserGroups.map(({ channel, conversation, ...rest }): Group => ({ with: 'advisers', at: { channel, conversation }, ...rest })),
  ]
  if (telegramAdviserChat && !groups.some(({ at }) => at.channel === 'telegram' && at.conversation === telegramAdviserChat)) {
    // Where advisers are registered, sitting in the chat is not enough to be one.
    groups.push(file.advisers.length === 0 ? everyMemberOf(telegramAdviserChat) : { with: 'advisers', at: { channel: 'telegram', conversation: telegramAdviserChat } })
  }
  const [first = { id: 'default', name: '本村' }, ...rest] = file.villages
  return { villages: [first, ...rest], groups, advisers: file.advisers.map(({ id, ...adviser }) => ({ id: id ?? adviser.name, ...adviser })), admins: file.admins }
}

function everyMemberOf(conversation: string): Group {
  return { with: 'advisers', at: { channel: 'telegram', conversation }, everyMember: true }
}
