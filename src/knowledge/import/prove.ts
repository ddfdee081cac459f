import { articleName } from '../../domain/law.ts'
import { paragraphsOf } from '../../domain/statute.ts'
import { isEnded, type Line, type Skipped } from './lines.ts'
import type { Opening } from './marks.ts'

/** A stretch of text that claims to be an article. */
export type Found = Opening & { readonly heading: string; readonly line: number; lines: Line[] }

type Proved = {
  readonly articles: readonly { readonly article: string; readonly heading: string; readonly text: string }[]
  readonly appendices: readonly { readonly heading: string; readonly text: string }[]
  readonly skipped: readonly Skipped[]
  /** Articles that the text has, or must have, but whose words are not sure. */
  readonly doubted: readonly string[]
}

/**
 * Lets in only what is surely the article it claims to be.
 *
 * Numbers must rise; one that stands out of line is not taken, nor is one that comes twice with two texts. Where
 * numbers are missing in between, the article before the gap may hold what is missing, so it is not taken either.
 * In such a text the words of a lost article may stand anywhere, so that only articles of one paragraph are taken.
 * `known` are numbers that the law in force skips. An article without text, cut off, or with characters that cannot be read is not taken.
 */
export function proveArticles(found: readonly Found[], known: ReadonlySet<number> = new Set()): Proved {
  const rising = longestRise(found.map(({ order }) => order))
  const skipped: Skipped[] = []
  const appendices: { heading: string; text: string }[] = []
  const articles: Proved['articles'][number][] = []
  const doubts = new Map<number, string>()
  const doubted = new Set<string>()
  const doubt = (index: number, why: string) => void (doubts.has(index) || doubts.set(index, why))

  found.forEach((own, index) => {
    const twin = found.findIndex((other, at) => at !== index && other.order === own.order)
    if (twin >= 0 && textOf(found[twin]!) !== textOf(own)) doubt(index, '同一个条号有两段不同的文字')
  })
  found.forEach((_, index) => {
    if (!rising.has(index)) {
      doubt(index, '条号和前后接不上')
      // Where one number is wrong, the one beside it may be too.
      for (const beside of [index - 1, index + 1]) if (beside >= 0 && beside < found.length && !inLine(found, beside)) doubt(beside, '挨着的条号接不上')
    }
  })
  const inRise = new Set([...rising].map((index) => found[index]!.order))
  let lost = false
  const order = [...rising].sort((one, other) => one - other)
  order.forEach((index, at) => {
    const before = order[at - 1]
    const from = before === undefined ? 0 : main(found[before]!)
    const gap = missingBetween(before === undefined ? 0 : found[before]!.order, found[index]!.order)
    const missing = gap - Array.from({ length: Math.max(gap, 0) }, (_, offset) => from + 1 + offset).filter((number) => known.has(number)).length
    if (missing <= 0) return
    if (before !== undefined) for (let number = from + 1; number <= from + missing; number++) doubted.add(String(number))
    const between = found.slice((before ?? -1) + 1, index).filter(({ order: own }) => !inRise.has(own)).length
    const next = order[at + 1]
    if (before === undefined ? found.some(({ heading }) => heading !== '') : between < missing) lost = true
    if (before !== undefined && between < missing) doubt(before, `后面缺 ${missing} 条，这一条里可能混进了别条的文字`)
    if (next === undefined || main(found[next]!) > main(found[index]!) + 1) doubt(index, '条号和前后接不上')
    if (before === undefined) skipped.push({ line: found[index]!.line, what: `第 1${missing > 1 ? `–${missing}` : ''} 条`, why: '文件里没有' })
  })

  const ending = found.at(-1)
  const last = ending && /^\d/.test(ending.article) ? paragraphsOf(textOf(ending)).map(({ text }) => text) : []
  if (last.length > 0 && !finalWords.test(last.join()) && (doubts.size > 0 || last.length > 1)) doubt(found.length - 1, '文件到这里就完了，没有讲施行，这一条里可能混进了别条的文字')
  if (last.slice(1).some((text) => /^本[^，。]{1,6}自.{1,30}施行/.test(text)) && !/施行/.test(last[0] ?? '')) doubt(found.length - 1, '施行日期不像这一条的话，这一条里可能混进了别条的文字')
  if (lost) found.forEach((own, index) => paragraphsOf(textOf(own)).length > 1 && doubt(index, '这份文件缺了条，这一条有好几段，可能混进了别条的文字'))

  found.forEach((own, index) => {
    const tail = loosen(own, index === found.length - 1)
    const why = doubts.get(index) ?? unsound(own) ?? tail.why
    if (why !== undefined) doubted.add(own.article)
    if (why !== undefined) skipped.push({ line: own.line, what: `${articleName(own.article)}「${textOf(own).slice(0, 16)}」`, why: `${why}，没有收` })
    else articles.push({ article: own.article, heading: own.heading, text: textOf(own) })
    if (tail.loose.length > 0) {
      if (index === found.length - 1) appendices.push({ heading: tail.loose[0]!.text, text: tail.loose.slice(1).map(({ text }) => text).join('\n') })
      else for (const { line, text } of tail.loose) skipped.push({ line, what: `「${text.slice(0, 40)}」`, why: '像是小标题，没有算进条文' })
    }
  })
  const twice = new Set<string>()
  const sure = articles.filter(({ article }) => !twice.has(article) && twice.add(article))
  return { articles: sure, appendices, skipped, doubted: [...doubted].filter((article) => !twice.has(article)) }
}

