import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { adviserGroupFor, adviserOf, advisersFor, amongAdvisers, barred, expertsFor, rolesOf, villageOf, type Roster } from '../../src/domain/person.ts'
import { openPeople } from '../../src/people.ts'
import { defaultRoster, readRoster } from '../../src/roster/read.ts'

const example = await readFile('people.example.yaml', 'utf8')
const roster = readRoster(example).roster as Roster
const monday = '2026-11-23'
const tuesday = '2026-11-24'

test('the example file is sound', () => {
  expect(readRoster(example).problems).toEqual([])
  expect(roster.villages.map(({ name }) => name)).toEqual(['清溪村', '上岭村'])
})

test('a group says which village it is, any other place says none', () => {
  expect(villageOf(roster, { channel: 'telegram', conversation: '-1001000000001' })?.id).toBe('qingxi')
  expect(villageOf(roster, { channel: 'wechat', conversation: '-1001000000001' })).toBeUndefined()
})

test('a WeChat group or friend may be written by its bare id', () => {
  expect(villageOf(roster, { channel: 'wechat', conversation: 'room:20000000001@chatroom' })?.id).toBe('shangling')
  const friend = readRoster('villages: [{ id: a, name: 甲村 }]\nadmins: [{ name: 乙, accounts: [{ channel: wechat, id: wxid_b }] }]').roster
  expect(friend?.admins[0]?.accounts).toEqual([{ channel: 'wechat', id: 'wxid_b', conversation: 'friend:wxid_b' }])
})

test('an account is known on its own channel only', () => {
  expect(rolesOf(roster, 'telegram', '100000001').adviser?.name).toBe('李明')
  expect(rolesOf(roster, 'wechat', '100000001')).toEqual({})
  expect(rolesOf(roster, 'telegram', '100000008').admin?.name).toBe('周主任')
})

test.each([
  ['the village’s own on a duty day', { village: 'qingxi' }, monday, ['李明'], false],
  ['the partner pool on a day without them', { village: 'qingxi' }, tuesday, ['赵远'], true],
  ['by field', { village: 'shangling', domain: '农村土地' }, tuesday, ['王芳'], false],
  ['nobody outside their fields', { village: 'shangling', domain: '劳动用工' }, tuesday, ['赵远'], true],
  ['no grassroots worker for criminal matters', { village: 'shangling', domain: '刑事社矫' }, tuesday, ['赵远'], true],
  ['nobody whose licence ran out', { village: 'qingxi' }, '2028-06-05', ['赵远'], true],
])('on duty is %s', (_, matter, day, names, crossRegion) => {
  const duty = advisersFor(roster, matter, day)
  expect(duty.advisers.map(({ name }) => name)).toEqual(names)
  expect(duty.crossRegion).toBe(crossRegion)
})

test('a grassroots worker without fields is still barred from criminal matters, a lawyer is not', () => {
  const [li, wang] = roster.advisers
  expect(wang && barred({ ...wang, conflicts: [] }, { village: 'qingxi', domain: '刑事社矫' })).toBe('criminal')
  expect(wang && barred(wang, { village: 'qingxi', domain: '农村土地' })).toBe('conflict')
  expect(li && barred(li, { village: 'qingxi', domain: '刑事社矫' })).toBeUndefined()
})

test('an expert is never one who is in conflict', () => {
  expect(expertsFor(roster, { village: 'qingxi' }).map(({ name }) => name)).toEqual(['赵远'])
  const torn = { ...roster, advisers: roster.advisers.map((adviser) => ({ ...adviser, conflicts: ['qingxi'] })) }
  expect(expertsFor(torn, { village: 'qingxi' })).toEqual([])
})

test('a card goes to the group of its village and field before the one of all', () => {
  expect(adviserGroupFor(roster, { village: 'shangling', domain: '农村土地' })?.at.channel).toBe('wecom')
  expect(adviserGroupFor(roster, { village: 'shangling', domain: '婚姻家庭' })?.at.channel).toBe('telegram')
  expect(adviserGroupFor(roster, { village: 'qingxi', domain: '农村土地' })?.at.channel).toBe('telegram')
})

