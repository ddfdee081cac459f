import { LineCounter, parseDocument, type Document } from 'yaml'
import type { Entry, Section } from '../domain/entry.ts'
import type { ArticleRef } from '../domain/law.ts'
import { parseNumber, shortName } from '../domain/law.ts'
import type { LawRegister } from './laws.ts'
import type { Problem } from './problem.ts'
import { frontMatter, longestAnswer, type FrontMatter, type Tree } from './schema.ts'

/** A file of the folder, read: its entries, where each part stands, and what is wrong with it. */
export type ReadFile = {
  readonly entries: readonly Entry[]
  readonly sources: readonly string[]
  readonly lineOf: (...path: (string | number)[]) => number
  /** Where an entry opens, in a file that holds several. */
  readonly lineOfEntry: ReadonlyMap<string, number>
  /** Where the front matter cites an article. */
  readonly lineOfRef: (ref: ArticleRef) => number
  readonly problems: readonly Problem[]
}

type Heading = Section & { readonly line: number }

/** Reads one Markdown file. A broken file gives no entries, and problems with line and remedy. */
export function readEntryFile(file: string, source: string, register: LawRegister): ReadFile {
  const [, yaml, body] = /^---\r?\n([\s\S]*?)\r?\n---\r?\n?([\s\S]*)$/.exec(source) ?? []
  if (yaml === undefined || body === undefined)
    return broken(file, 1, '开头没有 --- 包起来的说明', '照 knowledge/README.md 的样子，在文件开头写 id、kind 等各项')

  const counter = new LineCounter()
  const document = parseDocument(yaml, { lineCounter: counter })
  const yamlError = document.errors[0]
  if (yamlError) return broken(file, counter.linePos(yamlError.pos[0]).line + 1, `YAML 写法有误（${yamlError.code}）`, '检查引号、冒号后的空格和缩进')
  const lineOf = (...path: (string | number)[]) => lineOfPath(document, counter, path)

  const read = frontMatter.safeParse(document.toJS())
  if (!read.success) {
    const problems = read.error.issues.map((issue) => {
      const path = issue.path.filter((key): key is string | number => typeof key !== 'symbol')
      return { file, line: lineOf(...path), message: `「${path.join('.') || '说明'}」有误：${issue.message}`, remedy: remedyFor(String(path[0] ?? '')) }
    })
    return { entries: [], sources: [], lineOf, lineOfEntry: new Map(), lineOfRef: () => 1, problems }
  }

  const offset = source.slice(0, source.length - body.length).split('\n').length
  const headings = sectionsOf(body, offset)
  const built = read.data.kind === 'constitution' ? constitutionEntries(read.data, file, headings) : singleEntry(read.data, file, headings, register)
  const basis = 'basis' in read.data ? read.data.basis : []
  const lineOfRef = (ref: ArticleRef) => {
    const refs = basis.map((item) => toRefs([item], register).findIndex(({ law, article }) => law === ref.law && article === ref.article))
    const index = Math.max(0, refs.findIndex((place) => place >= 0))
    return lineOf('basis', index, 'articles', Math.max(0, refs[index] ?? 0))
  }
  return { lineOfEntry: new Map(), ...built, sources: read.data.sources, lineOf, lineOfRef }
}

function broken(file: string, line: number, message: string, remedy: string): ReadFile {
  return { entries: [], sources: [], lineOf: () => line, lineOfEntry: new Map(), lineOfRef: () => line, problems: [{ file, line, message, remedy }] }
}

function singleEntry(matter: Exclude<FrontMatter, { kind: 'constitution' }>, file: string, headings: Heading[], register: LawRegister) {
  const { sources: _sources, basis, ...rest } = matter
  const short = headings.find(({ heading }) => heading === '简答')
  const problems: Problem[] = []
  if (!short?.text) problems.push({ file, line: short?.line ?? 1, message: '没有「## 简答」', remedy: '加上「## 简答」一节，写机器人要发出去的话' })
  else if (short.text.length > longestAnswer)
    problems.push({ file, line: short.line, message: `简答有 ${short.text.length} 字`, remedy: `删到 ${longestAnswer} 字以内，细节放到「怎么办」「注意」` })
  if (problems.length > 0 || !short) return { entries: [], problems }
  const refs = toRefs(basis, register)
  const common = { answer: short.text, basis: refs, file, sections: headings.filter((part) => part !== short).map(({ heading, text }) => ({ heading, text })) }
  if (matter.kind !== 'service') return { entries: [{ ...rest, ...common } as Entry], problems }
  const { tree, ...service } = { ...rest, ...common } as unknown as Record<string, unknown> & { tree?: Tree }
  return { entries: [{ ...service, ...(tree ? { tree: toTree(tree, register) } : {}) } as unknown as Entry], problems }
}

