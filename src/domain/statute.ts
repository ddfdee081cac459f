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
const written = '((?:19|20)\\d{2})\\s*年(?:\\s*(\\d{1,2})\\s*月(?:\\s*(\\d{1,2})\\s*[日号])?(?:份)?)?'
const named = new RegExp(`${written}\\s*${past}`)
const lawOfThen = /(?:当时|那时候?|那会儿?|那年)的?(?:法律?|法规|规定|条文|法条|政策|标准)|(?:按照?|依照?|根据)(?:当时|那时|那年|那会儿)|年(?:份|版)?的?(?:法律|法规|规定|条文|法条)|(?:当时|那时候?|那会儿?|那年)(?:的?是?怎么|咋|是?如何)规定/

/**
 * The day that a question about the past names: 2019年的时候, 2020年5月那会儿, 2018年版.
 *
 * Only a year written out counts, and only where the law of then is meant: 「2019年结的婚」 asks about today.
 * A year stands for its last day, a month likewise; a day that is not over yet is no past: undefined.
 */
export function namedDay(text: string, today: string): string | undefined {
  return lastDayOf(named.exec(text.normalize('NFKC')), today)
}

/** The day whose rules a question asks for outright: a date, and words such as 当时的规定. Looser talk of the past asks about today. */
export function ruleDay(text: string, today: string): string | undefined {
  const plain = text.normalize('NFKC')
  return lawOfThen.test(plain) ? lastDayOf(new RegExp(written).exec(plain), today) : undefined
}

/** The day that stands right before a law's name: 2019年的, 2019年版. `before` is the text up to the name. */
export function dayBefore(before: string, today: string): string | undefined {
  return lastDayOf(new RegExp(`${written}\\s*(?:的|版的?|时的?|那时的?)?\\s*[《“"]?$`).exec(before.normalize('NFKC')), today)
}

function lastDayOf(found: RegExpExecArray | null, today: string): string | undefined {
  const [, year, month, date] = found ?? []
  if (year === undefined || Number(month ?? 1) > 12 || Number(date ?? 1) > 31) return undefined
  const last = new Date(Date.UTC(Number(year), Number(month ?? 12), 0)).getUTCDate()
  const day = [year, (month ?? '12').padStart(2, '0'), String(Math.min(Number(date ?? last), last)).padStart(2, '0')].join('-')
  return day < today ? day : undefined
}

/** An article that a search found for a question, word for word as of the day. */
export type LikelyArticle = { readonly law: string; readonly article: string; readonly text: string }

/** Articles that may bear on a question, best first: where a person might look, and no answer. */
export type LikelyArticles = {
  /** The ISO day whose law was searched. */
  readonly day: string
  /** Chance that one of the first three is right. */
  readonly confidence: number
  /** The chance is high enough to show the three to a resident. */
  readonly sure: boolean
  /** So is the chance that the first one is right: an answer may rest on it. */
  readonly firstSure: boolean
  readonly articles: readonly [LikelyArticle, ...LikelyArticle[]]
}
