import { readFile, readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { Entry } from '../domain/entry.ts'
import type { ArticleRef } from '../domain/law.ts'
import { checkEntries, type LawNumbers } from './check.ts'
import { readEntryFile, type ReadFile } from './entry.ts'
import { createRegister, readLaws, type LawRegister } from './laws.ts'
import { describeProblem, type Problem } from './problem.ts'

/** The folder as it stands: what may be served, and what is wrong. */
export type Knowledge = {
  readonly entries: readonly Entry[]
  readonly register: LawRegister
  /** Mistakes; an entry with one is not in `entries`. */
  readonly problems: readonly Problem[]
  /** Worth an admin's look, such as an entry that was checked more than a year ago; served all the same. */
  readonly notices: readonly Problem[]
  /** The line of the entry's file that cites the article. */
  lineOf(entry: Entry, ref: ArticleRef): number
}

const folders = ['constitution', 'guides', 'services', 'situations']

/**
 * Keeps the folder in mind between readings, so that a broken edit leaves the last good version
 * of that file serving.
 */
export function createFolder(root: string) {
  const files = new Map<string, { source: string; read: ReadFile; good: ReadFile | undefined }>()
  let laws = { source: '', register: createRegister([]), problems: [] as Problem[] }
  let numbers: LawNumbers = {}
  let numbersSource = ''

  /** Reads what changed since the last call. `day` is the ISO day that laws must be in force on. */
  return async function read(day: string): Promise<Knowledge> {
    const lawsSource = await readOr(join(root, 'laws.yaml'))
    const lawsChanged = lawsSource !== laws.source
    if (lawsChanged) laws = { source: lawsSource, ...readLaws(lawsSource) }
    const nextNumbers = await readOr(join(root, 'law-numbers.json'))
    if (nextNumbers !== numbersSource) [numbersSource, numbers] = [nextNumbers, JSON.parse(nextNumbers || '{}') as LawNumbers]

    const names = await listFiles(root)
    for (const gone of [...files.keys()].filter((name) => !names.includes(name))) files.delete(gone)
    for (const name of names) {
      const source = await readOr(join(root, name))
      const known = files.get(name)
      if (known?.source === source && !lawsChanged) continue
      const fresh = readEntryFile(name, source, laws.register)
      files.set(name, { source, read: fresh, good: known?.good })
    }

    // A broken edit is held against the others as the version that still serves: they did nothing wrong.
    const current = [...files].map(([file, { read: fresh, good }]) => ({ file, ...(fresh.problems.length > 0 && good ? good : fresh) }))
    const { problems: crossProblems, notices } = checkEntries(current, laws.register, numbers, day)
    const problems = [...laws.problems, ...[...files.values()].flatMap(({ read: fresh }) => fresh.problems), ...crossProblems]
    const broken = new Set(problems.filter(({ harmless }) => !harmless).map(({ file }) => file))
    const entries: Entry[] = []
    for (const [name, file] of files) {
      if (!broken.has(name)) {
        file.good = file.read
        entries.push(...file.read.entries)
      } else if (file.good && file.good !== file.read) entries.push(...file.good.entries)
    }
    const lineOf = ({ file, id }: Entry, ref: ArticleRef) => files.get(file)?.good?.lineOfEntry.get(id) ?? files.get(file)?.good?.lineOfRef(ref) ?? 1
    return { entries: unique(entries), register: laws.register, problems, notices, lineOf }
  }
}

/** Reads the folder once. */
export function readKnowledge(root: string, day: string): Promise<Knowledge> {
  return createFolder(root)(day)
}

export function describeProblems(problems: readonly Problem[]): string[] {
  return problems.map(describeProblem)
}

function unique(entries: readonly Entry[]): Entry[] {
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()]
}

async function listFiles(root: string): Promise<string[]> {
  const lists = await Promise.all(
    folders.map(async (folder) => {
      const found = await readdir(join(root, folder), { recursive: true }).catch(missing)
      return found.filter((name) => name.endsWith('.md')).map((name) => join(folder, name))
    }),
  )
  return lists.flat().map((name) => relative('.', name).split(sep).join('/')).sort()
}

function missing(cause: NodeJS.ErrnoException): string[] {
  if (cause.code === 'ENOENT') return []
  throw cause
}

/** A file that an editor is just replacing is absent for a moment: it reads as empty. Without the mark that Windows puts before a text. */
function readOr(path: string): Promise<string> {
  return readFile(path, 'utf8').then((text) => text.replace(/^\ufeff/, '')).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return ''
    throw cause
  })
}
