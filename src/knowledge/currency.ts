import type { Entry } from '../domain/entry.ts'
import { articleLabel, type ArticleRef } from '../domain/law.ts'
import type { LawRegister } from './laws.ts'
import type { Problem } from './problem.ts'
import type { Statutes } from './statutes.ts'

/**
 * What the imported statutes say about the entries: a basis whose text changed after the entry was checked, one
 * that will change, and one that the text in force does not have, each where it is cited. The entries are served all the same.
 */
export function checkCurrency(entries: readonly Entry[], register: LawRegister, statutes: Statutes, day: string, lineOf: (entry: Entry, ref: ArticleRef) => number = () => 1): Problem[] {
  const notices: Problem[] = []
  for (const entry of entries) {
    const at = (ref: ArticleRef, message: string, remedy: string) => notices.push({ file: entry.file, line: lineOf(entry, ref), message: `「${entry.title}」${message}`, remedy, harmless: true })
    for (const name of new Set(entry.basis.map(({ law }) => law))) {
      const ref = entry.basis.find(({ law }) => law === name)!
      const full = register.find(name)?.name ?? name
      for (const { from } of statutes.versions(full)) {
        if (from > entry.checked && from <= day) at(ref, `依据的《${name}》${from} 起换了新文本，条目是 ${entry.checked} 核对的`, '对照新文本核一遍，改 checked')
        else if (from > day) at(ref, `依据的《${name}》${from} 起换新文本`, '提前对照新文本，到那天改好')
      }
    }
    for (const { law, article } of entry.basis) {
      const full = register.find(law)?.name ?? law
      const objection = statutes.objection({ law: full, article }, day)
      if (objection !== undefined && article !== '序言') at({ law, article }, `引的${articleLabel({ law, article })}在导入的原文里对不上：${objection}`, '对照原文改条号，或重新导入这部法律')
    }
  }
  return notices
}
