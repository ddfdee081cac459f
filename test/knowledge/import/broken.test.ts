import { expect, test } from 'vitest'
import { objectionTo } from '../../../src/knowledge/import/import.ts'
import { Unreadable } from '../../../src/knowledge/import/lines.ts'
import { readDocument } from '../../../src/knowledge/import/read.ts'
import { documentsIn, splitDocument } from '../../../src/knowledge/import/split.ts'
import { articleCount, asDocx, asHtml, asMarkdown, asPdf, firstLine, wellLaw } from '../../support/statutes.ts'

/** Numbers from 0 to 1, the same in every run (mulberry32). */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const encoder = new TextEncoder()
const sound = wellLaw()
const marker = /水井编号([一二三四五六七八九十零百]+)的/g

/** Which article's first line each article of the sound law begins with. */
const truth = new Map([...Array.from({ length: articleCount - 1 }, (_, index) => [String(index + 1), firstLine(index + 1)] as const), ['7之一', firstLine(701)] as const])

/** What happens to the lines of a law on a bad day. */
const mishaps: readonly ((lines: string[], random: () => number) => string[])[] = [
  (lines, random) => lines.filter(() => random() > 0.1),
  (lines, random) => lines.flatMap((line) => (random() < 0.1 ? [line, line] : [line])),
  (lines, random) => { const at = Math.floor(random() * lines.length); const to = Math.floor(random() * lines.length); const [line = ''] = lines.splice(at, 1); lines.splice(to, 0, line); return lines },
  (lines, random) => lines.map((line) => (random() < 0.1 ? line.replace(/^第[^　]+条　/, '') : line)),
  (lines, random) => lines.map((line) => (random() < 0.1 ? line.replace(/^第[^　]+条/, `第${'一二三四五六七八九十'[Math.floor(random() * 10)]}条`) : line)),
  (lines, random) => lines.map((line) => (random() < 0.1 ? line.slice(0, Math.floor(random() * line.length)) : line)),
  (lines, random) => lines.map((line) => (random() < 0.1 ? `${line.slice(0, 3)}\ufffd${line.slice(4)}` : line)),
  (lines, random) => lines.flatMap((line) => (random() < 0.1 ? [line, ['广告：点击下载客户端', '<td>', '| | |', '第条', '第　条　空', '——', '上一篇 下一篇'][Math.floor(random() * 7)] ?? ''] : [line])),
  (lines, random) => lines.map((line) => (random() < 0.1 ? line.replaceAll('　', random() < 0.5 ? '' : '\t') : line)),
  (lines) => lines.reverse(),
]

function brokenText(random: () => number): string[] {
  let lines = [...sound]
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) lines = mishaps[Math.floor(random() * mishaps.length)]!(lines, random)
  return lines
}

function brokenBytes(bytes: Uint8Array, random: () => number): Uint8Array {
  const torn = bytes.slice(0, Math.floor(bytes.length * (random() < 0.5 ? 1 : random())))
  for (let times = Math.floor(random() * 6); times > 0; times--) torn[Math.floor(random() * torn.length)] = Math.floor(random() * 256)
  return torn
}

function noise(random: () => number): Uint8Array {
  const length = Math.floor(random() * 300)
  const signs = random() < 0.5 ? '' : '第一二三条章节款（）：、。法规定#|*<>"\n　之附件目录'
  return signs === '' ? Uint8Array.from({ length }, () => Math.floor(random() * 256)) : encoder.encode(Array.from({ length }, () => signs[Math.floor(random() * signs.length)]).join(''))
}

/** Every article that is let in, with the file's name; nothing but Unreadable may be thrown. */
async function letIn(name: string, bytes: Uint8Array): Promise<{ article: string; text: string; file: string }[]> {
  try {
    const statutes = documentsIn(await readDocument(name, bytes)).map((document) => splitDocument(document, '水井使用法'))
    return statutes.filter((statute) => objectionTo(statute) === undefined).flatMap(({ articles }) => articles.map(({ article, text }) => ({ article, text, file: name })))
  } catch (cause) {
    if (cause instanceof Unreadable && /怎么办：/.test(cause.message)) return []
    throw cause
  }
}

function order(article: string): number {
  const [number = '', inserted] = article.split('之')
  return Number(number) * 10 + (inserted ? 1 : 0)
}

/** What is wrong with articles that were let in; empty for sound ones. */
function wrongs(articles: readonly { article: string; text: string; file: string }[], known: boolean): string[] {
  const found: string[] = []
  articles.forEach(({ article, text, file }, index) => {
    const say = (what: string) => found.push(`${file} ${article}: ${what}: ${text.slice(0, 60)}`)
    const before = articles[index - 1]
    if (/^\d/.test(article) && before && /^\d/.test(before.article) && order(article) <= order(before.article)) say('out of order')
    if (text.trim() === '') say('no text')
    if (/[\ufffd\u0000-\u0008]/.test(text)) say('unreadable characters')
    if (/(?:^|\n)第[一二三四五六七八九十百]+条(?:之一)?[\s　]/.test(text)) say('holds another article')
    if (!known) return
    const markers = [...text.matchAll(marker)].map(([whole]) => whole)
    const own = truth.get(article)
    if (markers.some((mark) => !own?.includes(mark))) say('words of another article')
  })
  return found
}

test('ten thousand broken and random files neither crash it nor get a wrong article in', { timeout: 120_000 }, async () => {
  const random = chance(20261122)
  const bad: string[] = []
  let taken = 0
  for (let number = 0; number < 10_000; number++) {
    const kind = random()
    const lines = brokenText(random)
    const [name, bytes] =
      kind < 0.45 ? [`${number}.md`, encoder.encode(asMarkdown(lines))] as const
      : kind < 0.7 ? [`${number}.txt`, encoder.encode(lines.join('\n'))] as const
      : kind < 0.78 ? [`${number}.html`, encoder.encode(asHtml(lines))] as const
      : kind < 0.9 ? [`${number}.md`, brokenBytes(encoder.encode(asMarkdown(sound)), random)] as const
      : [`${number}.${['md', 'txt', 'html'][number % 3]}`, noise(random)] as const
    const articles = await letIn(name, bytes)
    taken += articles.length
    bad.push(...wrongs(articles, kind < 0.78))
  }
  expect(bad.slice(0, 10)).toEqual([])
  // It does not get there by taking nothing.
  expect(taken).toBeGreaterThan(40_000)
})

test('broken Word documents and PDFs do not either', { timeout: 120_000 }, async () => {
  const random = chance(7)
  const bad: string[] = []
  const files = [['a.docx', asDocx(sound)], ['a.pdf', asPdf(sound)]] as const
  for (let number = 0; number < 240; number++) {
    const [name, bytes] = files[number % 2]!
    bad.push(...wrongs(await letIn(`${number}${name}`, brokenBytes(bytes, random)), false))
  }
  expect(bad).toEqual([])
})
