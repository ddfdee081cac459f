import { expect, test } from 'vitest'
import { readDocument } from '../../../src/knowledge/import/read.ts'
import { splitDocument } from '../../../src/knowledge/import/split.ts'
import { asDocx, asGb18030, asHtml, asMarkdown, asPdf, firstLine, wellLaw } from '../../support/statutes.ts'

const lines = wellLaw()
const bytes = (text: string) => new TextEncoder().encode(text)
const read = async (name: string, content: Uint8Array) => splitDocument(await readDocument(name, content))

test.each([
  ['Markdown', '水井.md', bytes(asMarkdown(lines))],
  ['text in UTF-8', '水井.txt', bytes(lines.join('\r\n'))],
  ['text in UTF-16', '水井.txt', new Uint8Array(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(lines.join('\n'), 'utf16le')]))],
  ['text in GB18030', '水井.txt', asGb18030(lines.join('\n'))],
  ['a web page', '水井.html', bytes(asHtml(lines))],
  ['a Word document', '水井.docx', asDocx(lines)],
  ['a PDF whose lines the page breaks', '水井.pdf', asPdf(lines)],
])('%s gives the same law', async (_, name, content) => {
  const law = await read(name, content)
  expect(law).toMatchObject({ title: '中华人民共和国水井使用法', adopted: '2019-03-01', effective: '2019-06-01', from: '2019-06-01' })
  expect(law.articles.map(({ article }) => article)).toEqual(['1', '2', '3', '4', '5', '6', '7', '7之一', '8', '9', '10', '11', '12'])
  expect(law.articles[2]).toEqual({ article: '3', heading: '第一章 总 则', text: `${firstLine(3)}\n（一）自带水桶的；\n（二）借用水桶的。` })
  expect(law.articles[5]).toEqual({ article: '6', heading: '第二章 打 水', text: `${firstLine(6)}\n村民委员会可以另行规定打水的次序。` })
  expect(law.skipped.filter(({ why }) => !/目录|页码/.test(why))).toEqual([])
})

test('page numbers, the table of contents and pictures are named as left out', async () => {
  const pdf = await read('水井.pdf', asPdf(lines))
  expect(pdf.skipped.map(({ what }) => what)).toEqual(expect.arrayContaining([expect.stringContaining('— 1 —'), '目录「目 录」']))
  const page = await read('水井.html', bytes(asHtml([...lines, '附件：', '<img src="井.png">', '井的图样'])))
  expect(page.skipped).toContainEqual(expect.objectContaining({ what: '图片 井.png', why: expect.stringContaining('对照原件') as string }))
  expect(page.appendices).toEqual([{ heading: '附件：', text: '井的图样' }])
})

test('a table is read row by row, and belongs to the appendix it stands in', async () => {
  const law = await read('水井.docx', asDocx([...lines, '附表：'], [['井', '桶'], ['东井', '两只']]))
  expect(law.appendices).toEqual([{ heading: '附表：', text: '井 ｜ 桶\n东井 ｜ 两只' }])
  expect(law.articles.at(-1)?.text).toBe('本法自2019年6月1日起施行。')
})

test.each([
  ['an empty file', '空.md', new Uint8Array(), /空的；怎么办/],
  ['bytes that are no text', '乱.txt', new Uint8Array(400).map((_, index) => (index * 37) % 256), /怎么办：用编辑器另存为 UTF-8/],
  ['a torn Word document', '坏.docx', asDocx(lines).slice(0, 300), /打不开这个 Word 文件；怎么办/],
  ['a torn PDF', '坏.pdf', bytes('%PDF-1.4 nothing'), /打不开这个 PDF；怎么办/],
  ['a PDF without text', '扫描.pdf', asPdf([]), /扫描件；怎么办/],
  ['the old Word format', '旧.doc', bytes('x'), /不认识 \.doc 的文件；怎么办：换成/],
  ['an English text', '英.txt', bytes('no law at all '.repeat(20)), /几乎没有汉字/],
])('%s is refused with what to do', async (_, name, content, expected) => {
  await expect(readDocument(name, content)).rejects.toThrow(expected)
})
