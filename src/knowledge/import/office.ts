import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import mammoth from 'mammoth'
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { readHtml } from './html.ts'
import { Unreadable, unwrap, type Document, type Line, type Skipped } from './lines.ts'

/** The text of a Word document (.docx). */
export async function readDocx(bytes: Uint8Array): Promise<Document> {
  const { value, messages } = await mammoth.convertToHtml({ buffer: Buffer.from(bytes) }, { styleMap: ["p[style-name='Title'] => h1:fresh"] }).catch((cause: unknown) => {
    throw new Unreadable('打不开这个 Word 文件', '用 Word 或 WPS 打开后另存为 docx；旧的 doc 也要这样另存', { cause })
  })
  const page = readHtml(value)
  const lost = messages.filter(({ type }) => type === 'error').map(({ message }) => ({ line: 0, what: 'Word 里的一处内容', why: message }))
  return { lines: page.lines.map((line, index) => ({ ...line, line: index + 1 })), skipped: [...page.skipped, ...lost] }
}

/** Tables that tell the characters of Chinese fonts which a PDF names but does not hold. */
const cMapUrl = join(dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json')), 'cmaps') + sep

/** The text of a PDF that holds text; page numbers are left out. A scan holds none and is refused. */
export async function readPdf(bytes: Uint8Array): Promise<Document> {
  const loading = getDocument({ data: new Uint8Array(bytes), verbosity: VerbosityLevel.ERRORS, useSystemFonts: true, cMapUrl, cMapPacked: true, isEvalSupported: false, stopAtErrors: false })
  try {
    const pdf = await loading.promise
    const lines: Line[] = []
    const skipped: Skipped[] = []
    for (let number = 1; number <= pdf.numPages; number++) {
      const { items } = await (await pdf.getPage(number)).getTextContent()
      let row = ''
      let height: number | undefined
      const flush = (): void => {
        const text = row.replace(/(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])/g, (gap) => (gap.length > 1 ? ' ' : gap)).trim()
        if (/^[-—–\s]*\d{1,4}[-—–\s]*$/.test(text)) skipped.push({ line: lines.length, what: `第 ${number} 页的页码「${text}」`, why: '页码不是正文' })
        else if (text !== '') lines.push({ text, level: 0, line: lines.length + 1 })
        row = ''
      }
      for (const item of items) {
        if (!('str' in item)) continue
        const y = Number(item.transform[5])
        if (height !== undefined && Math.abs(y - height) > 2) flush()
        if (item.str !== '') height = y
        row += item.str
        if (item.hasEOL) flush()
      }
      flush()
    }
    if (lines.length === 0) throw new Unreadable('PDF 里没有文字，多半是扫描件', '换文字版 PDF，或先用文字识别软件转成 docx')
    return { lines: unwrap(lines), skipped }
  } catch (cause) {
    if (cause instanceof Unreadable) throw cause
    throw new Unreadable('打不开这个 PDF', '确认文件完整、没有密码，或换 docx、html 的原件', { cause })
  } finally {
    await loading.destroy()
  }
}