test('without a file there is one village, and the members of a Telegram chat are its advisers', () => {
  const usual = defaultRoster({ telegramAdviserChat: '-5' })
  const member = { from: { channel: 'telegram', conversation: '-5' }, sender: '7', senderName: '小陈', place: 'group' } as const
  expect(usual.villages).toHaveLength(1)
  expect(adviserOf(usual, member)).toMatchObject({ name: '小陈', kind: '未登记' })
  expect(amongAdvisers(usual, member)).toBe(true)
  expect(adviserOf(usual, { ...member, from: { channel: 'telegram', conversation: '-6' } })).toBeUndefined()
  expect(amongAdvisers(usual, { ...member, from: { channel: 'telegram', conversation: '7' }, place: 'direct' })).toBe(false)
})

test('with advisers registered, sitting in the chat is not enough', () => {
  const registered = readRoster(example, { telegramAdviserChat: '-5' }).roster as Roster
  expect(adviserOf(registered, { from: { channel: 'telegram', conversation: '-5' }, sender: '7' })).toBeUndefined()
})

test.each([
  ['an unknown village', 'village: qingxi, policy', 'village: nowhere, policy', /没有 id 是「nowhere」的村/],
  ['a licence that is none', '"11101201010000001"', '"abc"', /执业证号是 8 到 20 位数字/],
  ['an account on the web', 'channel: telegram, id: "100000001"', 'channel: web, id: "100000001"', /网页上谁都能说自己是谁/],
  ['a field that is not known', 'domains: [农村土地, 相邻环境, 婚姻家庭, 继承]', 'domains: [风水]', /写 knowledge\/README\.md 里列的领域/],
  ['an account that two have', '{ channel: telegram, id: "100000003" }', '{ channel: telegram, id: "100000001" } ', /顾问的账号「telegram:100000001」写了两次/],
  ['a setting nobody knows', 'expert: true  ', 'expret: true  ', /「advisers\.2\.expret」有误：没有这一项/],
])('%s is told with line and remedy', (_, good, bad, message) => {
  const source = example.replace(good, bad)
  const { roster: none, problems } = readRoster(source)
  expect(none).toBeUndefined()
  expect(problems[0]?.message).toMatch(message)
  expect(problems[0]?.line).toBe(source.split('\n').findIndex((row) => row.includes(bad)) + 1)
  expect(problems[0]?.remedy).toMatch(/people\.example\.yaml|写|删/)
})

test('broken YAML is told by its line', () => {
  expect(readRoster(example.replace('  - id: qingxi', '  - id: [qingxi')).problems[0]).toMatchObject({ message: expect.stringContaining('YAML 写法有误') as string })
})

let dir = ''
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'people-'))))
afterEach(() => rm(dir, { recursive: true }))

test('an edit is live, a broken one changes nothing and is reported, a new file is found', async () => {
  const errors: string[] = []
  const file = join(dir, 'people.yaml')
  const people = await openPeople({ file, watch: true, log: { info: () => {}, warn: () => {}, error: (_data, text) => void errors.push(text) } })
  expect(people.roster().villages[0].name).toBe('本村')
  await writeFile(file, example)
  await expect.poll(() => people.roster().villages[0].name, { timeout: 5000 }).toBe('清溪村')
  await writeFile(file, example.replace('kind: 律师 ', 'kind: 法官 '))
  await expect.poll(() => errors.length, { timeout: 5000 }).toBeGreaterThan(0)
  expect(errors[0]).toMatch(/名册有误，旧的那一版继续用：.*people\.yaml:\d+ 「advisers\.0\.kind」/)
  expect(people.roster().villages[0].name).toBe('清溪村')
  await people.close()
})

test('a broken file ends the start with every mistake named', async () => {
  const file = join(dir, 'people.yaml')
  await writeFile(file, example.replace('kind: 律师 ', 'kind: 法官 ').replace('"31101201000"', '1'))
  await expect(openPeople({ file, log: { info: () => {}, warn: () => {}, error: () => {} } })).rejects.toThrow(/kind[\s\S]*licence/)
})
