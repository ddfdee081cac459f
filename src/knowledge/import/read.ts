import { extname } from 'node:path'
import { decodeText } from './decode.ts'
import { readHtml } from './html.ts'
import { Unreadable, unwrap, type Document, type Line } from './lines.ts'
import { readMarkdown } from './markdown.ts'
import { readDocx, readPdf } from './office.ts'
import { repairText } from './repair.ts'

export const formats: readonly string[] = ['.md', '.txt', '.html', '.htm', '.docx', '.pdf']

/** A statute file larger than this is none. */
const largest = 30 * 1024 * 1024

/** Reads one file of any format we know into lines; refuses with Unreadable, which says what to do. */
export async function readDocument(name: string, bytes: Uint8Array): Promise<Document> {
  if (bytes.length > largest) throw new Unreadable(`文件有 ${Math.round(bytes.length / 1024 / 1024)} MB，太大了`, '拆成一部法律一个文件')
  const document = await readAs(extname(name).toLowerCase(), bytes)
  if (document.lines.length === 0) throw new Unreadable('文件里没有文字', '换一份有内容的原件')
  return repaired(document)
}

async function readAs(extension: string, bytes: Uint8Array): Promise<Document> {
  if (bytes.length === 0) throw new Unreadable('文件是空的', '换一份有内容的原件')
  switch (extension) {
    case '.docx': return readDocx(bytes)
    case '.pdf': return readPdf(bytes)
    case '.md': return readMarkdown(decodeText(bytes))
    case '.html':
    case '.htm': return readHtml(decodeText(bytes))
    case '.txt': return readPlain(decodeText(bytes))
    default: throw new Unreadable(`不认识 ${extension || '没有后缀'} 的文件`, `换成 ${formats.join('、')} 之一`)
  }
}

function readPlain(source: string): Document {
  const rows = source.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  const lines = rows.map((row, index): Line => ({ text: row.replace(/^[\s　]+|[\s　]+$/g, ''), level: 0, line: index + 1 })).filter(({ text }) => text !== '')
  return { lines: unwrap(lines), skipped: [] }
}

/** Repairs what a bad conversion has damaged, where that is certain. */
function repaired({ lines, skipped }: Document): Document {
  const mended = repairText(lines.map(({ text }) => text))
  if (!mended) return { lines, skipped }
  const doubts = new Map(mended.doubts.map((doubt) => [doubt.index, doubt]))
  const repairs = mended.repairs > 0 ? [{ line: 0, what: `转换坏了的 ${mended.repairs} 处`, why: '已经修好：去掉夹在字里的注音，繁体改回简体，接错的字节重新接好' }] : []
  return {
    lines: lines.map((line, index) => {
      const doubt = doubts.get(index)
      return { ...line, text: mended.lines[index] ?? line.text, ...(doubt ? { doubt: doubt.why } : {}) }
    }),
    skipped: [...skipped, ...repairs, ...mended.doubts.map(({ index, what, why }) => ({ line: lines[index]?.line ?? 0, what, why }))],
  }
}
