import { parseNumber } from '../../domain/law.ts'

/** One article as the official text prints it; `heading` is its book, chapter and section, outermost first. */
export type StatuteArticle = { readonly article: string; readonly heading: string; readonly text: string }

/** A statute taken apart. Days are ISO; what the text does not say is absent. */
export type Statute = {
  readonly title: string
  readonly adopted?: string
  readonly amended?: string
  readonly effective?: string
  /** The text before the first article, such as the preamble of the constitution. */
  readonly preamble: string
  readonly articles: readonly StatuteArticle[]
}

const numeral = '[一二三四五六七八九十百千零〇两]+'
const articleStart = new RegExp(`^第(${numeral}|\\d+)条(?:之(${numeral}))?(?:[\\s　：:]+|$)(.*)$`)
const headingStart = new RegExp(`^第(${numeral}|\\d+)(编|分编|章|节)(?:[\\s　]+|$)(.*)$`)
const levels = ['编', '分编', '章', '节']

/**
 * Splits a statute's text into articles; the lines may be plain or Markdown.
 *
 * An article runs until the next line that opens one, or until a heading. Articles must not go
 * backwards: a line that quotes 第三条 in the middle of 第五十条 stays text.
 */
export function splitStatute(source: string, fileTitle = ''): Statute {
  const lines = plainLines(source)
  const title = lines.find((line) => line.level === 1)?.text ?? fileTitle
  const articles: { article: string; heading: string; lines: string[] }[] = []
  const headings: string[] = []
  const before: string[] = []
  let last = 0

  for (const { text, level } of lines) {
    if (level === 1 && text === title) continue
    const opened = articleStart.exec(text)
    const number = opened ? (parseNumber(opened[1] ?? '') ?? 0) : 0
    if (opened && (number > last || (number === last && opened[2]))) {
      last = number
      const article = `${number}${opened[2] ? `之${opened[2]}` : ''}`
      articles.push({ article, heading: headings.filter(Boolean).join(' '), lines: opened[3] ? [opened[3]] : [] })
      continue
    }
    const headed = headingStart.exec(text)
    if (headed && (level > 0 || text.length < 40)) {
      const depth = levels.indexOf(headed[2] ?? '')
      headings.length = depth
      headings[depth] = text.replace(/[\s　]+/g, ' ')
    } else if (level > 0 && /^附\s*则$|^附件/.test(text)) headings.splice(0, headings.length, text)
    else (articles.at(-1)?.lines ?? before).push(text)
  }

  return {
    title,
    ...datesOf(before.join('\n'), articles.map((article) => article.lines.join('\n')).join('\n')),
    preamble: before.join('\n'),
    articles: articles.map(({ article, heading, lines: body }) => ({ article, heading, text: body.join('\n') })),
  }
}

/** The lines with Markdown marks taken off; `level` is the heading's depth, 0 for text. */
function plainLines(source: string): { text: string; level: number }[] {
  const body = source.replace(/^---\n[\s\S]*?\n---\n/, '').replace(/<!--[\s\S]*?-->/g, '')
  return body
    .split(/\r?\n/)
    .map((line) => {
      const [, marks = '', text = ''] = /^(#*)\s*(.*)$/.exec(line.trim()) ?? []
      return { level: marks.length, text: text.replace(/\*\*/g, '').replace(/^[\s　]+|[\s　]+$/g, '') }
    })
    .filter(({ text }) => text !== '')
}

const day = '(\\d{4})\\s*年\\s*(\\d{1,2})\\s*月\\s*(\\d{1,2})\\s*日'

/** Adopted and amended stand before the articles; in effect stands in the last article, or before. */
function datesOf(head: string, body: string): Pick<Statute, 'adopted' | 'amended' | 'effective'> {
  const heads = [...head.matchAll(new RegExp(day, 'g'))].map(toDay).sort()
  const inEffect = [
    ...[...head.matchAll(new RegExp(`${day}\\s*起?(?:施行|实施)`, 'g'))].map(toDay),
    ...[...body.matchAll(new RegExp(`自\\s*${day}\\s*起\\s*(?:正式)?(?:施行|生效|实施)`, 'g'))].map(toDay),
  ].at(-1)
  const adopted = heads[0]
  const amended = heads.at(-1)
  const effective = inEffect ?? amended
  return {
    ...(adopted ? { adopted } : {}),
    ...(amended && amended !== adopted ? { amended } : {}),
    ...(effective ? { effective } : {}),
  }
}

function toDay([, year = '', month = '', date = '']: RegExpMatchArray): string {
  return `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`
}
