/** One article of one law. `law` is the short name of the register; `article` is "33" or "276之一". */
export type ArticleRef = { readonly law: string; readonly article: string }

/** A law as `knowledge/laws.yaml` registers it. Days are ISO dates. */
export type Law = {
  readonly name: string
  readonly short: readonly string[]
  /** Number of the last article. */
  readonly articles: number
  /** Articles such as 第二百七十六条之一, written "276之一". */
  readonly inserted: readonly string[]
  /** Numbers that the text in force skips. */
  readonly missing: readonly number[]
  readonly adopted?: string
  readonly amended?: string
  readonly effective: string
  readonly repealed?: string
  readonly replacedBy?: string
}

/** The name a resident knows: 民法典, not 中华人民共和国民法典. */
export function shortName(law: Law): string {
  return law.short[0] ?? law.name
}

/** Whether the law binds on that ISO day: in effect, and not yet repealed. */
export function inForce(law: Law, day: string): boolean {
  return law.effective <= day && (law.repealed === undefined || day < law.repealed)
}

/** Whether the law has that article at all. */
export function hasArticle(law: Law, article: string): boolean {
  if (law.inserted.includes(article)) return true
  const number = Number(article)
  return Number.isInteger(number) && number >= 1 && number <= law.articles && !law.missing.includes(number)
}

/** 《民法典》第一千零七十七条, as residents read it. */
export function articleLabel({ law, article }: ArticleRef): string {
  return `《${law}》${articleName(article)}`
}

/** "276之一" → 第二百七十六条之一; 序言 stays. */
export function articleName(article: string): string {
  if (!/^\d/.test(article)) return article
  const [number = '', rest] = article.split('之')
  return `第${chineseNumber(Number(number))}条${rest ? `之${rest}` : ''}`
}

const digits = '零一二三四五六七八九'

/** 1077 → 一千零七十七, as statutes number their articles. Whole numbers from 1. */
export function chineseNumber(value: number): string {
  if (value >= 10_000) {
    const rest = value % 10_000
    return `${chineseNumber(Math.floor(value / 10_000))}万${rest > 0 && rest < 1000 ? '零' : ''}${rest >= 10 && rest < 20 ? '一' : ''}${chineseNumber(rest)}`
  }
  let text = ''
  let gap = false
  for (const [unit, name] of [[1000, '千'], [100, '百'], [10, '十'], [1, '']] as const) {
    const digit = Math.floor(value / unit) % 10
    if (digit === 0) {
      gap = text !== ''
      continue
    }
    if (gap) text += '零'
    gap = false
    text += digit === 1 && unit === 10 && text === '' ? '十' : digits[digit] + name
  }
  return text
}

/** 一千零七十七, 两百, 廿 or 1077 → 1077; undefined when it is no whole number. */
export function parseNumber(text: string): number | undefined {
  const plain = text.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
  if (/^\d+$/.test(plain)) return Number(plain)
  if (!/^[零〇一二两三四五六七八九十百千万]+$/.test(plain)) return undefined
  if (!/[十百千万]/.test(plain)) return Number([...plain].map(digitOf).join(''))
  let total = 0
  let section = 0
  let digit = 0
  for (const sign of plain) {
    const unit = { 十: 10, 百: 100, 千: 1000 }[sign]
    if (sign === '万') {
      total = (total + section + digit) * 10_000
      section = digit = 0
    } else if (unit) {
      section += (digit || 1) * unit
      digit = 0
    } else digit = digitOf(sign)
  }
  return total + section + digit
}

function digitOf(sign: string): number {
  return sign === '〇' ? 0 : sign === '两' ? 2 : digits.indexOf(sign)
}
