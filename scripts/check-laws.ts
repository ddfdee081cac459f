import { readFile, writeFile } from 'node:fs/promises'
import { hasArticle, shortName } from '../src/domain/law.ts'
import { quantities } from '../src/domain/quantity.ts'
import { collect } from '../src/knowledge/import/collect.ts'
import { readStatutes, toVersion } from '../src/knowledge/import/import.ts'
import type { Statute } from '../src/knowledge/import/split.ts'
import { readLaws } from '../src/knowledge/laws.ts'

/**
 * `npm run check-laws -- PATH… [--write]`: holds `knowledge/laws.yaml` against official texts.
 *
 * Reports every registered law whose article count, inserted articles or dates differ from its text, and
 * those for which no text was found. With --write it also renews `knowledge/law-numbers.json`: the
 * quantities that each article states, against which check-knowledge holds what the guides say.
 */
const write = process.argv.includes('--write')
const paths = process.argv.slice(2).filter((arg) => !arg.startsWith('--'))
if (paths.length === 0) {
  console.error('用法：npm run check-laws -- 法律文本所在的文件夹… [--write]')
  process.exit(2)
}

const { register, problems } = readLaws(await readFile('knowledge/laws.yaml', 'utf8'))
for (const { line, message } of problems) console.error(`laws.yaml:${line} ${message}`)
const texts = new Map<string, { statute: Statute; from: string }>()
for (const path of paths) await collectTexts(path)

let wrong = problems.length
const numbers: Record<string, Record<string, string[]>> = {}
const unseen: string[] = []
for (const law of register.laws) {
  const statute = texts.get(plain(law.name))?.statute
  if (!statute) {
    if (!law.repealed) unseen.push(shortName(law))
    continue
  }
  const own = [...statute.articles.map(({ article }) => article), ...statute.doubted]
  const extra = own.filter((article) => article !== '序言' && !hasArticle(law, article))
  const absent = Array.from({ length: law.articles }, (_, index) => String(index + 1)).filter((article) => hasArticle(law, article) && !own.includes(article))
  const absentInserted = law.inserted.filter((article) => article !== '序言' && !own.includes(article))
  for (const [what, list] of [['登记里没有的条', extra], ['文本里没有的条', [...absent, ...absentInserted]]] as const)
    if (list.length > 0) report(`《${shortName(law)}》${what}：${list.slice(0, 12).join('、')}`)
  if (statute.effective && law.effective !== statute.effective && law.effective !== statute.adopted) report(`《${shortName(law)}》施行日期：登记 ${law.effective}，文本 ${statute.effective}`)
  const stated: Record<string, string[]> = {}
  for (const { article, text } of statute.articles) {
    const found = quantities(text)
    if (found.length > 0) stated[article] = [...new Set([...(stated[article] ?? []), ...found])]
  }
  if (law.inserted.includes('序言')) stated.序言 = quantities(statute.preamble)
  numbers[shortName(law)] = stated
}
if (unseen.length > 0) console.log(`没找到文本的：${unseen.join('、')}`)
if (write) await writeFile('knowledge/law-numbers.json', `{\n${Object.entries(numbers).map(([law, stated]) => `${JSON.stringify(law)}: ${JSON.stringify(stated)}`).join(',\n')}\n}\n`)
console.log(`登记 ${register.laws.length} 部，核对 ${Object.keys(numbers).length} 部，${wrong} 处不符。`)
process.exitCode = wrong === 0 ? 0 : 1

function report(text: string): void {
  wrong++
  console.error(text)
}

/** The text of each law that is in force today, or else the latest. */
async function collectTexts(path: string): Promise<void> {
  const today = new Date().toISOString().slice(0, 10)
  const { sources } = await collect([path])
  for (const source of sources) {
    for (const statute of await readStatutes(source, (title) => register.find(title)?.missing ?? []).catch(() => [])) {
      const { from } = toVersion(statute, source)
      const key = plain(statute.title)
      const known = texts.get(key)
      if (!known || (from <= today && (known.from > today || known.from < from))) texts.set(key, { statute, from })
    }
  }
}

function plain(name: string): string {
  return name.replace(/中华人民共和国|[《》〈〉\s　]/g, '')
}
