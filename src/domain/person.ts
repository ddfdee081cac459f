import type { Domain } from './entry.ts'
import type { Address, ChannelName, Inbound } from './message.ts'

/** Who may answer residents under their own name, as the licence says. */
export const licenceKinds = ['律师', '基层法律服务工作者'] as const
export type LicenceKind = (typeof licenceKinds)[number] | '未登记'

/** A person's account on a channel; `conversation` is where one-to-one messages go, the account itself unless said. */
export type Account = { readonly channel: ChannelName; readonly id: string; readonly conversation?: string }

/** A place that helps in person, on one of the three levels of the service network. */
export type ServicePoint = { readonly name: string; readonly phone?: string; readonly address?: string }

export type Village = {
  readonly id: string
  readonly name: string
  readonly township?: string
  readonly county?: string
  /** 村工作室、乡镇工作站、县中心. */
  readonly points?: { readonly village?: ServicePoint; readonly township?: ServicePoint; readonly county?: ServicePoint }
}

/** When the assistant speaks up in a group: only when mentioned, or also to a plain legal question. */
export type Policy = 'mention' | 'attentive'

export type ResidentGroup = { readonly with: 'residents'; readonly at: Address; readonly village: string; readonly policy: Policy }
/** A group of advisers; without `villages` or `domains` it serves all. With `everyMember` whoever writes there is one of them. */
export type AdviserGroup = { readonly with: 'advisers'; readonly at: Address; readonly villages?: readonly string[]; readonly domains?: readonly Domain[]; readonly everyMember?: boolean }
export type Group = ResidentGroup | AdviserGroup

export type Adviser = {
  readonly id: string
  readonly name: string
  readonly kind: LicenceKind
  readonly licence?: string
  /** The last ISO day on which the licence is good. */
  readonly licenceUntil?: string
  readonly accounts: readonly Account[]
  /** Without them: every village, every field. */
  readonly villages?: readonly string[]
  readonly domains?: readonly Domain[]
  /** Days of the week, 1 is Monday; without them every day. */
  readonly duty?: readonly number[]
  /** Serves villages that have nobody on duty. */
  readonly partner?: boolean
  /** Is asked about hard cases by 专家. */
  readonly expert?: boolean
  /** Villages whose cases go to somebody else, for a conflict of interest. */
  readonly conflicts?: readonly string[]
}

export type Admin = { readonly name: string; readonly accounts: readonly Account[] }

export type Roster = {
  /** The first one serves whoever belongs to no group; there is always one. */
  readonly villages: readonly [Village, ...Village[]]
  readonly groups: readonly Group[]
  readonly advisers: readonly Adviser[]
  readonly admins: readonly Admin[]
}

/** Days and hours are those of China, wherever the machine stands. */
const chinaOffsetMs = 8 * 3600_000

/** The ISO day in China. */
export function dayOf(at: Date): string {
  return new Date(at.getTime() + chinaOffsetMs).toISOString().slice(0, 10)
}

/** 1 is Monday, 7 is Sunday, of an ISO day. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7
}

/** 2026-11-22 10:05 in China. */
export function clockOf(at: Date): string {
  return new Date(at.getTime() + chinaOffsetMs).toISOString().slice(0, 16).replace('T', ' ')
}

export function sameAddress(one: Address, other: Address): boolean {
  return one.channel === other.channel && one.conversation === other.conversation
}

export function groupAt(roster: Roster, at: Address): Group | undefined {
  return roster.groups.find((group) => sameAddress(group.at, at))
}

/** The village of a resident group; undefined for any other place. */
export function villageOf(roster: Roster, at: Address): Village | undefined {
  const group = groupAt(roster, at)
  return group?.with === 'residents' ? villageById(roster, group.village) : undefined
}

export function villageById(roster: Roster, id: string): Village | undefined {
  return roster.villages.find((village) => village.id === id)
}

/** What a sender is to us; an adviser may be an admin too, and whoever is neither is a resident. */
export function rolesOf(roster: Roster, channel: ChannelName, sender: string): { readonly adviser?: Adviser; readonly admin?: Admin } {
  const owns = ({ accounts }: { accounts: readonly Account[] }) => accounts.some((account) => account.channel === channel && account.id === sender)
  const adviser = roster.advisers.find(owns)
  const admin = roster.admins.find(owns)
  return { ...(adviser ? { adviser } : {}), ...(admin ? { admin } : {}) }
}

/** The adviser who wrote a message: a registered one, or a member of a group whose every member is one. */
export function adviserOf(roster: Roster, { from, sender, senderName }: Pick<Inbound, 'from' | 'sender' | 'senderName'>): Adviser | undefined {
  const { adviser } = rolesOf(roster, from.channel, sender)
  if (adviser) return adviser
  const group = groupAt(roster, from)
  if (group?.with !== 'advisers' || !group.everyMember) return undefined
  return { id: `${from.channel}:${sender}`, name: senderName ?? sender, kind: '未登记', accounts: [{ channel: from.channel, id: sender }] }
}

