import { hasArticle, parseNumber, shortName, type ArticleRef, type Law } from '../domain/law.ts'

/** What a message cites: articles that there are, with the part asked for, and what is wrong with the others. */
export type Cited = {
  readonly refs: readonly (ArticleRef & { readonly paragraph?: number; readonly item?: number })[]
  /** Numbers that a law does not have. */
  readonly beyond: readonly { readonly law: Law; readonly article: string }[]
  /** Articles of laws that bind no more. */
  readonly ended: readonly { readonly law: Law; readonly article: string }[]
  /** Laws that nobody registered or imported, as the message calls them. */
  readonly unknown: readonly { readonly law: string; readonly article: string }[]
  /** What the message says beside. */
  readonly rest: string
  /** Where the first law is named. */
  readonly at: number
}

/** What people call laws, beside the names of the register. */
const nicknames: Readonly<Record<string, string>> = {
  民诉法: '民事诉讼法', 刑诉法: '刑事诉讼法', 行诉法: '行政诉讼法', 劳合法: '劳动合同法', 劳动仲裁法: '劳动争议调解仲裁法', 劳动争议仲裁法: '劳动争议调解仲裁法', 道交法: '道路交通安全法', 道路交通法: '道路交通安全法', 交通安全法: '道路交通安全法',
  治安处罚法: '治安管理处罚法', 治安法: '治安管理处罚法', 治安管理法: '治安管理处罚法', 消法: '消费者权益保护法', 消保法: '消费者权益保护法', 消费者保护法: '消费者权益保护法', 未保法: '未成年人保护法',
  妇女法: '妇女权益保障法', 妇保法: '妇女权益保障法', 老年法: '老年人权益保障法', 老人法: '老年人权益保障法', 残保法: '残疾人保障法', 个保法: '个人信息保护法', 反家暴法: '反家庭暴力法', 家暴法: '反家庭暴力法',
  土管法: '土地管理法', 土地承包法: '农村土地承包法', 村委会组织法: '村民委员会组织法', 村组法: '村民委员会组织法', 社保法: '社会保险法', 工伤条例: '工伤保险条例', 食安法: '食品安全法', 义教法: '义务教育法', 环保法: '环境保护法', 著作法: '著作权法',
}

const numeral = '(?:[零〇一二两三四五六七八九十百千万]+|[0-9０-９]+)'
const part = `(?:\\s*第?\\s*(${numeral})\\s*款)?(?:\\s*第?\\s*[（(]?(${numeral})[)）]?\\s*项)?`
const first = new RegExp(`^[》”"]?\\s*(?:[（(][^（）()]{1,12}[）)])?\\s*(?:的|里的?|中的?)?\\s*(第)?\\s*(${numeral})\\s*(条)?(?:\\s*之\\s*(${numeral}))?${part}`)
const next = new RegExp(`^(?:\\s*(?:[、,，和与及跟]|以及|还有)+\\s*|\\s*(?=第\\s*${numeral}\\s*条))(第)?\\s*(${numeral})\\s*(条)?(?:\\s*之\\s*(${numeral}))?${part}`)
const range = new RegExp(`^\\s*(?:到|至|[-－—~～]{1,2})\\s*第?\\s*(${numeral})\\s*条?`)
const stranger = new RegExp(`(?:《([^《》]{2,40})》|([\\p{Script=Han}]{2,24}?(?:法|条例|法典)))\\s*的?\\s*第\\s*(${numeral})\\s*条(?:之(${numeral}))?`, 'gu')
const filler = /^.*(?:请问|想问|问一下|问问|查一下|查查|看一下|看看|想看|想查|帮我|根据|按照|依据|依照|违反|适用|说的|那个|关于|是|的|查|看|问)(?=[\p{Script=Han}]{2,}$)/u
const mostInRange = 60

