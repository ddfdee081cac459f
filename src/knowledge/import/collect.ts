import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { z } from 'zod'
import { decodeText } from './decode.ts'
import { isLawName } from './marks.ts'
import { formats } from './read.ts'

/** The files that make one document, in no order yet; what the folder says of its days. */
export type Source = {
  readonly files: readonly string[]
  /** What to call it where the text has no title. */
  readonly name: string
  /** The day that the file's name carries: 某某法(2023-07-20).md. */
  readonly dated?: string
  readonly given?: { readonly promulgated?: string; readonly from: string; readonly until?: string }
}

/** What was found under the paths; `ignored` are files that are no statutes. */
export type Collected = { readonly sources: readonly Source[]; readonly ignored: readonly { readonly file: string; readonly why: string }[] }

const day = z.iso.date()
const versionsFile = z.object({
  versions: z.array(z.object({ promulgatedOn: day.nullish(), effectiveFrom: day, effectiveTo: day.nullish(), entry: z.string() })),
})
type Given = NonNullable<Source['given']>

/** Finds the documents under files and folders: one per file, or one per folder where README.md heads chapters. */
export async function collect(paths: readonly string[]): Promise<Collected> {
  const sources: Source[] = []
  const ignored: { file: string; why: string }[] = []
  const given = new Map<string, Given>()

  async function folder(path: string): Promise<void> {
    const found = await readdir(path, { withFileTypes: true })
    if (found.some(({ name }) => name === 'versions.json')) await readVersions(path)
    const files = found.filter((item) => item.isFile() && !item.name.startsWith('.') && item.name !== 'versions.json').map(({ name }) => name).sort()
    const chapters: string[] = []
    if (files.includes('README.md')) {
      for (const name of files) if (name !== 'README.md' && extname(name) === '.md' && !isLawName(await headingOf(join(path, name)))) chapters.push(name)
      add(['README.md', ...chapters].map((name) => join(path, name)), basename(path))
    }
    for (const name of files) if (name !== 'README.md' && !chapters.includes(name)) single(join(path, name))
    for (const item of found) if (item.isDirectory() && !item.name.startsWith('.') && item.name !== 'node_modules') await folder(join(path, item.name))
  }

  function single(path: string): void {
    const name = basename(path)
    if (!formats.includes(extname(name).toLowerCase())) ignored.push({ file: path, why: `不收 ${extname(name) || '没有后缀'} 的文件${extname(name) === '.doc' ? '，请用 Word 或 WPS 另存为 docx' : ''}` })
    else if (name.startsWith('_')) ignored.push({ file: path, why: '目录页' })
    else add([path], name.slice(0, -extname(name).length))
  }

  function add(files: readonly string[], name: string): void {
    const dated = /[（(](\d{4}-\d\d-\d\d)[）)]/.exec(name)?.[1]
    const known = given.get(files[0] ?? '')
    sources.push({ files, name: name.replace(/[（(]\d{4}-\d\d-\d\d[）)]/, '').trim(), ...(dated && day.safeParse(dated).success ? { dated } : {}), ...(known ? { given: known } : {}) })
  }

  async function readVersions(path: string): Promise<void> {
    const file = join(path, 'versions.json')
    try {
      const { versions } = versionsFile.parse(JSON.parse(await readFile(file, 'utf8')))
      for (const { entry, promulgatedOn, effectiveFrom, effectiveTo } of versions)
        given.set(join(path, entry), { from: effectiveFrom, ...(promulgatedOn ? { promulgated: promulgatedOn } : {}), ...(effectiveTo ? { until: effectiveTo } : {}) })
    } catch (cause) {
      ignored.push({ file, why: `版本登记看不懂（${String(cause).slice(0, 60)}），各版本的日期改从正文里读` })
    }
  }

  for (const path of paths) {
    const found = await stat(path).catch(() => undefined)
    if (!found) ignored.push({ file: path, why: '没有这个文件或文件夹' })
    else if (found.isDirectory()) await folder(path)
    else if (basename(path) === 'README.md') add([path], basename(dirname(path)))
    else single(path)
  }
  return { sources, ignored }
}

/** The first heading of a Markdown file; empty where it has none or cannot be read. */
async function headingOf(path: string): Promise<string> {
  try {
    return /^#\s+(.*)$/m.exec(decodeText(await readFile(path)))?.[1]?.trim() ?? ''
  } catch {
    return ''
  }
}
