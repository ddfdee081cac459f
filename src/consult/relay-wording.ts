import type { ChannelName } from '../domain/message.ts'
import { advisersFor, clockOf, dayOf, type Roster } from '../domain/person.ts'
import { erasedWords, type Illegal, type Signer, type Ticket } from '../domain/ticket.ts'

/** Every sentence that advisers and admins read; what residents read about a ticket is in ticket-wording.ts. */
export const channelNames: Record<ChannelName, string> = {
  terminal: '终端', web: '网页', telegram: 'Telegram', wechat: '微信', wecom: '企业微信', 'official-account': '公众号', weibo: '微博',
}

export const adviserHelp = [
  '法律顾问可以这样说（编号写工单卡片上的）：',
  '接 #1042 —— 接手，助手不再跟这位居民插话',
  '#1042 您的答复（或「答 #1042 …」）—— 署您的名字发给居民；接手后引用卡片直接写也行',
  '问 #1042 还想知道什么 —— 居民的下一句话转给您',
  '转 #1042 @某人 —— 转给另一位顾问；专家 #1042 —— 请专家',
  '结 #1042 —— 办结；「结 #1042 40分钟」同时更正台账上的用时',
  '列表 —— 没办结的工单，「列表 村名」只看一个村；拟 居民的问题 —— 拟一段答复给您粘贴（单独发给我、不写「拟」也行）',
  '签 2026-11 —— 给自己这个月的台账签字；闭嘴 村名／开口 村名 —— 让助手在居民群里停下或恢复，在那个群里说就不用写村名',
].join('\n')

export const refusals = {
  unknownAdviser: '只有登记在册的法律顾问才能接单和答复居民。请管理员把您写进 people.yaml。',
  incomplete: (order: string) => {
    if (order.startsWith('#')) return `${order} 后面要写答复的内容。`
    if (order.startsWith('问 #')) return `「${order}」后面要写想问居民什么，比如「${order} 签合同了吗」。`
    if (order.startsWith('转 #')) return `「${order}」后面要写转给谁，比如「${order} @王芳」。`
    if (order === '拟') return '「拟」后面要写居民的问题，比如「拟 厂里拖了三个月工资咋办」。'
    if (order === '签') return '「签」后面要写年和月，比如「签 2026-11」。'
    return `「${order}」后面还缺工单编号，比如「${order} #1042」。说「列表」看编号，说「帮助」看全部写法。`
  },
  noVillage: (name: string, { villages }: Roster) => `名册里没有「${name}」这个村。有：${villages.map((village) => village.name).join('、')}。`,
  noTicket: (number: number) => `没有 #${number} 这张工单。说「列表」看没办结的。`,
  nobodyNamed: (name: string) => `名册里没有「${name}」，没有转。请写 people.yaml 里登记的名字。`,
  noExpert: '名册里没有能接这件事的专家（有利害关系的不算）。请管理员在 people.yaml 里给顾问写上 expert: true。',
  expired: (name: string) => `${name}的执业证已经过期，不能署名答复。请管理员更新 people.yaml。`,
  conflict: (name: string) => `${name}跟这个村登记有利害关系，不能办这张工单。请另转一位。`,
  noCriminal: (name: string) => `${name}是基层法律服务工作者，刑事案件要由律师来办。请转给律师。`,
  quoteFirst: (number: number) => `这句没有发给居民。要答复，先「接 #${number}」再引用，或者直接写「#${number} 内容」。`,
  whichGroup: (muted: boolean, { villages }: Roster) => `请写村名，比如「${muted ? '闭嘴' : '开口'} ${villages[0].name}」，或者在居民群里直接说。`,
  signed: (month: string, entries: number, minutes: number) => (entries === 0 ? `${month} 您没有要签字的台账。` : `${month} 的台账已签字：${entries} 条，共 ${minutes} 分钟。`),
} as const

