import type { Entry } from '../domain/entry.ts'
import { holdsPersonalData } from '../safety/redact.ts'

/** Entries whose matter nobody wants read in a village group. */
const intimateEntries = new RegExp(
  [
    'domestic-violence', 'child-abuse', 'violence-(?:now|aftermath)', 'marital-debt', 'online-loan', 'inherit-debts', 'usury', 'collector', 'void-voidable', 'hidden-assets-fault', 'guardianship-incapacity', 'adoption',
    'paternity', 'medical-(?:record|privacy)', 'drug-rehab', 'community-correction', 'correction-travel', 'sexual', 'sextortion', 'suicid', 'self-harm', 'psychiatric', 'stalking', 'abused', 'forced-marriage', 'pregnant',
    'relative-detained', 'minor-questioned', 'juvenile-offender', 'wage-extreme', 'resettlement',
  ].join('|'),
)

/** Words by which people speak of violence at home, of their debts, of illness and of what happens in bed. */
const intimateWords = [
  /家暴|(?:老公|丈夫|男人|男的|婆婆|公公|儿子|爸|媳妇|老婆|他|她).{0,6}(?:打|骂|掐|踢|扇|揍)(?:我|俺|人|孩子|娃|妈)/,
  /(?:我|俺|家里|老公|老婆|儿子|爸|妈).{0,8}(?:欠了|欠着|欠下|背了|还不上|还不起|逾期)|网贷|催收|高利贷|借呗|花呗|信用卡.{0,6}(?:还不|逾期)|赌债/,
  /艾滋|HIV|乙肝|性病|梅毒|抑郁|精神病|精神分裂|癌|肿瘤|流产|打胎|怀孕|不孕|残疾证|尿毒症|吸毒|戒毒/i,
  /出轨|外遇|小三|婚外情|私生|亲子鉴定|不是亲生|强奸|猥亵|性骚扰|性侵|裸照|嫖|同房|重婚/,
  /坐过牢|刑满|缓刑|社区矫正|轻生|不想活|想死/,
] as const

/** Whether a matter belongs one-to-one: it names somebody, or is of the kind that people keep to themselves. */
export function isIntimate(text: string, entry?: Pick<Entry, 'id'>): boolean {
  return holdsPersonalData(text) || (entry !== undefined && intimateEntries.test(entry.id)) || intimateWords.some((pattern) => pattern.test(text))
}
