import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { articleName, type ArticleRef, type Law } from '../domain/law.ts'
import { versionOn, type StatuteText } from '../domain/statute.ts'
import { plainLawName } from './import/marks.ts'
import { emptyIndex, indexName, parseStored, statuteIndex, textsFolder, type StatuteLaw, type StatuteVersion, type StoredStatute } from './statute-files.ts'

/** The imported statutes, as the assistant reads them. Days are ISO dates. */
export type Statutes = {
  /** How many laws are there; 0 where nobody imported any. */
  readonly size: number
  /** Whether any version of the law is there, under its full or its short name. */
  holds(law: string): boolean
  /** The article as it reads on that day; undefined where no text in force that day has it. */
  article(ref: ArticleRef, day: string): StatuteText | undefined
  /** Why the article may not be cited on that day; undefined when it may, or when no text in force that day was imported. */
  objection(ref: ArticleRef, day: string): string | undefined
  /** First days of the versions of a law, in order. */
  versions(law: string): readonly { readonly from: string; readonly until?: string; readonly day: string }[]
  /** The laws as the register would have them on that day, for looking up names and articles. */
  laws(day: string): readonly Law[]
  /** Every article of every version, as a search index takes them. */
  articles(): Iterable<IndexedArticle>
  /** Changes whenever the texts do. */
  readonly stamp: string
  /** Reads the folder anew if it changed; tells whether it did. */
  refresh(): boolean
}

/** An article as a search index takes it: `id` stays the same through re-imports, so that only what changed is indexed again. */
export type IndexedArticle = { readonly id: number; readonly law: string; readonly article: string; readonly version: string; readonly heading: string; readonly text: string; readonly effective: string; readonly repealed?: string }

/** Texts kept in memory after they were read. */
const mostTexts = 48

/** Opens the folder that `npm run statutes -- import` fills; an absent one holds nothing. */
export function openStatutes(dir: string): Statutes {
  let laws = new Map<string, StatuteLaw>()
  let stamp = ''
  const texts = new Map<string, StoredStatute>()

  function refresh(): boolean {
    const path = join(dir, indexName)
    const found = statSync(path, { throwIfNoEntry: false })
    const next = found ? `${found.mtimeMs} ${found.size} ${found.ino}` : ''
    if (next === stamp) return false
    const { laws: list } = found ? statuteIndex.parse(JSON.parse(readFileSync(path, 'utf8'))) : emptyIndex
    stamp = next
    laws = new Map(list.map((law) => [law.key, law]))
    texts.clear()
    return true
  }

  function textOf({ file }: StatuteVersion): StoredStatute {
    const known = texts.get(file) ?? parseStored(readFileSync(join(dir, textsFolder, file), 'utf8'))
    texts.delete(file)
    texts.set(file, known)
    const [oldest] = texts.keys()
    if (texts.size > mostTexts && oldest !== undefined) texts.delete(oldest)
    return known
  }

  const find = (name: string) => laws.get(plainLawName(name))
  const current = (law: StatuteLaw, day: string) => (law.repealed !== undefined && law.repealed <= day ? undefined : versionOn(law.versions, day))

  refresh()
  return {
    get size() {
      return laws.size
    },
    get stamp() {
      return stamp
    },
    holds: (name) => find(name) !== undefined,

    article({ law: name, article }, day) {
      const law = find(name)
      const version = law && current(law, day)
      const found = version?.articles.includes(article) ? textOf(version).articles.find((own) => own.article === article) : undefined
      if (!law || !version || !found) return undefined
      const until = ending(law, version)
      return { law: law.name, article, heading: found.heading, text: found.text, version: [version.day, version.amended ?? ''].sort().at(-1) ?? version.day, from: version.from, ...(until ? { until } : {}) }
    },

    objection({ law: name, article }, day) {
      const law = find(name)
      if (!law) return undefined
      if (law.repealed !== undefined && law.repealed <= day) return `《${law.key}》已于 ${law.repealed} 废止${law.replacedBy ? `，由《${plainLawName(law.replacedBy)}》接替` : ''}`
      const version = versionOn(law.versions, day)
      return !version || version.articles.includes(article) || version.doubted.includes(article) ? undefined : `导入的《${law.key}》${version.day} 版没有${articleName(article)}`
    },

    versions: (name) => {
      const law = find(name)
      return law ? law.versions.map((version) => ({ from: version.from, day: version.day, ...(ending(law, version) ? { until: ending(law, version)! } : {}) })) : []
    },

    laws: (day) => [...laws.values()].flatMap((law) => asLaw(law, versionOn(law.versions, day) ?? law.versions.at(-1)) ?? []),

    *articles() {
      for (const law of laws.values())
        for (const version of law.versions) {
          const until = ending(law, version)
          for (const { id, article, heading, text } of textOf(version).articles)
            yield { id, law: law.key, article: articleName(article), version: version.day, heading, text, effective: version.from, ...(until ? { repealed: until } : {}) }
        }
    },

    refresh,
  }
}

/** The first day on which a version no longer binds. */
function ending(law: StatuteLaw, version: StatuteVersion): string | undefined {
  return [version.until, law.repealed].filter((day) => day !== undefined).sort()[0]
}

function asLaw(law: StatuteLaw, version: StatuteVersion | undefined): Law | undefined {
  if (!version) return undefined
  const numbers = version.articles.filter((article) => /^\d+$/.test(article)).map(Number)
  const last = numbers.at(-1) ?? 0
  const present = new Set(numbers)
  return {
    name: law.name, short: [law.key], articles: last,
    inserted: version.articles.filter((article) => !/^\d+$/.test(article)),
    missing: Array.from({ length: last }, (_, index) => index + 1).filter((number) => !present.has(number)),
    effective: law.versions[0]?.from ?? version.from,
    ...(version.adopted ? { adopted: version.adopted } : {}), ...(version.amended ? { amended: version.amended } : {}),
    ...(law.repealed ? { repealed: law.repealed } : {}), ...(law.replacedBy ? { replacedBy: plainLawName(law.replacedBy) } : {}),
  }
}
