import { parseNumber } from '../domain/law.ts'
import { quantities } from '../domain/quantity.ts'
import { clauses, pairs, shared, signs } from './support.ts'

const quantity = /\d[\d,]*(?:\.\d+)?(?:万|亿)?\s*(?:[-–—~～至到、]\s*\d[\d,]*(?:\.\d+)?(?:万|亿)?\s*)?(?:个工作日|工作日|个小时|小时|分钟|个月|月|日|天|周岁|岁|周年|周|年|万元|亿元|元|块|倍|%|平方米|公里|米|千克|公斤|毫克|克|亩|分贝|人|名|次|户|折|成)/g

/** Whether a text states a number that its source does not, or states for another matter. */
export function hasForeignFigure(text: string, source: string, passages: readonly string[]): boolean {
  const known = new Set(amounts(source))
  if (amounts(text).some((amount) => !known.has(amount))) return true
  const digits = new Set(source.normalize('NFKC').match(/\d+(?:\.\d+)?/g) ?? [])
  const plain = text.normalize('NFKC').replace(/〔[^〕]*〕/g, ' ').replace(/第(?:[零〇一二两三四五六七八九十百千]+|\d+)条/g, ' ')
  const counted = new Set([...source.matchAll(/([零〇一二两三四五六七八九十百千]+)(\p{Script=Han})/gu)].map(([, value = '', of = '']) => `${parseNumber(value)}${of}`))
  const foreign = [...plain.replace(quantity, ' ').matchAll(/(\d+(?:\.\d+)?)(\p{Script=Han}?)/gu)].some(([, number = '', of = '']) => !digits.has(number) && !counted.has(`${number}${of}`))
  if (foreign) return true
  const parts = passages.flatMap(clauses)
  return clauses(text).some((clause) => stated(clause).some((amount) => misplaced(clause, amount, parts) || misnamed(clause, amount, parts) || otherItem(clause, amount, parts)))
}

/** Where the source speaks of the clause's matter, it states another amount of the kind. */
function misplaced(clause: string, amount: string, parts: readonly string[]): boolean {
  const own = pairs(clause)
  const closeness = (part: string) => shared(own, pairs(part))
  const right = parts.filter((part) => stated(part).includes(amount)).map(closeness)
  const wrong = parts.filter((part) => !stated(part).includes(amount) && stated(part).some((other) => kindOf(other) === kindOf(amount))).map(closeness)
  const [best, rival] = [Math.max(0, ...right), Math.max(0, ...wrong)]
  return rival >= 2 && rival > best + 1
}

/** The words right before the amount stand, in the source, before another amount of the kind and never before this one. */
function misnamed(clause: string, amount: string, parts: readonly string[]): boolean {
  const names = named(clause).filter((one) => one.amount === amount).map(({ name }) => name)
  const known = parts.flatMap(named).filter((one) => kindOf(one.amount) === kindOf(amount))
  return names.some((name) => name.length >= 2 && known.some((one) => one.name === name) && !known.some((one) => one.name === name && one.amount === amount))
}

/** Up to four characters before each quantity. */
function named(clause: string): { name: string; amount: string }[] {
  const plain = clause.normalize('NFKC')
  return [...plain.matchAll(quantity)].flatMap((match) => {
    const name = /[\p{Script=Han}]{2,4}$/u.exec(plain.slice(0, match.index).replace(/[要应当需须的在]/g, ''))?.[0]
    const [amount] = amounts(match[0])
    return name === undefined || amount === undefined ? [] : [{ name, amount }]
  })
}

/** In a list such as 简易程序3个月、普通程序6个月 the clause's words name another item than the one with this amount. */
function otherItem(clause: string, amount: string, parts: readonly string[]): boolean {
  const own = new Set([...pairs(clause), ...signs(clause)])
  const fit = (item: string) => {
    const plain = item.normalize('NFKC').replace(quantity, ' ').replace(/以[上下内]|[至到又]|[不未]?满|超过|不足/g, ' ')
    const words = new Set([...pairs(plain), ...signs(plain)])
    return words.size === 0 ? 0 : shared(own, words) / words.size
  }
  const lists = parts.map((part) => part.split(/、|或者?|和/).filter((item) => amounts(item).some((other) => kindOf(other) === kindOf(amount)))).filter((items) => items.length > 1 && items.some((item) => amounts(item).includes(amount)))
  return lists.length > 0 && lists.every((items) => {
    const right = Math.max(...items.filter((item) => amounts(item).includes(amount)).map(fit))
    const wrong = Math.max(0, ...items.filter((item) => !amounts(item).includes(amount) && !amounts(item).every((other) => amounts(clause).includes(other))).map(fit))
    return wrong >= 0.6 && wrong > right + 0.25
  })
}

/** Amounts, and the numbers that one calls. */
function stated(text: string): string[] {
  return [...amounts(text), ...[...text.normalize('NFKC').matchAll(/(?<![\d.,])1(?:1\d|2[0-2]|2\d{3})(?![\d.,]|\s*(?:元|日|天|年|个|人|月|倍|%))/g)].map(([number]) => `${number}号`)]
}

/** Durations compete with durations, sums with sums. */
export function kindOf(amount: string): string {
  const unit = amount.replace(/^[\d./-]+/, '')
  return /^(?:日|工作日|月|年|周|小时|分钟)$/.test(unit) ? 'time' : /^(?:%|倍|成)?$/.test(unit) ? 'share' : unit
}

/** Quantities, a whole year as twelve months, without turns of phrase that only look like one. */
export function amounts(text: string): string[] {
  const plain = text.normalize('NFKC').replace(/〔[^〕]*〕/g, ' ').replace(/一次性|第二天|一块儿?(?!钱)|万一|一天也|一天都|千万(?=别|要|不)|一年到头|三天两头|一人一|一户一/g, ' ')
  return quantities(plain)
    .filter((amount) => !/^1(?:次|人|户|名)$/.test(amount))
    .map((amount) => {
      const [, years = ''] = /^(\d+(?:\.\d+)?)年$/.exec(amount) ?? []
      return years && Number(years) < 100 ? `${Number(years) * 12}月` : amount
    })
}