function toRefs(basis: readonly { law: string; articles: readonly string[] }[], register: LawRegister): ArticleRef[] {
  return basis.flatMap(({ law, articles }) => {
    const known = register.find(law)
    return articles.map((article) => ({ law: known ? shortName(known) : law, article }))
  })
}

function toTree({ start, nodes }: Tree, register: LawRegister) {
  const turned = Object.entries(nodes).map(([name, node]) => [name, 'result' in node ? { ...node, basis: toRefs(node.basis, register) } : node])
  return { start, nodes: Object.fromEntries(turned) as Record<string, unknown> }
}

/** `## 第三十三条 …` and `## 序言 …`, each an entry of its own. */
function constitutionEntries(matter: FrontMatter, file: string, headings: Heading[]) {
  const problems: Problem[] = []
  const lineOfEntry = new Map<string, number>()
  let parts = 0
  const entries = headings.flatMap(({ heading, text, line }): Entry[] => {
    const [, numeral, preamble, title = ''] = /^(?:第(.+?)条|(序言))[\s　]*(.*)$/.exec(heading) ?? []
    const number = numeral ? parseNumber(numeral) : undefined
    const [content = '', asked = ''] = text.split(/\n\s*问法[：:]\s*\n/)
    const questions = asked.split('\n').map((row) => row.replace(/^\s*-\s*/, '').trim()).filter(Boolean)
    const [answer = '', relevance] = content.split(/\n*跟我有什么关系[：:]/).map((part) => part.trim())
    const at = (message: string, remedy: string) => problems.push({ file, line, message, remedy })
    if (!number && !preamble) at(`看不懂标题「${heading}」`, '写成「## 第三十三条 短标题」')
    else if (!answer || !relevance) at('缺大白话或「跟我有什么关系：」', '两样都要写')
    else if (questions.length < 2) at('问法少于 2 句', '在「问法：」下面一行一句，用 - 开头')
    else if (answer.length > longestAnswer) at(`大白话有 ${answer.length} 字`, `删到 ${longestAnswer} 字以内`)
    else {
      const id = number ? `constitution-${number}` : `constitution-preamble-${++parts}`
      lineOfEntry.set(id, line)
      return [{
        id, kind: 'constitution', article: number ? String(number) : '序言',
        title: `宪法${number ? `第${numeral}条` : '序言'} ${title}`.trim(), questions, answer, sections: [{ heading: '跟我有什么关系', text: relevance }],
        basis: [{ law: '宪法', article: number ? String(number) : '序言' }], checked: matter.checked, file,
      }]
    }
    return []
  })
  return { entries: problems.length > 0 ? [] : entries, lineOfEntry, problems }
}

function sectionsOf(body: string, offset: number): Heading[] {
  const sections: { heading: string; line: number; rows: string[] }[] = []
  body.split(/\r?\n/).forEach((row, index) => {
    const [, heading] = /^##\s+(.+?)\s*$/.exec(row) ?? []
    if (heading) sections.push({ heading, line: index + offset, rows: [] })
    else sections.at(-1)?.rows.push(row)
  })
  return sections.map(({ heading, line, rows }) => ({ heading, line, text: rows.join('\n').trim() }))
}

/** Line in the file of a value in the front matter; of the nearest thing around it where it is absent. */
function lineOfPath(document: Document, counter: LineCounter, path: readonly (string | number)[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true)
    const range = (node as { range?: readonly number[] } | undefined)?.range
    if (range?.[0] !== undefined) return counter.linePos(range[0]).line + 1
  }
  return 1
}

function remedyFor(key: string): string {
  const remedies: Record<string, string> = {
    questions: '补上居民真会怎么问，一行一句', basis: '写成 - { law: 民法典, articles: [1077] }', checked: '写上对照现行法律核过的日期',
    branch: '写成 ask 和至少两个 options，每个有 label 和 answer（不超过 300 字）', id: '用文件名当 id',
  }
  return remedies[key] ?? '照 knowledge/README.md 里的样子改'
}
