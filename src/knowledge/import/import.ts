import { readFile } from 'node:fs/promises'
import { collect, type Source } from './collect.ts'
import { Unreadable, type Document, type Skipped } from './lines.ts'
import { articleOpening, isLawName } from './marks.ts'
import { readDocument } from './read.ts'
import { documentsIn, splitDocument, type Statute } from './split.ts'
import { openStatuteStore, type Stored, type Version } from './store.ts'

/** What became of one statute of a source. */
export type Taken = { readonly source: string; readonly title: string; readonly day: string; readonly from: string; readonly articles: number; readonly appendices: number; readonly stored: Stored; readonly skipped: readonly Skipped[] }

/** What an import came to: nothing that was given is missing from it. */
export type ImportReport = {
  readonly taken: readonly Taken[]
  readonly refused: readonly { readonly file: string; readonly why: string; readonly skipped?: readonly Skipped[] }[]
  readonly ignored: readonly { readonly file: string; readonly why: string }[]
  readonly laws: number
}

/** Imports files and folders into the folder of statutes; what cannot be taken is reported, never thrown. `skips` knows the numbers that a law in force leaves out. */
export async function importStatutes(paths: readonly string[], dir: string, skips?: (title: string) => readonly number[]): Promise<ImportReport> {
  const { sources, ignored } = await collect(paths)
  const store = await openStatuteStore(dir)
  const taken: Taken[] = []
  const refused: { file: string; why: string; skipped?: readonly Skipped[] }[] = []
  for (const source of sources) {
    const file = source.files[0] ?? ''
    try {
      for (const statute of await readStatutes(source, skips)) {
        const objection = objectionTo(statute)
        if (objection !== undefined) {
          refused.push({ file, why: objection, skipped: statute.skipped })
          continue
        }
        const version = toVersion(statute, source)
        const stored = await store.put(version)
        taken.push({ source: file, title: statute.title, day: version.day, from: version.from, articles: statute.articles.length, appendices: statute.appendices.length, stored, skipped: statute.skipped })
      }
    } catch (cause) {
      if (!(cause instanceof Unreadable) && !isReadError(cause)) throw cause
      refused.push({ file, why: cause.message })
    }
  }
  const { laws } = await store.commit()
  return { taken, refused, ignored, laws: laws.length }
}

/** Takes laws out of the folder of statutes; gives the versions that each had, 0 for a law that was not there. */
export async function withdrawStatutes(names: readonly string[], dir: string): Promise<readonly { readonly name: string; readonly versions: number }[]> {
  const store = await openStatuteStore(dir)
  const withdrawn = names.map((name) => ({ name, versions: store.withdraw(name) }))
  if (withdrawn.some(({ versions }) => versions > 0)) await store.commit()
  return withdrawn
}

/** The statutes of a source, not judged yet; chapters are put in the order of their articles. */
export async function readStatutes(source: Source, skips?: (title: string) => readonly number[]): Promise<Statute[]> {
  const parts: Document[] = []
  for (const file of source.files) parts.push(await readDocument(file, await readFile(file)))
  const [first] = parts
  if (!first) return []
  const whole = parts.length === 1 ? first : joined(parts)
  return documentsIn(whole).map((document) => splitDocument(document, source.name, skips))
}

/** Why a text is no statute that can be taken; undefined when it can. */
export function objectionTo({ title, articles, skipped }: Statute): string | undefined {
  if (!isLawName(title)) return `看不出这是哪部法律（「${title.slice(0, 30)}」）；怎么办：在正文前面写上法律的全名，或用全名作文件名`
  if (articles.length === 0) return '一条都没有读出来；怎么办：看下面跳过的原因，换一份完整的原件'
  const lost = skipped.filter(({ why }) => why.endsWith('没有收')).length
  if (lost > articles.length) return `${lost + articles.length} 条里有 ${lost} 条靠不住；怎么办：换一份完整的原件`
  return undefined
}

/** The version that a text is: its own days, sharpened by the folder's and the file name's. */
export function toVersion(statute: Statute, { dated, given, files }: Source): Version {
  const changed = [statute.amended ?? statute.adopted, dated].filter((day) => day !== undefined).sort().at(-1)
  const day = given?.promulgated ?? changed ?? statute.effective ?? unknownDay
  const own = statute.from ?? day
  const from = given?.from ?? (dated !== undefined && own < dated ? dated : own)
  return { ...statute, day, from, source: files[0] ?? '', ...(given?.until ? { until: given.until } : {}), ...(given ? { stated: true } : {}) }
}

/** A text without a day is taken to have been there always. */
const unknownDay = '1949-10-01'

function joined(parts: readonly Document[]): Document {
  const ordered = parts
    .map((part, index) => ({ part, first: index === 0 ? -1 : Math.min(...part.lines.flatMap(({ text }) => articleOpening(text)?.order ?? []), Number.MAX_SAFE_INTEGER) }))
    .map((entry) => ({ ...entry, first: /^序\s*言$/.test(entry.part.lines[0]?.text ?? '') ? 0 : entry.first }))
    .sort((one, other) => one.first - other.first)
  return { lines: ordered.flatMap(({ part }, index) => part.lines.map((line) => (index > 0 && line.level === 1 ? { ...line, level: 2 } : line))), skipped: ordered.flatMap(({ part }) => part.skipped) }
}

function isReadError(cause: unknown): cause is NodeJS.ErrnoException {
  return cause instanceof Error && 'code' in cause && ['EACCES', 'EISDIR', 'ENOENT', 'EIO'].includes(String(cause.code))
}
