import type { Entry } from '../domain/entry.ts'
import type { ArticleRef } from '../domain/law.ts'
import { quantities } from '../domain/quantity.ts'
import type { ReadFile } from './entry.ts'
import type { LawRegister } from './laws.ts'
import type { Problem } from './problem.ts'

/** The quantities that each article states, by short name and article; facts only, no text. */
export type LawNumbers = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

type File = ReadFile & { readonly file: string }

/** What no single file can show: references, duplicates, numbers without a source, age. */
export function checkEntries(files: readonly File[], register: LawRegister, numbers: LawNumbers, day: string): { problems: Problem[]; notices: Problem[] } {
  const problems: Problem[] = []
  const notices: Problem[] = []
  const ids = new Map<string, File>()
  const wordings = new Map<string, Entry>()
  const all = new Set(files.flatMap(({ entries }) => entries.map(({ id }) => id)))

  for (const read of files) {
    for (const entry of read.entries) {
      const at = (line: number, message: string, remedy: string) => problems.push({ file: read.file, line, message, remedy })
      const basisLine = read.lineOfEntry.get(entry.id) ?? read.lineOf('basis')
      const twin = ids.get(entry.id)
      if (twin) {
        // The file that bears the name of the id is not the one that took it.
        const [wrong, other] = twin !== read && read.file.endsWith(`/${entry.id}.md`) ? [twin, read] : [read, twin]
        problems.push({ file: wrong.file, line: wrong.lineOf('id'), message: `id「${entry.id}」和 ${other.file} 重复`, remedy: '换一个没用过的 id，一般就是文件名' })
      }
      ids.set(entry.id, read)

      if (entry.checked > day) at(read.lineOf('checked'), `核对日期 ${entry.checked} 还没到`, '写实际核对的那一天')
      if (olderThanAYear(entry.checked, day))
        notices.push({ file: read.file, line: read.lineOf('checked'), message: `「${entry.title}」上次核对是 ${entry.checked}，超过一年`, remedy: '对照现行法律核一遍，改 checked；在此之前答复会注明' })

      for (const ref of refsOf(entry)) {
        const objection = register.objection(ref, day)
        if (objection) at(read.lineOfRef(ref), objection.message, objection.remedy)
      }
      for (const [key, link] of linksOf(entry))
        if (!all.has(link)) problems.push({ file: read.file, line: read.lineOf(key), message: `没有「${link}」这个条目`, remedy: '改成已有的 id，或先写那一条', harmless: true })

      entry.questions.forEach((question, index) => {
        const key = question.replace(/[\s\p{P}]/gu, '')
        const claimed = wordings.get(key)
        if (claimed) at(read.lineOf('questions', index), `问法「${question}」和 ${claimed.file} 的「${claimed.title}」重复`, '删掉一处，留在最该答它的那一篇')
        else wordings.set(key, entry)
      })

      const unsourced = unsourcedNumbers(entry, read.sources, register, numbers)
      if (unsourced.length > 0) at(basisLine, `这些数字在引的条文里找不到：${unsourced.join('、')}`, '核对数字；补引有它的那一条，或在 sources 里写明出处')
    }
  }
  return { problems, notices }
}

/** Whether the facts were last checked more than a year before that ISO day. */
export function olderThanAYear(checked: string, day: string): boolean {
  return `${Number(checked.slice(0, 4)) + 1}${checked.slice(4)}` < day
}

/** Ids that the entry leads to, each with the key that names it. */
function linksOf(entry: Entry): readonly (readonly [string, string])[] {
  const links = { guide: 'services', service: 'guides', situation: 'leadsTo', constitution: '', statute: '' }[entry.kind]
  const ids = entry.kind === 'guide' ? entry.services : entry.kind === 'service' ? entry.guides : entry.kind === 'situation' ? entry.leadsTo : []
  return ids.map((id) => [links, id])
}

function refsOf(entry: Entry): readonly ArticleRef[] {
  const results = entry.kind === 'service' && entry.tree ? Object.values(entry.tree.nodes).flatMap((node) => ('result' in node ? node.basis : [])) : []
  return [...entry.basis, ...results]
}

/** Numbers that are sent, or that stand in 注意, and that no cited article and no source states. */
function unsourcedNumbers(entry: Entry, sources: readonly string[], register: LawRegister, numbers: LawNumbers): string[] {
  const branch = entry.kind === 'guide' ? (entry.branch?.options.map(({ answer }) => answer) ?? []) : []
  const notes = entry.sections.filter(({ heading }) => heading === '注意').map(({ text }) => text)
  const refs = refsOf(entry)
  const allowed = new Set(quantities(sources.join('\n')))
  for (const { law, article } of refs) for (const quantity of numbers[law]?.[article] ?? []) allowed.add(quantity)
  const days = refs.flatMap(({ law }) => {
    const known = register.find(law)
    return known ? [known.adopted, known.amended, known.effective].filter((date) => date !== undefined) : []
  })
  const dated = (quantity: string) => days.some((date) => date === quantity || `${date.slice(0, 4)}年` === quantity)
  const texts = [entry.answer, ...branch, ...notes].map((text) => text.replace(/《[^》]*》/g, ' '))
  return [...new Set(texts.flatMap(quantities))].filter((quantity) => !allowed.has(quantity) && !dated(quantity) && !/^[1-3](人|次|户)$/.test(quantity))
}

