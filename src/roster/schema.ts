import { z } from 'zod'
import { domains } from '../domain/entry.ts'
import { licenceKinds } from '../domain/person.ts'

const text = z.string('要写一段文字').trim().min(1, '不能是空的')
/** YAML reads an unquoted number as one; platform ids often look like numbers. */
const id = z.union([text, z.number()]).transform(String)
const channels = ['telegram', 'wechat', 'wecom', 'official-account', 'weibo'] as const
const channel = z.enum(channels, `写 ${channels.join('、')} 里的一个（网页上谁都能说自己是谁，不能认作顾问）`)
const phone = id.pipe(z.string().regex(/^[\d-]{3,18}$/, '电话只写数字和短横'))

const point = z.strictObject({ name: text, phone: phone.exactOptional(), address: text.exactOptional() })
const village = z.strictObject({
  id: text, name: text, township: text.exactOptional(), county: text.exactOptional(),
  points: z.strictObject({ village: point.exactOptional(), township: point.exactOptional(), county: point.exactOptional() }).exactOptional(),
})
const group = z.strictObject({ channel, conversation: id, village: text, policy: z.enum(['mention', 'attentive'], '写 mention（@了才答）或 attentive（明摆着问法律的也答）').default('mention') }).transform(withRoom)
const adviserGroup = z.strictObject({ channel, conversation: id, villages: z.array(text).exactOptional(), domains: z.array(z.enum(domains, '写 knowledge/README.md 里列的领域')).exactOptional() }).transform(withRoom)
const account = z.strictObject({ channel, id, conversation: id.exactOptional() }).transform((given) => (given.channel === 'wechat' && given.conversation === undefined ? { ...given, conversation: `friend:${given.id}` } : given))
const weekday = z.enum(['周一', '周二', '周三', '周四', '周五', '周六', '周日'], '写 周一 到 周日').transform((day) => '一二三四五六日'.indexOf(day.slice(1)) + 1)
const adviser = z.strictObject({
  id: text.exactOptional(), name: text, kind: z.enum(licenceKinds, '写 律师 或 基层法律服务工作者'),
  licence: id.pipe(z.string().regex(/^\d{8,20}$/, '执业证号是 8 到 20 位数字，用引号包起来')),
  licenceUntil: z.iso.date('写成 2027-05-31 这样的日期').exactOptional(),
  accounts: z.array(account).min(1, '至少写一个账号'),
  villages: z.array(text).exactOptional(), domains: z.array(z.enum(domains, '写 knowledge/README.md 里列的领域')).exactOptional(),
  duty: z.array(weekday).min(1, '不写就是天天值班').exactOptional(),
  partner: z.boolean('写 true 或 false').exactOptional(), expert: z.boolean('写 true 或 false').exactOptional(), conflicts: z.array(text).exactOptional(),
})
const admin = z.strictObject({ name: text, accounts: z.array(account).min(1, '至少写一个账号') })

export const rosterFile = z.strictObject({
  villages: z.array(village).min(1, '至少写一个村'),
  groups: z.array(group).default([]),
  adviserGroups: z.array(adviserGroup).default([]),
  advisers: z.array(adviser).default([]),
  admins: z.array(admin).default([]),
})
export type RosterFile = z.infer<typeof rosterFile>

/** On WeChat rooms and friends have ids of one kind; addresses tell them apart, admins need not. */
function withRoom<T extends { readonly channel: string; readonly conversation: string }>(group: T): T {
  return group.channel === 'wechat' && !group.conversation.includes(':') ? { ...group, conversation: `room:${group.conversation}` } : group
}
