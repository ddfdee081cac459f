import { daysOf, repealsOf, type Days } from './dates.ts'
import { isEnded, type Document, type Line, type Skipped } from './lines.ts'
import { readMarkdown } from './markdown.ts'
import { articleOpening, headingDepth, isLawName, opensAppendix, unitOpening, type Opening } from './marks.ts'
import { proveArticles, type Found } from './prove.ts'

/** One article as the official text prints it; `heading` is its book, chapter and section, outermost first. */
export type StatuteArticle = { readonly article: string; readonly heading: string; readonly text: string }

/** A statute taken apart. */
export type Statute = Days & {
  readonly title: string
  /** The text before the first article, such as the preamble of the constitution. */
  readonly preamble: string
  readonly articles: readonly StatuteArticle[]
  /** 附件, 附表 and what else follows the last article. */
  readonly appendices: readonly { readonly heading: string; readonly text: string }[]
  /** Laws that it repeals as a whole. */
  readonly repeals: readonly string[]
  readonly skipped: readonly Skipped[]
  /** Articles that it has but that could not be taken. */
  readonly doubted: readonly string[]
}

/** Splits a statute's text into articles; the text may be plain or Markdown. */
export function splitStatute(source: string, fileTitle = ''): Statute {
  return splitDocument(readMarkdown(source), fileTitle)
}

/**
 * Splits one statute's lines into articles.
 *
 * An article runs until the next line that opens one, or until a heading. What cannot be proved to be the
 * article it claims to be is left out and reported: see proveArticles. `skips` knows the numbers that a law in force leaves out.
 */
export function splitDocument({ lines, skipped }: Document, fileTitle = '', skips: (title: string) => readonly number[] = () => []): Statute {
  const named = lines.findIndex(({ level, text }) => level === 1 && headingDepth(text, 0) === undefined)
  const guessed = named >= 0 ? named : lines.slice(0, 8).findIndex(({ text }) => isLawName(text))
  const title = lines[guessed]?.text.replace(/[\s　]+/g, ' ') ?? fileTitle
  const rest = lines.filter((_, index) => index !== guessed)
  const byArticle = walk(rest, articleOpening, title)
  const whole = byArticle.found.length > 0 ? byArticle : walk(rest, unitOpening, title)
  const undivided = whole.found.length === 0 ? wholeText(whole.before, title) : []
  const proved = proveArticles(whole.found, new Set(skips(title)))
  const body = whole.found.map(({ lines: own }) => own.map(({ text }) => text).join('\n')).join('\n')
  const head = whole.before.map(({ text }) => text)
  const preamble = undivided.length > 0 ? '' : whole.before.filter(({ text }) => !isDateLine(text)).map(({ text }) => text).join('\n')
  const prologue = whole.prologue && preamble !== '' ? [{ article: '序言', heading: '', text: preamble }] : []
  const appendices = [...whole.appendices, ...proved.appendices].filter(({ text, heading }) => text !== '' || heading !== '')
  return {
    title,
    ...daysOf(head, `${body}\n${appendices.map(({ text }) => text).join('\n')}`),
    preamble,
    articles: [...prologue, ...proved.articles, ...undivided],
    appendices,
    repeals: repealsOf(body),
    skipped: [...skipped, ...whole.skipped, ...proved.skipped],
    doubted: proved.doubted,
  }
}

/** The statutes of a document that holds several, such as all amendments of a law: each begins with a heading that is a law's name. */
export function documentsIn(document: Document): Document[] {
  const starts = document.lines.flatMap(({ level, text }, index) => (level > 0 && headingDepth(text, 0) === undefined && isLawName(text) && /^中华人民共和国|^全国人民|^最高人民|^国务院|决定$/.test(text) ? [index] : []))
  if (starts.length < 2) return [document]
  return starts.map((start, index) => ({
    lines: document.lines.slice(start, starts[index + 1]).map((line, at) => (at === 0 ? { ...line, level: 1 } : line)),
    skipped: index === 0 ? document.skipped : [],
  }))
}

