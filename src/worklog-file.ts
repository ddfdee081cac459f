import { utils, write } from '@e965/xlsx'
import type { WorklogSheet } from './desk/worklog-sheets.ts'

/**
 * The sheets as a file for a spreadsheet program. One that holds generated text says so in its metadata,
 * as 人工智能生成合成内容标识办法 asks.
 */
export function worklogFile(sheets: readonly WorklogSheet[], { format, id, generated }: { format: 'xlsx' | 'csv'; id: string; generated: boolean }): Buffer {
  const label = generated ? JSON.stringify({ Label: '1', ContentProducer: 'village-counsel', ProduceID: id }) : undefined
  if (format === 'csv') {
    const text = sheets.map(({ name, rows }) => [[`【${name}】`], ...rows].map((row) => row.map(quoted).join(',')).join('\r\n')).join('\r\n\r\n')
    // Excel takes a file without the mark for GBK.
    return Buffer.from(`\uFEFF${label ? `${quoted(`AIGC ${label}`)}\r\n` : ''}${text}\r\n`, 'utf8')
  }
  const book = utils.book_new()
  for (const { name, rows } of sheets) {
    const sheet = utils.aoa_to_sheet(rows.map((row) => [...row]))
    sheet['!cols'] = widths(rows)
    utils.book_append_sheet(book, sheet, name)
  }
  book.Props = { Title: id, Author: '村居法律顾问助手', ...(label ? { Keywords: 'AI 生成', Comments: '本文件含人工智能生成的内容' } : {}) }
  if (label) book.Custprops = { AIGC: label }
  return write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Buffer
}

function quoted(cell: string | number): string {
  const text = String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** As wide as what stands in it, Chinese characters counting twice, up to a readable line. */
function widths(rows: WorklogSheet['rows']): { wch: number }[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  return Array.from({ length: columns }, (_, column) => ({ wch: Math.min(48, Math.max(6, ...rows.filter((row) => row.length > 1).map((row) => [...String(row[column] ?? '')].reduce((width, sign) => width + (sign > '\u2e80' ? 2 : 1), 1)))) }))
}
