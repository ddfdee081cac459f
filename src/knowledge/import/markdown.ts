import { readHtml } from './html.ts'
import type { Document, Line, Skipped } from './lines.ts'

/** The text of a Markdown file: marks, front matter and comments off, tables row by row. */
export function readMarkdown(source: string): Document {
  const lines: Line[] = []
  const skipped: Skipped[] = []
  const blank = (part: string) => part.replace(/[^\n]/g, '')
  const body = source.replace(/^\ufeff?---\n[\s\S]*?\n---\n/, blank).replace(/<!--[\s\S]*?-->/g, blank).replace(/<style[\s\S]*?<\/style>/g, blank)
  const rows = body.split(/\r?\n/)
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] ?? ''
    if (/^\s*<(?:table|div|p|img)\b/.test(row)) {
      const end = row.includes('<table') ? rows.findIndex((later, at) => at >= index && later.includes('</table>')) : index
      const stop = end < 0 ? rows.length - 1 : end
      const page = readHtml(rows.slice(index, stop + 1).join('\n'), index + 1)
      lines.push(...page.lines)
      skipped.push(...page.skipped)
      index = stop
      continue
    }
    for (const picture of row.matchAll(/!\[([^\]]*)\]\([^)]*\)/g)) skipped.push({ line: index + 1, what: `图片 ${picture[1] ?? ''}`.trim(), why: '图片里的字取不出来，请对照原件' })
    const [, marks = '', text = ''] = /^(#*)\s*(.*)$/.exec(row.trim()) ?? []
    if (/^\|?[\s:|-]*-{3,}[\s:|-]*$/.test(text)) continue
    const table = /^\|.*\|$/.test(text)
    const plain = (table ? text.slice(1, -1).split('|').map((cell) => cell.trim()).join(' ｜ ') : text)
      .replace(/!\[[^\]]*\]\([^)]*\)/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/\*\*|^\*|\*$|^>\s*/g, '').replace(/<br\s*\/?>/g, ' ').replace(/^[\s　]+|[\s　]+$/g, '')
    if (plain !== '') lines.push({ text: plain, level: Math.min(marks.length, 6), line: index + 1, ...(table ? { table: true as const } : {}) })
  }
  return { lines, skipped }
}