/** Why a step on a ticket was not taken; `said` when words were to go out with it. */
export function whyNot(why: Illegal, { number, adviser, status, reopened, question }: Ticket, said = false): string {
  const unsent = said ? '，这句没有发出去' : ''
  const name = adviser?.name ?? '别的顾问'
  const sentences: Record<Illegal, string> = {
    'held-by-another': `#${number} ${name}已经接了${unsent}。要换人，请${name}说「转 #${number} @您」。`,
    'held-already': `#${number} 已经在您手里，直接写「#${number} 内容」就行。`,
    closed: question === erasedWords ? `#${number} 居民删除了自己的记录，工单已经关闭${unsent}，请不要再联系。` : `#${number} 已经办结${unsent}。居民说「不满意」会重新打开。`,
    'not-yours': `#${number} 在${name}手里，要由${name}来做。`,
    'nobody-answered': `#${number} ${reopened ? '居民不满意、重新打开了，还没有再答复' : '还没有人答复'}，不能办结。先「接 #${number}」或者直接答复。`,
    'not-answered': status === 'closed' ? `#${number} 已经办结了。` : `#${number} 顾问还没有答复。`,
    'to-oneself': `#${number} 本来就在${name}手里。`,
  }
  return sentences[why]
}

/** The tickets that are not closed: overdue ones first, until they are closed. */
export function listText(tickets: readonly Ticket[], roster: Roster, now: Date, overdueHours: number): string {
  if (tickets.length === 0) return '没有等着办的工单。'
  const rank = (ticket: Ticket) => (isOverdue(ticket, now, overdueHours) ? 0 : 2) + (ticket.urgency === 'urgent' ? 0 : 1)
  const lines = [...tickets].sort((one, other) => rank(one) - rank(other) || one.number - other.number).map((ticket) => listLine(ticket, roster, now, overdueHours))
  return [`没办结的工单 ${tickets.length} 张：`, ...lines].join('\n')
}

export function listLine(ticket: Ticket, roster: Roster, now: Date, overdueHours: number): string {
  const marks = [ticket.urgency === 'urgent' ? '▲紧急' : '', isOverdue(ticket, now, overdueHours) ? '超时' : ''].filter(Boolean).join(' ')
  return `#${ticket.number} ${marks ? `${marks} ` : ''}${stateOf(ticket)} · ${villageName(roster, ticket.village)} · ${ticket.domain ?? '未分类'} · ${clockOf(new Date(ticket.openedAt))} · ${short(ticket.question, 24)}`
}

export function isOverdue({ status, openedAt, reopenedAt }: Ticket, now: Date, hours: number): boolean {
  return (status === 'open' || status === 'claimed') && now.getTime() - Date.parse(reopenedAt ?? openedAt) >= hours * 3600_000
}

export function stateOf({ status, adviser, awaiting }: Ticket): string {
  const name = adviser?.name ?? ''
  return { open: '等人接', claimed: awaiting ? `${name}问了居民，在等回话` : `${name}在办`, answered: `${name}已答复`, closed: '已办结' }[status]
}

export function villageName(roster: Roster, id: string): string {
  return roster.villages.find((village) => village.id === id)?.name ?? roster.villages[0].name
}

/** 值班：李明、王芳; the partner pool says so. */
export function dutyLine(roster: Roster, ticket: Pick<Ticket, 'village' | 'domain'>, now: Date): string {
  const { advisers, crossRegion } = advisersFor(roster, ticket, dayOf(now))
  if (advisers.length === 0) return ''
  return `今天值班：${advisers.map(({ name }) => name).join('、')}${crossRegion ? '（本村没人值班，协作顾问顶上，跨区域）' : ''}`
}

/** 律师　执业证号 1110… */
export function licenceLine({ kind, licence }: Signer): string {
  return licence === undefined ? '执业证号未登记（试用）' : `${kind}，执业证号 ${licence}`
}

export function short(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > length ? `${line.slice(0, length)}…` : line
}
