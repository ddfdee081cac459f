import type { Law } from '../domain/law.ts'
import { shortName } from '../domain/law.ts'
import { plainLawName } from './import/marks.ts'
import type { LawRegister } from './laws.ts'
import type { Problem } from './problem.ts'
import type { Statutes } from './statutes.ts'

/** Between the day a text is adopted and the day it is published some months may pass; sources give either. */
const longestPublishing = 300 * 24 * 3600_000

/**
 * Where the register of laws and the imported texts disagree: days, numbers of articles, repeal. Both may be
 * wrong, so nothing is changed; laws that were not imported are not spoken of.
 */
export function checkRegister(register: LawRegister, lineOf: (law: Law) => number, statutes: Statutes, day: string): Problem[] {
  const notices: Problem[] = []
  const imported = new Map(statutes.laws(day).map((law) => [plainLawName(law.name), law]))
  for (const law of register.laws) {
    const text = imported.get(plainLawName(law.name))
    if (!text) continue
    const at = (message: string, remedy: string) => notices.push({ file: 'laws.yaml', line: lineOf(law), message: `《${shortName(law)}》${message}`, remedy, harmless: true })
    const versions = statutes.versions(law.name)
    const current = versions.filter(({ from, until }) => from <= day && (until === undefined || day < until)).at(-1)
    if (law.repealed !== text.repealed)
      at(`废止的日子对不上：登记 ${law.repealed ?? '没有废止'}，导入的原文 ${text.repealed ?? '没有废止'}`, law.repealed === undefined ? `核实后补上 repealed: ${text.repealed}${text.replacedBy ? `，replacedBy: ${text.replacedBy}` : ''}` : '核实；登记对的，补导入废止它的那部法律')
    // A law that is gone, or whose text of today is not there, has no more to compare.
    if (!current || (law.repealed !== undefined && law.repealed <= day)) continue
    const registered = law.amended ?? law.adopted
    if (registered !== undefined && !sameText(registered, current.day)) {
      const newer = current.day > registered
      at(`版本对不上：登记 ${registered}，导入的原文 ${current.day}（${current.from} 起施行）`, newer ? `核实后改 amended: ${current.day}，再核对引它的条目` : '核实；登记对的，导入新的文本')
    }
    if (law.effective > current.from) at(`施行的日子对不上：登记 ${law.effective}，导入的原文 ${current.from} 起就在施行`, '核实后改 effective；登记对的不用动')
    if (law.articles !== text.articles) at(`条数对不上：登记 ${law.articles} 条，导入的原文到第 ${text.articles} 条`, '核实后改 articles；原文没收全的，重新导入')
    const absent = law.inserted.filter((article) => !text.inserted.includes(article))
    const unlisted = text.inserted.filter((article) => !law.inserted.includes(article) && /^\d/.test(article))
    if (absent.length > 0) at(`登记的「之几」原文里没有：${absent.join('、')}`, '核实后改 inserted，或重新导入')
    if (unlisted.length > 0) at(`原文里的「之几」没有登记：${unlisted.join('、')}`, `核实后在 inserted 补上`)
  }
  return notices.sort((one, other) => one.line - other.line)
}

function sameText(registered: string, imported: string): boolean {
  const lag = Date.parse(imported) - Date.parse(registered)
  return lag >= 0 && lag <= longestPublishing
}
