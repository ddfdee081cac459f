import { zipSync, strToU8 } from 'fflate'
import { chineseNumber } from '../../src/domain/law.ts'

/** The first line of article `number` of the invented law; no other article says it. */
export function firstLine(number: number): string {
  return `水井编号${chineseNumber(number)}的使用人应当在清早打水，并按照本法的规定把桶洗净。`
}

export const articleCount = 12

/** An invented law: the well law of a village that is nowhere. Each line is a paragraph. */
export function wellLaw({ title = '中华人民共和国水井使用法', head = '2019年3月1日全国打水代表大会通过', effective = '2019年6月1日', articles = articleCount, change = (line: string, _number: number) => line } = {}): string[] {
  const lines = [title, `（${head}）`, '目　录', '第一章　总　则', '第二章　打　水', '第一章　总　则']
  for (let number = 1; number < articles; number++) {
    if (number === 5) lines.push('第二章　打　水')
    lines.push(change(`第${chineseNumber(number)}条　${firstLine(number)}`, number))
    if (number === 3) lines.push('（一）自带水桶的；', '（二）借用水桶的。')
    if (number === 6) lines.push('村民委员会可以另行规定打水的次序。')
    if (number === 7) lines.push(`第七条之一　${firstLine(701)}`)
  }
  lines.push(`第${chineseNumber(articles)}条　本法自${effective}起施行。`)
  return lines
}

/** The lines as Markdown, the way the first collection writes it. */
export function asMarkdown(lines: readonly string[]): string {
  return lines.map((line, index) => (index === 0 ? `# ${line}` : /^第.{1,3}[章编]/.test(line) ? `## ${line}` : line.replace(/^(第[^　]+条(?:之.)?)　/, '**$1**　'))).join('\n\n')
}

export function asHtml(lines: readonly string[]): string {
  return `<!doctype html><html><head><meta charset="utf-8"><title>x</title><style>p{}</style></head><body><nav>首页 返回</nav><div class="content">${lines.map((line) => `<p>&emsp;${line}</p>`).join('\n')}</div><script>var a = 1</script></body></html>`
}

/** A Word document with one paragraph a line, and a picture where one is asked for. */
export function asDocx(lines: readonly string[], table: readonly (readonly string[])[] = []): Uint8Array {
  const paragraph = (text: string) => `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`
  const grid = table.length === 0 ? '' : `<w:tbl>${table.map((row) => `<w:tr>${row.map((cell) => `<w:tc>${paragraph(cell)}</w:tc>`).join('')}</w:tr>`).join('')}</w:tbl>`
  const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
  return zipSync({
    '[Content_Types].xml': strToU8(`${xml}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`),
    '_rels/.rels': strToU8(`${xml}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`),
    'word/document.xml': strToU8(`${xml}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${lines.map(paragraph).join('')}${grid}</w:body></w:document>`),
  })
}

/** A PDF with text, broken into rows of `width` characters as a page breaks it, page numbers below. */
export function asPdf(lines: readonly string[], width = 30): Uint8Array {
  const rows = lines.flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [])
  const pages: string[][] = []
  for (let at = 0; at < rows.length; at += 20) pages.push([...rows.slice(at, at + 20), `— ${pages.length + 1} —`])
  const hex = (text: string) => [...text].map((sign) => sign.charCodeAt(0).toString(16).padStart(4, '0')).join('')
  const objects: string[] = []
  const add = (body: string) => objects.push(body)
  const signs = [...new Set(rows.join('') + '— 0123456789')]
  const map = `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def 1 begincodespacerange <0000> <ffff> endcodespacerange\n${chunks(signs, 100).map((part) => `${part.length} beginbfchar\n${part.map((sign) => `<${hex(sign)}> <${hex(sign)}>`).join('\n')}\nendbfchar`).join('\n')}\nendcmap end end`
  add('<< /Type /Catalog /Pages 2 0 R >>')
  add(`<< /Type /Pages /Kids [${pages.map((_, index) => `${6 + index * 2} 0 R`).join(' ')}] /Count ${pages.length} >>`)
  add('<< /Type /Font /Subtype /Type0 /BaseFont /STSong /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>')
  add('<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 /FontDescriptor << /Type /FontDescriptor /FontName /STSong /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 800 /Descent -200 /StemV 80 >> >>')
  add(`<< /Length ${map.length} >>\nstream\n${map}\nendstream`)
  for (const page of pages) {
    const text = page.map((row, index) => `BT /F1 12 Tf 50 ${780 - index * 20} Td <${hex(row)}> Tj ET`).join('\n')
    add(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${objects.length + 2} 0 R >>`)
    add(`<< /Length ${text.length} >>\nstream\n${text}\nendstream`)
  }
  let source = '%PDF-1.4\n'
  const places = objects.map((body, index) => {
    const place = source.length
    source += `${index + 1} 0 obj\n${body}\nendobj\n`
    return place
  })
  const start = source.length
  source += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')}trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF`
  return new Uint8Array(Buffer.from(source, 'latin1'))
}

/** GB18030 bytes of a text. */
export function asGb18030(text: string): Uint8Array {
  const decoder = new TextDecoder('gbk')
  const table = new Map<string, number[]>()
  for (let lead = 0x81; lead <= 0xfe; lead++) for (let trail = 0x40; trail <= 0xfe; trail++) table.set(decoder.decode(new Uint8Array([lead, trail])), [lead, trail])
  return new Uint8Array([...text].flatMap((sign) => (sign.charCodeAt(0) < 0x80 ? [sign.charCodeAt(0)] : (table.get(sign) ?? [0x3f]))))
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size))
}