/** How nearly every statute ends. */
const finalWords = /施行|生效|废止|执行|实施|解释|适用/

/** Whether an article follows right on the one before it, and is followed right on by the next but the broken one. */
function inLine(found: readonly Found[], index: number): boolean {
  const own = found[index]?.order ?? 0
  const joins = (one: number | undefined, other: number | undefined) => one !== undefined && other !== undefined && other > one && missingBetween(one, other) === 0
  return joins(found[index - 1]?.order ?? (own < 2000 ? 0 : undefined), own) || joins(own, found[index + 1]?.order)
}

function main({ order }: Opening): number {
  return Math.floor(order / 1000)
}

/** How many articles are missing between two: 第七条 before 第七条之一, 之二 before 之三. */
function missingBetween(before: number, after: number): number {
  const [inserted, whole] = [after % 1000, Math.floor(after / 1000) - Math.floor(before / 1000)]
  return whole === 0 ? inserted - (before % 1000) - 1 : whole - 1 + inserted
}

function textOf({ lines }: Found): string {
  return lines.map(({ text }) => text).join('\n')
}

/** Takes the lines off an article's end that are no sentences: a heading without marks, or an appendix. */
function loosen(own: Found, isLast: boolean): { loose: Line[]; why?: string } {
  const end = own.lines.findLastIndex(({ text, table }) => table || isEnded(text) || /[×%—-]$/.test(text))
  const loose = own.lines.slice(end + 1)
  if (loose.length === 0) return { loose }
  if (end < 0 && own.lines.length > 0) return { loose: [], why: '文字没有写完' }
  own.lines = own.lines.slice(0, end + 1)
  const heading = isLast ? /^附|^注/.test(loose[0]!.text) : loose.every(({ text }) => text.length <= 40)
  return heading ? { loose } : { loose, why: '文字没有写完' }
}

function unsound(own: Found): string | undefined {
  const doubted = own.lines.find(({ doubt }) => doubt !== undefined)
  if (doubted) return doubted.doubt
  const text = textOf(own)
  if (text.trim() === '') return '只有条号，没有文字'
  if (/[\ufffd\ue000-\uf8ff\u0000-\u0008\u000b-\u001f]/.test(text)) return '有认不出的字'
  if (!/\p{Script=Han}/u.test(text)) return '没有汉字'
  return undefined
}

/** Positions of the longest rising run, so that one number out of line costs itself and not its neighbours. */
function longestRise(values: readonly number[]): Set<number> {
  const tails: number[] = []
  const previous: number[] = []
  values.forEach((value, index) => {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (values[tails[middle]!]! < value) low = middle + 1
      else high = middle
    }
    previous[index] = low > 0 ? tails[low - 1]! : -1
    tails[low] = index
  })
  const run = new Set<number>()
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index]!) run.add(index)
  return run
}