/** Reads the articles that a message names, in the order they stand. `day` lets laws count that were repealed after it. */
export function citedIn(text: string, laws: readonly Law[], day?: string): Cited {
  const refs: ArticleRef[] = []
  const beyond: { law: Law; article: string }[] = []
  const ended: { law: Law; article: string }[] = []
  const spans: [number, number][] = []
  const named = namesIn(text, laws)
  for (const { law, start, end } of named) {
    const over = law.repealed !== undefined && (day === undefined || day >= law.repealed)
    let at = end
    for (let found = take(first, text.slice(at), false); found; found = take(next, text.slice(at), true)) {
      at += found.length
      const numbers = [found.article]
      const [through, last = ''] = /[之款项]/.test(text.slice(at - 1, at)) ? [] : (range.exec(text.slice(at)) ?? [])
      if (through !== undefined) {
        const [low, high] = [Number(found.article), parseNumber(last) ?? 0]
        for (let number = low + 1; number <= high && number - low < mostInRange; number++) numbers.push(String(number))
        at += through.length
      }
      for (const article of numbers) {
        if (!hasArticle(law, article)) {
          if (found.plain && !beyond.some((one) => one.law === law && one.article === article) && numbers.length === 1) beyond.push({ law, article })
        } else if (over) ended.push({ law, article })
        else if (!refs.some((ref) => ref.law === shortName(law) && ref.article === article)) refs.push({ law: shortName(law), article, ...(numbers.length === 1 ? found.part : {}) })
      }
    }
    if (at > end) spans.push([start, at])
  }
  const unknown: { law: string; article: string }[] = []
  for (const match of text.matchAll(stranger)) {
    const [whole, titled, running = '', digits = '', inserted] = match
    if (spans.some(([from, to]) => match.index < to && match.index + whole.length > from) || named.some(({ start, end }) => start < match.index + whole.length && end > match.index)) continue
    const law = titled ?? running.replace(filler, '')
    if (law.length < 3 || (titled === undefined && /(?:办|没|方|说|看|做|想|用|非|违|合|犯|守|[这那本该部])法$|^(?:本|该|此|那|这)/.test(law))) continue
    unknown.push({ law, article: `${parseNumber(digits)}${inserted ? `之${inserted}` : ''}` })
    spans.push([match.index, match.index + whole.length])
  }
  const rest = [...spans].sort(([one], [other]) => other - one).reduce((left, [from, to]) => `${left.slice(0, from)} ${left.slice(to)}`, text)
  return { refs, beyond, ended, unknown, rest: rest.replace(/[\s，,。.？?！!、：:《》“”"]/g, ''), at: named[0]?.start ?? 0 }
}

type Taken = { article: string; length: number; plain: boolean; part: { paragraph?: number; item?: number } }

/** One number of a list; a bare one counts only right behind the law's name, and in digits. */
function take(pattern: RegExp, text: string, later: boolean): Taken | undefined {
  const [whole, ordinal, digits = '', noun, inserted, paragraph, item] = pattern.exec(text) ?? []
  const number = parseNumber(digits)
  if (whole === undefined || number === undefined) return undefined
  const bare = !ordinal && !noun
  if (bare && (!/^[0-9０-９]+$/.test(digits) || /^\s*(?:年|个|元|块|万|月|天|%|％|岁|人|倍|号|名)/.test(text.slice(whole.length)))) return undefined
  if (later && bare && !/^\s*(?:[、和与及]\s*[0-9０-９]+\s*)*条/.test(text.slice(whole.length))) return undefined
  const [paragraphNumber, itemNumber] = [paragraph, item].map((part) => (part === undefined ? undefined : parseNumber(part)))
  return {
    article: `${number}${inserted ? `之${inserted}` : ''}`, length: whole.length, plain: !bare,
    part: { ...(paragraphNumber ? { paragraph: paragraphNumber } : {}), ...(itemNumber ? { item: itemNumber } : {}) },
  }
}

/** Where laws are named, in order; the longest name wins, none inside another. */
function namesIn(text: string, laws: readonly Law[]): { law: Law; start: number; end: number }[] {
  const names = laws.flatMap((law) => [law.name, ...law.short].map((name) => ({ name, law })))
  const known = new Set(names.map(({ name }) => name))
  for (const [nickname, name] of Object.entries(nicknames)) {
    const law = known.has(nickname) ? undefined : laws.find(({ name: full, short }) => full === name || short.includes(name))
    if (law) names.push({ name: nickname, law })
  }
  const found: { law: Law; start: number; end: number }[] = []
  for (const { name, law } of names.filter((one) => text.includes(one.name)).sort((one, other) => other.name.length - one.name.length || Number(one.law.repealed !== undefined) - Number(other.law.repealed !== undefined)))
    for (let start = text.indexOf(name); start >= 0; start = text.indexOf(name, start + 1))
      if (!found.some((one) => start < one.end && start + name.length > one.start)) found.push({ law, start, end: start + name.length })
  return found.sort((one, other) => one.start - other.start)
}