type Walked = { found: Found[]; before: Line[]; appendices: { heading: string; text: string }[]; skipped: Skipped[]; prologue: boolean }

function walk(lines: readonly Line[], openingOf: (text: string) => Opening | undefined, title: string): Walked {
  const found: Found[] = []
  const before: Line[] = []
  const appendices: { heading: string; lines: string[] }[] = []
  const skipped: Skipped[] = []
  const headings: string[] = []
  const amends = /修改|修正|决定|补充/.test(title)
  const contents = contentsOf(lines)
  let prologue = false
  let quoting = false
  let last = 0

  lines.forEach((line, index) => {
    const { text, level, table } = line
    if (index >= contents.start && index < contents.end) return void skipped.push({ line: line.line, what: `目录「${text.slice(0, 20)}」`, why: '目录不是正文' })
    const opening = table ? undefined : openingOf(text)
    const quoted = amends && quoting && opening !== undefined && Math.floor(opening.order / 1000) !== Math.floor(last / 1000) + 1
    const quotes = text.match(/[“”]/g)
    if (quotes) quoting = quotes.at(-1) === '“'
    if (opening && !quoted && (appendices.length === 0 || Math.floor(opening.order / 1000) === Math.floor(last / 1000) + 1)) {
      last = opening.order
      found.push({ ...opening, heading: headings.filter(Boolean).join(' '), line: line.line, lines: opening.rest === '' ? [] : [{ ...line, text: opening.rest }] })
      return
    }
    if (/^序\s*言$/.test(text) && found.length === 0) return void (prologue = true)
    if (opensAppendix(text, level)) return void appendices.push({ heading: text, lines: [] })
    const depth = table || quoted ? undefined : headingDepth(text, level)
    if (depth !== undefined && !/^附件/.test(text) && !(level > 0 && appendices.length > 0)) {
      headings.length = Math.min(headings.length, depth)
      headings[depth] = text.replace(/[\s　]+/g, ' ')
      return
    }
    const own = found.at(-1)
    const appendix = appendices.at(-1)
    if (appendix) appendix.lines.push(text)
    else if (own) own.lines.push(line)
    else before.push(line)
  })
  return { found, before, appendices: appendices.map(({ heading, lines: own }) => ({ heading, text: own.join('\n') })), skipped, prologue }
}

/** A text of neither articles nor 一、二、: a short interpretation or reply, taken as one piece when it can be read throughout. */
function wholeText(lines: readonly Line[], title: string): StatuteArticle[] {
  const own = lines.filter(({ text }) => !isDateLine(text))
  const text = own.map((line) => line.text).join('\n')
  const sound = own.every(({ doubt }) => doubt === undefined) && own.some(({ text: part, table }) => table || isEnded(part)) && !/[\ufffd\ue000-\uf8ff]/.test(text)
  return sound && isLawName(title) && text.length >= 20 && isEnded(own.filter(({ table }) => !table).at(-1)?.text ?? '。') ? [{ article: '全文', heading: '', text }] : []
}

/** A line of the head that says when the text was adopted, published or changed. */
function isDateLine(text: string): boolean {
  return /^[（(]?(?:根据)?\s*\d{4}\s*年/.test(text) && text.length < 400 && !/。$/.test(text) || /^(?:法释|国务院令|主席令|.{0,12}令第|.{0,8}〔\d{4}〕)/.test(text)
}

/** Where a table of contents stands: 目录, then headings until the first of them comes again. */
function contentsOf(lines: readonly Line[]): { start: number; end: number } {
  const start = lines.findIndex(({ text }) => /^目\s*录$/.test(text))
  const first = lines[start + 1]?.text.replace(/[\s　]+/g, '')
  if (start < 0 || start > 30 || first === undefined) return { start: 0, end: 0 }
  const again = lines.findIndex(({ text }, index) => index > start + 1 && text.replace(/[\s　]+/g, '') === first)
  const between = lines.slice(start + 1, Math.max(again, 0))
  return { start, end: again > 0 && between.every(({ text }) => !isEnded(text) || /[）)]$/.test(text)) ? again : start }
}
