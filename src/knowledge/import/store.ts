import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { emptyIndex, indexName, parseStored, statuteIndex, textsFolder, writeStored, type StatuteIndex, type StatuteLaw, type StatuteVersion } from '../statute-files.ts'
import { plainLawName } from './marks.ts'
import type { Statute } from './split.ts'

/** A statute with the days that its folder and file name add. */
export type Version = Statute & { readonly day: string; readonly from: string; readonly until?: string; readonly stated?: boolean; readonly source: string }

export type Stored = 'new' | 'changed' | 'same' | 'older-copy'

/** The folder of imported statutes, open for writing. Nothing shows to readers before `commit`. */
export type StatuteStore = {
  put(version: Version): Promise<Stored>
  /** Takes a law out with all its versions; tells how many there were. */
  withdraw(name: string): number
  /** Writes the index, and deletes the files that nothing names any more. */
  commit(): Promise<StatuteIndex>
}

/** Opens the folder; an index that cannot be read stops here, lest texts be lost. */
export async function openStatuteStore(dir: string): Promise<StatuteStore> {
  const index = await readIndex(dir)
  const laws = new Map(index.laws.map((law) => [law.key, law]))
  const gone = new Set<string>()
  let { nextId } = index
  let changed = false

  return {
    async put(version) {
      const key = plainLawName(version.title)
      const law: StatuteLaw = laws.get(key) ?? { name: version.title, key, versions: [] }
      const hash = createHash('sha256').update(JSON.stringify([version.articles, version.appendices, version.preamble])).digest('hex').slice(0, 32)
      const twin = law.versions.find((known) => known.hash === hash)
      if (twin && (!version.stated || twin.from === version.from)) return 'same'
      const known = twin ?? law.versions.find(({ day }) => day === version.day) ?? law.versions.find(({ from }) => from === version.from)
      if (known && !twin && known.day > version.day) return 'older-copy'

      const old = known ? parseStored(await readFile(join(dir, textsFolder, known.file), 'utf8').catch(() => '')).articles : []
      const ids = new Map(old.map(({ article, id }) => [article, id]))
      const articles = version.articles.map(({ article, heading, text }) => ({ id: ids.get(article) ?? nextId++, article, heading, text }))
      const file = `${createHash('sha256').update(key).digest('hex').slice(0, 16)}-${version.day}-${hash.slice(0, 8)}.jsonl`
      await writeWhole(join(dir, textsFolder, file), writeStored({ head: { law: law.name, title: version.title, preamble: version.preamble, appendices: version.appendices }, articles }))
      const { day, from, until, adopted, amended, effective, stated, repeals, source } = version
      const entry: StatuteVersion = {
        day, from, file, hash, size: articles.length, articles: articles.map(({ article }) => article), doubted: [...version.doubted], repeals: [...repeals], source,
        ...(until ? { until } : {}), ...(adopted ? { adopted } : {}), ...(amended ? { amended } : {}), ...(effective ? { effective } : {}), ...(stated ? { stated } : {}),
      }
      if (known && known.file !== file) gone.add(known.file)
      gone.delete(file)
      const versions = [...law.versions.filter((other) => other !== known), entry].sort((one, other) => (one.from < other.from ? -1 : 1))
      laws.set(key, { ...law, versions })
      changed = true
      return known ? 'changed' : 'new'
    },

    withdraw(name) {
      const law = laws.get(plainLawName(name))
      if (!law) return 0
      laws.delete(law.key)
      for (const { file } of law.versions) gone.add(file)
      changed = true
      return law.versions.length
    },

    async commit() {
      const next: StatuteIndex = { format: 1, nextId, laws: settle([...laws.values()]).sort((one, other) => (one.key < other.key ? -1 : 1)) }
      if (changed || index === emptyIndex) await writeWhole(join(dir, indexName), `${JSON.stringify(next)}\n`)
      for (const file of gone) await rm(join(dir, textsFolder, file), { force: true })
      return next
    },
  }
}

/** Reads the index; an absent one is empty. */
export async function readIndex(dir: string): Promise<StatuteIndex> {
  const source = await readFile(join(dir, indexName), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw cause
  })
  if (source === undefined) return emptyIndex
  try {
    return statuteIndex.parse(JSON.parse(source))
  } catch (cause) {
    throw new Error(`${join(dir, indexName)} 读不懂；怎么办：把这个文件夹移走，重新导入`, { cause })
  }
}

/** A version ends when the next begins; a law ends when another says so. */
export function settle(laws: readonly StatuteLaw[]): StatuteLaw[] {
  const repeals = new Map<string, { on: string; by: string }>()
  for (const { key, name, versions } of laws)
    for (const { from, repeals: names } of versions)
      for (const gone of names.map(plainLawName)) {
        const known = repeals.get(gone)
        if (gone !== key && (!known || from < known.on)) repeals.set(gone, { on: from, by: name })
      }
  return laws.map(({ name, key, versions: own }) => {
    const versions = consolidated(key, own, laws)
    const ended = versions.map(({ until, ...version }, at): StatuteVersion => {
      const next = versions[at + 1]?.from ?? until
      return { ...version, ...(next ? { until: next } : {}) }
    })
    const repeal = repeals.get(key)
    const lasts = ended.at(-1)
    return { name, key, versions: ended, ...(repeal && lasts && lasts.from < repeal.on ? { repealed: repeal.on, replacedBy: repeal.by } : {}) }
  })
}

/**
 * A text that already holds what amendments inserted, but names no day of theirs, is in force as it stands only
 * since the last of them: otherwise a question about the time before would be answered from today's text.
 */
function consolidated(key: string, versions: readonly StatuteVersion[], laws: readonly StatuteLaw[]): readonly StatuteVersion[] {
  const [newest, ...older] = [...versions].reverse()
  if (!newest || newest.stated || !newest.articles.some((article) => article.includes('之'))) return versions
  const amendments = laws.filter((law) => law.key.startsWith(`${key}修正案`)).flatMap((law) => law.versions)
  const last = amendments.reduce<StatuteVersion | undefined>((best, next) => (best && best.from >= next.from ? best : next), undefined)
  return last && newest.day < last.day && newest.from < last.from ? [...older.reverse(), { ...newest, from: last.from, amended: last.day }] : versions
}

/** Readers see the old file or the new one, never half of one. */
async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}.part`
  await writeFile(draft, text)
  await rename(draft, path)
}
