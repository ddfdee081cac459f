import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadEnvFile } from '../src/config.ts'
import { checkCurrency } from '../src/knowledge/currency.ts'
import { describeProblems, readKnowledge } from '../src/knowledge/load.ts'
import { openStatutes } from '../src/knowledge/statutes.ts'

/** `npm run check-knowledge [FOLDER] [-- --only PART]`: every mistake with file, line and remedy; exit code 1 where there is one. */
loadEnvFile()
const args = process.argv.slice(2)
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined
const root = args.find((arg, index) => !arg.startsWith('--') && args[index - 1] !== '--only') ?? process.env.KNOWLEDGE_DIR ?? 'knowledge'

if (!existsSync(root)) {
  console.error(`没有 ${root} 这个文件夹；怎么改：写对路径，或者在 .env 里写对 KNOWLEDGE_DIR`)
  process.exit(1)
}

const today = new Date().toISOString().slice(0, 10)
const { entries, register, problems, notices } = await readKnowledge(root, today)
// Against the imported statutes, where there are any.
const statutes = openStatutes(process.env.STATUTES_DIR ?? join(root, 'statutes'))
const outdated = checkCurrency(entries, register, statutes, today)
const shown = problems.filter(({ file }) => !only || file.includes(only))
for (const line of describeProblems(shown)) console.error(line)
for (const line of describeProblems([...notices, ...outdated])) console.error(`提醒 ${line}`)

const counts = new Map<string, number>()
for (const entry of entries) {
  const kind = entry.kind === 'service' ? `服务·${entry.category}` : entry.kind === 'situation' ? `情况·${entry.response}` : { guide: '指南', constitution: '宪法条目', statute: '法条' }[entry.kind]
  counts.set(kind, (counts.get(kind) ?? 0) + 1)
}
const articles = new Set(entries.flatMap((entry) => (entry.kind === 'constitution' && entry.article !== '序言' ? [entry.article] : [])))
console.log([...counts].sort().map(([kind, count]) => `${kind} ${count}`).join('\n'))
console.log(`宪法条文 ${articles.size} 条`)
console.log(shown.length === 0 ? '没有发现问题。' : `有 ${shown.length} 处要改。`)
process.exitCode = shown.length === 0 ? 0 : 1
