import { parseNumber } from '../../domain/law.ts'

const numeral = '[一二三四五六七八九十百千零〇两]+'
const article = new RegExp(`^第\\s*(${numeral}|\\d{1,4})\\s*条(?:\\s*之(${numeral}))?(?:[\\s　：:]+|$|(?![第款项规所、和及至或的之中以等到与，。；））》”])(?=\\p{Script=Han}|[（《“]))(.*)$`, 'u')
const part = new RegExp(`^第\\s*(?:${numeral}|\\d{1,3})\\s*(编|分编|章|节)(?:[\\s　]+|$)`)
const unit = new RegExp(`^(${numeral})、(.*)$`)
const names = /(?:法|法典|条例|规定|办法|解释|决定|决议|细则|规则|通则|规程|制度|方案|批复|意见|通知|答复|解答|安排|命令|章程|纲要|公告|规范|补充|修正案|宪法)(?:[（(][^（）()]{1,14}[）)])*$/

/** 第二百七十六条之一 … at the head of a line: `article` is "276之一", `order` sorts, `rest` is the text behind it. */
export type Opening = { readonly article: string; readonly order: number; readonly rest: string }

export function articleOpening(text: string): Opening | undefined {
  const [, digits = '', inserted, rest = ''] = article.exec(text) ?? []
  const number = parseNumber(digits)
  if (digits === '' || number === undefined || number < 1) return undefined
  return { article: `${number}${inserted ? `之${inserted}` : ''}`, order: number * 1000 + (inserted ? (parseNumber(inserted) ?? 0) : 0), rest: rest.trim() }
}

/** 一、 … at the head of a line: how decisions and amendments without articles count. */
export function unitOpening(text: string): Opening | undefined {
  const [, digits = '', rest = ''] = unit.exec(text) ?? []
  const number = parseNumber(digits)
  return number === undefined || number < 1 ? undefined : { article: digits, order: number * 1000, rest: rest.trim() }
}

/** How deep a heading stands: 编 0, 分编 1, 章 2, 节 3, 一、 4, （一） 5; undefined for a line that is no heading. */
export function headingDepth(text: string, level: number): number | undefined {
  const named = part.exec(text)?.[1]
  if (named && (level > 0 || (text.length < 40 && !/[。；]$/.test(text)))) return ['编', '分编', '章', '节'].indexOf(named)
  if (/^[总附]\s*则$/.test(text)) return 2
  if (level === 0) return undefined
  return unit.test(text) ? 4 : /^[（(][一二三四五六七八九十]+[）)]/.test(text) ? 5 : 4
}

/** 附件一, 附表：, 附： and the like: what follows belongs to no article. */
export function opensAppendix(text: string, level: number): boolean {
  return /^附\s*(?:件|录|表|图|注)?\s*[一二三四五六七八九十\d]*\s*[:：]?$/.test(text) || (/^附(?:件|录|表)/.test(text) && text.length < 40 && !/[。；]$/.test(text) && (level > 0 || /^附(?:件|录|表)\s*[一二三四五六七八九十\d]*[:：\s　]/.test(text)))
}

/** Whether the words can be the name of a statute. */
export function isLawName(text: string): boolean {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0
  return text.length >= 3 && text.length <= 140 && han >= text.length * 0.6 && names.test(text) && !/[。；！？?\ufffd]/.test(text) && !articleOpening(text) && !part.test(text)
}

/** A law's name without what its versions and sources write differently. */
export function plainLawName(name: string): string {
  return name
    .replace(/[（(](?:\d{4}[-—年]?[^（）()]*|修正|修订|[^（）()]*年[^（）()]*(?:修正|修订|通过|公布)[^（）()]*)[）)]$/u, (suffix, at: number) => (/修正案$/.test(name.slice(0, at)) ? suffix : ''))
    .replace(/中华人民共和国|[《》〈〉\s　]/g, '')
    .replaceAll('(', '（').replaceAll(')', '）')
}
