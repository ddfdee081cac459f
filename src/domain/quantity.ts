import { parseNumber } from './law.ts'

/**
 * The quantities that a legal text states, in one spelling: 三十日, 30天 and 30 日 are all "30日";
 * 百分之八十 is "80%", 三万元 "30000元", 二分之一 "1/2", 半个月 "0.5月", 2026年1月1日 "2026-01-01".
 *
 * Answers are checked with it: a number that stands neither in a cited article nor in a source is
 * not said. Amounts are yuan; 天 counts as 日, 周岁 as 岁, 个月 as 月, 双倍 as 2倍.
 */
export function quantities(text: string): string[] {
  const found = new Set<string>()
  let rest = text.replace(/[０-９％]/g, (sign) => (sign === '％' ? '%' : String.fromCharCode(sign.charCodeAt(0) - 0xfee0)))
  const take = (pattern: RegExp, spell: (...groups: string[]) => readonly (string | undefined)[]) => {
    rest = rest.replace(pattern, (_whole, ...groups: unknown[]) => {
      const texts = groups.filter((group): group is string => typeof group === 'string')
      for (const quantity of spell(...texts)) if (quantity) found.add(quantity)
      return ' '
    })
  }
  take(/(\d{4})年(\d{1,2})月(\d{1,2})日/g, (year, month, day) => [`${year}-${two(month)}-${two(day)}`])
  take(/((?:19|20)\d\d)年/g, (year) => [`${year}年`])
  // An article or paragraph number is a reference, not a quantity.
  take(new RegExp(`第${number}[条款项编章节次届号级]`, 'g'), () => [])
  take(new RegExp(`百分之${number}(?:至百分之${number})?`, 'g'), (...values) => values.slice(0, -1).map((value) => spell(value, '%')))
  take(new RegExp(`([${chinese}]+|\\d+)分之([${chinese}]+|\\d+)`, 'g'), (below, above) => [`${parseNumber(above ?? '')}/${parseNumber(below ?? '')}`])
  take(/(\d+)\/(\d+)/g, (above, below) => [`${above}/${below}`])
  take(/半年/g, () => ['6月'])
  take(/半个月/g, () => ['0.5月'])
  take(/双倍|两倍/g, () => ['2倍'])
  take(new RegExp(`${number}\\s*${unit}?\\s*(?:[-–—~～至到、]|以上)\\s*${number}\\s*${unit}`, 'g'), (...groups) => {
    const values = groups.slice(0, -1)
    const last = values.at(-1) ?? ''
    const first = values.length === 4 ? (values[1] ?? last) : last
    return [spell(values[0], first), spell(values.at(-2), last)]
  })
  take(new RegExp(`${number}\\s*${unit}`, 'g'), (value, name) => [spell(value, name)])
  return [...found]
}

const chinese = '零〇一二两三四五六七八九十百千万'
const number = `(\\d[\\d,]*(?:\\.\\d+)?(?:万|亿)?|[${chinese}]+亿?)`
const unit =
  '(个工作日|工作日|个小时|小时|分钟|个月|月|日|天|周岁|岁|周年|周|年|万元|亿元|元|块|倍|%|平方米|公里|米|千克|公斤|毫克|克|亩|分贝|人|名|次|户|折|成)'

function spell(value = '', name = ''): string | undefined {
  const amount = amountOf(value)
  if (amount === undefined) return undefined
  const plain = { 个工作日: '工作日', 个小时: '小时', 个月: '月', 天: '日', 周岁: '岁', 周年: '年', 块: '元', 名: '人', 公斤: '千克' }[name] ?? name
  if (plain === '万元') return `${amount * 10_000}元`
  if (plain === '亿元') return `${amount * 100_000_000}元`
  return `${amount}${plain}`
}

function amountOf(value: string): number | undefined {
  const [, digits = '', scale] = /^([\d,.]+)(万|亿)?$/.exec(value) ?? []
  if (digits) return Number(digits.replaceAll(',', '')) * (scale === '万' ? 10_000 : scale === '亿' ? 100_000_000 : 1)
  if (value.endsWith('亿')) return (parseNumber(value.slice(0, -1)) ?? Number.NaN) * 100_000_000
  return parseNumber(value)
}

function two(part = ''): string {
  return part.padStart(2, '0')
}
