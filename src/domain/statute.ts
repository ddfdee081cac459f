import { parseNumber } from './law.ts'

/** When a text binds: from its first day to the day before `until`. Days are ISO dates. */
export type Term = { readonly from: string; readonly until?: string | undefined }

/** An article as the official text prints it, of the version that is in force on the day asked about. */
export type StatuteText = Term & {
  /** The law's full name. */
  readonly law: string
  readonly article: string
  /** Book, chapter and section, outermost first. */
  readonly heading: string
  readonly text: string
  /** The day of the version: when it was adopted or last amended. */
  readonly version: string
}

/** Whether a text binds on that day. */
export function bindsOn({ from, until }: Term, day: string): boolean {
  return from <= day && (until === undefined || day < until)
}

/** The text in force on that day; where two claim it, the one that took effect last. */
export function versionOn<T extends Term>(versions: readonly T[], day: string): T | undefined {
  return versions.filter((version) => bindsOn(version, day)).reduce<T | undefined>((best, next) => (best && best.from >= next.from ? best : next), undefined)
}

/** A 款 of an article with its 项: （一）, （二） …; `number` counts from 1. */
export type Paragraph = { readonly number: number; readonly text: string; readonly items: readonly { readonly number: number; readonly text: string }[] }

const itemStart = /^[（(]([一二三四五六七八九十]+)[）)]/

/** Takes an article apart into paragraphs and items. A line that is no item opens a paragraph, unless the items before it are still under way. */
export function paragraphsOf(text: string): Paragraph[] {
  const paragraphs: { number: number; text: string; items: { number: number; text: string }[] }[] = []
  for (const line of text.split('\n')) {
    const last = paragraphs.at(-1)
    const item = itemStart.exec(line)
    const opensList = item?.[1] === '一' && last !== undefined && last.items.length === 0
    const goesOn = item !== null && last !== undefined && parseNumber(item[1] ?? '') === last.items.length + 1
    if (opensList || goesOn) last.items.push({ number: last.items.length + 1, text: line })
    else if (last && last.items.length > 0 && /^(?:\d{1,2}|[⒈-⒛])[.．、]?/.test(line)) {
      const under = last.items.at(-1)
      if (under) under.text += `\n${line}`
    } else paragraphs.push({ number: paragraphs.length + 1, text: line, items: [] })
  }
  return paragraphs
}

const past = '(?:的?时候|那时候?|那会儿?|那年|当时|以前的|时的?(?:法律|规定|条文)|的(?:法律|规定|条文)|版|年?时)'
const named = new RegExp(`((?:19|20)\\d{2})\\s*年(?:\\s*(\\d{1,2})\\s*月(?:\\s*(\\d{1,2})\\s*[日号])?(?:份)?)?\\s*${past}`)

/**
 * The day that a question about the past names: 2019年的时候, 2020年5月那会儿, 2018年版.
 *
 * Only a year written out counts, and only where the law of then is meant: 「2019年结的婚」 asks about today.
 * A year stands for its last day, a month likewise; a day that is not over yet is no past: undefined.
 */
export function namedDay(text: string, today: string): string | undefined {
  const [, year, month, date] = named.exec(text.normalize('NFKC')) ?? []
  if (year === undefined || Number(month ?? 1) > 12 || Number(date ?? 1) > 31) return undefined
  const last = new Date(Date.UTC(Number(year), Number(month ?? 12), 0)).getUTCDate()
  const day = [year, (month ?? '12').padStart(2, '0'), String(Math.min(Number(date ?? last), last)).padStart(2, '0')].join('-')
  return day < today ? day : undefined
}