/** Whether a message comes from a place of advisers: their group, or one of them or an admin one-to-one. */
export function amongAdvisers(roster: Roster, message: Pick<Inbound, 'from' | 'sender' | 'place'>): boolean {
  if (groupAt(roster, message.from)?.with === 'advisers') return true
  if (message.place !== 'direct') return false
  const { adviser, admin } = rolesOf(roster, message.from.channel, message.sender)
  return adviser !== undefined || admin !== undefined
}

export type Matter = { readonly village: string; readonly domain?: string | undefined }

/** Why an adviser may never take a matter: a conflict of interest, or criminal matters for a 基层法律服务工作者. */
export function barred(adviser: Adviser, { village, domain }: Matter): 'conflict' | 'criminal' | undefined {
  if (adviser.conflicts?.includes(village)) return 'conflict'
  return domain === '刑事社矫' && adviser.kind === '基层法律服务工作者' ? 'criminal' : undefined
}

/** Whether a matter may be given to an adviser: nothing bars it, and it lies in their fields. */
export function mayTake(adviser: Adviser, matter: Matter, excluded: readonly string[] = []): boolean {
  if (excluded.includes(adviser.id) || barred(adviser, matter)) return false
  return matter.domain === undefined || !adviser.domains || adviser.domains.some((known) => known === matter.domain)
}

export type Duty = {
  /** In the order of the roster; the first is asked first. */
  readonly advisers: readonly Adviser[]
  /** They come from the partner pool: the village has nobody on duty. */
  readonly crossRegion: boolean
}

/** Who is on duty for a matter on an ISO day: the village's own advisers, or else the partner pool. */
export function advisersFor(roster: Roster, matter: Matter, day: string, excluded: readonly string[] = []): Duty {
  const able = roster.advisers.filter((adviser) => mayTake(adviser, matter, excluded) && maySign(adviser, day) && (!adviser.duty || adviser.duty.includes(weekdayOf(day))))
  const own = able.filter(({ villages, partner }) => (villages ? villages.includes(matter.village) : !partner))
  if (own.length > 0) return { advisers: own, crossRegion: false }
  const partners = able.filter(({ partner }) => partner)
  return { advisers: partners, crossRegion: partners.length > 0 }
}

/** Whether an adviser's name may stand under an answer on that ISO day. */
export function maySign({ licenceUntil }: Adviser, day: string): boolean {
  return licenceUntil === undefined || day <= licenceUntil
}

/** Whether an adviser who takes this village's matter comes from elsewhere. */
export function crossesRegion(adviser: Adviser, village: string): boolean {
  return adviser.partner === true && !adviser.villages?.includes(village)
}

/** Whom 专家 asks; never one who is in conflict. */
export function expertsFor(roster: Roster, matter: Matter, excluded: readonly string[] = []): Adviser[] {
  return roster.advisers.filter((adviser) => adviser.expert && mayTake(adviser, matter, excluded))
}

/** The adviser group for a matter: of the village before one of all villages, of the field before one of all fields. */
export function adviserGroupFor(roster: Roster, { village, domain }: Matter): AdviserGroup | undefined {
  const fitting = roster.groups.filter(
    (group): group is AdviserGroup => group.with === 'advisers' && (!group.villages || group.villages.includes(village)) && (!group.domains || group.domains.some((known) => known === domain)),
  )
  const rank = (group: AdviserGroup) => (group.villages ? 2 : 0) + (group.domains ? 1 : 0)
  return [...fitting].sort((one, other) => rank(other) - rank(one))[0]
}

/** Where an adviser or admin is reached one-to-one: on the channel asked for if they are there, else on their first. */
export function directOf(person: { readonly accounts: readonly Account[] }, channel?: ChannelName): Address | undefined {
  const account = person.accounts.find((known) => known.channel === channel) ?? person.accounts[0]
  return account && { channel: account.channel, conversation: account.conversation ?? account.id }
}

/** Finds an adviser by the name, id or account that somebody typed after @. */
export function adviserNamed(roster: Roster, name: string): Adviser | undefined {
  const wanted = name.replace(/^@/, '').trim()
  return roster.advisers.find(({ id, name: known, accounts }) => known === wanted || id === wanted || accounts.some((account) => account.id === wanted)) ?? roster.advisers.find(({ name: known }) => wanted.startsWith(known))
}

/**
 * Whom a message's words belong to. On the web the conversation's secret id is the person: the sender's
 * name there is whatever the sender says.
 */
export function personOf({ from, sender }: Pick<Inbound, 'from' | 'sender'>): { channel: ChannelName; person: string } {
  return { channel: from.channel, person: from.channel === 'web' ? from.conversation : sender }
}
