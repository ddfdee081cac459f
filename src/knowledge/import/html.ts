import { load, type CheerioAPI } from 'cheerio'
import type { Element } from 'domhandler'
import type { Document, Line, Skipped } from './lines.ts'

const blocks = 'p,div,li,h1,h2,h3,h4,h5,h6,section,article,td,blockquote,pre,ul,ol,table,center'

/** The text of a web page, block by block; tables row by row. Scripts, menus and forms are left out. */
export function readHtml(source: string, firstLine = 1): Document {
  const lines: Line[] = []
  const skipped: Skipped[] = []
  const $ = load(source, { sourceCodeLocationInfo: true })
  const at = (element: Element) => (element.sourceCodeLocation?.startLine ?? 1) + firstLine - 1
  $('script,style,noscript,nav,form,header nav,footer,button,iframe,template').remove()
  $('img,object,embed,svg').each((_, element) => void skipped.push({ line: at(element), what: `图片 ${$(element).attr('src') ?? ''}`.trim(), why: '图片里的字取不出来，请对照原件' }))
  $('br').replaceWith('\n')

  const add = (text: string, level: number, line: number, table = false): void => {
    for (const part of text.split('\n')) {
      const plain = part.replace(/[\s\u00a0]+/g, ' ').replace(/^[\s　]+|[\s　]+$/g, '')
      if (plain !== '') lines.push({ text: plain, level, line, ...(table ? { table: true as const } : {}) })
    }
  }
  const walk = (element: Element): void => {
    if (element.name === 'table') return readTable($, element, add, (what, why) => skipped.push({ line: at(element), what, why }))
    const heading = /^h([1-6])$/.exec(element.name)
    if (heading || $(element).find(blocks).length === 0) return add($(element).text(), Number(heading?.[1] ?? 0), at(element))
    let loose = ''
    for (const child of element.children) {
      const inner = child.type === 'tag' && (child.name === 'table' || $(child).is(blocks) || $(child).find(blocks).length > 0)
      if (!inner) loose += $(child).text()
      else {
        add(loose, 0, at(element))
        loose = ''
        walk(child as Element)
      }
    }
    add(loose, 0, at(element))
  }
  const body = $('body').get(0)
  if (body) walk(body)
  return { lines, skipped }
}

type Add = (text: string, level: number, line: number, table?: boolean) => void

/** A table that holds the whole page is layout; any other is read row by row. */
function readTable($: CheerioAPI, table: Element, add: Add, skip: (what: string, why: string) => void): void {
  const line = table.sourceCodeLocation?.startLine ?? 1
  const rows = $(table).find('tr').toArray().filter((row) => $(row).closest('table').is(table))
  const layout = rows.every((row) => $(row).children('td,th').length <= 1)
  for (const row of rows) {
    const cells = $(row).children('td,th').toArray()
    if (layout) {
      for (const cell of cells) add($(cell).find('p,div').length > 0 ? $(cell).find('p,div').toArray().map((part) => $(part).text()).join('\n') : $(cell).text(), 0, line)
      continue
    }
    const texts = cells.map((cell, index) => {
      if ($(cell).find('table').length > 0) skip(`表格第 ${rows.indexOf(row) + 1} 行第 ${index + 1} 格`, '格子里还有表格，只取了文字')
      return $(cell).text().replace(/[\s\u00a0　]+/g, ' ').trim()
    })
    add(texts.join(' ｜ '), 0, line, true)
  }
  for (const caption of $(table).children('caption').toArray()) add($(caption).text(), 0, line, true)
}
