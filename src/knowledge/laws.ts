import { LineCounter, isMap, isSeq, parseDocument } from 'yaml'
import { z } from 'zod'
import { hasArticle, inForce, shortName, articleName, type ArticleRef, type Law } from '../domain/law.ts'
import type { Problem } from './problem.ts'

/** The register of laws: finds one by any of its names, and says what is wrong with a reference. */
export type LawRegister = {
  readonly laws: readonly Law[]
  find(name: string): Law | undefined
  /** Why the article may not be cited on that ISO day, with what to do; undefined when it may. */
  objection(ref: ArticleRef, day: string): { message: string; remedy: string } | undefined
}

const isoDay = z.iso.date()
const lawSchema = z.strictObject({
  name: z.string().min(2),
  short: z.array(z.string()).default([]),
  articles: z.number().int().positive(),
  inserted: z.array(z.string()).default([]),
  missing: z.array(z.number()).default([]),
  adopted: isoDay.optional(),
  amended: isoDay.optional(),
  effective: isoDay,
  repealed: isoDay.optional(),
  replacedBy: z.string().optional(),
})

/** Reads `laws.yaml`; a broken line is left out and reported. */
export function readLaws(source: string, file = 'laws.yaml'): { register: LawRegister; problems: Problem[]; lineOf: (law: Law) => number } {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines })
  const problems: Problem[] = document.errors.map((error) => ({
    file, line: lines.linePos(error.pos[0]).line, message: `YAML 写法有误（${error.code}）`, remedy: '对照上一条的写法改，注意引号和缩进',
  }))
  const laws: Law[] = []
  const places = new Map<Law, number>()
  for (const item of isSeq(document.contents) ? document.contents.items : []) {
    const line = isMap(item) && item.range ? lines.linePos(item.range[0]).line : 1
    const read = lawSchema.safeParse(isMap(item) ? item.toJSON() : item)
    if (read.success) {
      laws.push(read.data as Law)
      places.set(read.data as Law, line)
    } else for (const issue of read.error.issues)
      problems.push({ file, line, message: `法律登记有误：${issue.path.join('.')} ${issue.message}`, remedy: '写成 { name, short, articles, adopted, effective }，日期写 2026-01-01' })
  }
  return { register: createRegister(laws), problems, lineOf: (law) => places.get(law) ?? 1 }
}

export function createRegister(laws: readonly Law[]): LawRegister {
  const byName = new Map<string, Law>()
  for (const law of laws)
    for (const name of [law.name, ...law.short]) {
      const key = plainName(name)
      // Two versions may share a name: the one in effect longest ago gives way.
      const known = byName.get(key)
      if (!known || (known.repealed && !law.repealed)) byName.set(key, law)
    }
  const find = (name: string) => byName.get(plainName(name))

  return {
    laws,
    find,
    objection({ law: name, article }, day) {
      const law = find(name)
      if (!law) return { message: `法律登记表里没有《${name}》`, remedy: '在 laws.yaml 登记这部法律，或改用登记过的名称' }
      if (!hasArticle(law, article)) return { message: `《${shortName(law)}》没有${articleName(article)}（一共 ${law.articles} 条）`, remedy: '对照现行文本改条号' }
      if (law.repealed && law.repealed <= day) return { message: `《${shortName(law)}》已于 ${law.repealed} 废止`, remedy: `改引${law.replacedBy ? `《${law.replacedBy}》` : '现行法律'}` }
      if (!inForce(law, day)) return { message: `《${shortName(law)}》${law.effective} 才施行`, remedy: '改引现在有效的法律' }
      return undefined
    },
  }
}

function plainName(name: string): string {
  return name.replace(/中华人民共和国|[《》〈〉\s　]/g, '').replaceAll('(', '（').replaceAll(')', '）')
}
