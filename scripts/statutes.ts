import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig } from '../src/config.ts'
import { ExpectedError } from '../src/domain/errors.ts'
import { downloadCollections } from '../src/knowledge/import/download.ts'
import { importStatutes, type ImportReport } from '../src/knowledge/import/import.ts'
import { describeImport } from '../src/knowledge/import/report.ts'
import { checkCurrency } from '../src/knowledge/currency.ts'
import { readLaws } from '../src/knowledge/laws.ts'
import { describeProblems, readKnowledge } from '../src/knowledge/load.ts'
import { openStatutes } from '../src/knowledge/statutes.ts'

const usage = `用法：
  npm run statutes -- import 文件或文件夹… [--all] [--json]   导入法律原文（md、docx、html、txt、文字版 PDF）
  npm run statutes -- download [--all] [--json]              下载公开的法律文本集再导入
  npm run statutes -- list [名称]                            看导入了哪些法律、哪些版本
  npm run statutes -- check                                  对照导入的原文，看哪些条目的依据变了`

/** `npm run statutes -- import | download | list | check`: the official texts that the assistant quotes. */
async function main([command, ...rest]: readonly string[]): Promise<void> {
  const config = readConfig(process.env)
  const flags = new Set(rest.filter((arg) => arg.startsWith('--')))
  const args = rest.filter((arg) => !arg.startsWith('--'))
  const today = new Date().toISOString().slice(0, 10)
  const { register } = readLaws(await readFile(join(config.KNOWLEDGE_DIR, 'laws.yaml'), 'utf8').catch(() => ''))
  const skips = (title: string) => register.find(title)?.missing ?? []

  switch (command) {
    case 'import':
      if (args.length === 0) return fail(usage)
      return show(await importStatutes(args, config.STATUTES_DIR, skips), flags)
    case 'download': {
      const collections = await downloadCollections(config.STATUTES_URLS, join(config.DATA_DIR, 'statutes-download'), () => new Date())
      for (const { url, sha256, bytes, changed, resumedAt } of collections) console.error(`${url}：${Math.round(bytes / 1024)} KB，sha256 ${sha256}${resumedAt > 0 ? `，从 ${Math.round(resumedAt / 1024)} KB 处接着下` : ''}${changed ? '' : '，和上次一样'}`)
      return show(await importStatutes(collections.map(({ folder }) => folder), config.STATUTES_DIR, skips), flags)
    }
    case 'list': {
      const statutes = openStatutes(config.STATUTES_DIR)
      const laws = statutes.laws(today).filter(({ name }) => args.every((part) => name.includes(part)))
      for (const { name, short, articles, repealed, replacedBy } of laws) {
        const versions = statutes.versions(short[0] ?? name).map(({ from, until, day }) => `${day} 版（${from} 起${until ? `，${until} 止` : ''}）`)
        console.log(`${name}：到第 ${articles} 条；${versions.join('、')}${repealed ? `；${repealed} 废止${replacedBy ? `，由《${replacedBy}》接替` : ''}` : ''}`)
      }
      return console.log(`${laws.length} 部，在 ${config.STATUTES_DIR}`)
    }
    case 'check': {
      const statutes = openStatutes(config.STATUTES_DIR)
      if (statutes.size === 0) return fail(`${config.STATUTES_DIR} 里还没有法律原文；怎么办：先运行 npm run statutes -- import 文件夹`)
      const { entries } = await readKnowledge(config.KNOWLEDGE_DIR, today)
      const notices = checkCurrency(entries, register, statutes, today)
      for (const line of describeProblems(notices)) console.log(line)
      return console.log(notices.length === 0 ? '条目的依据和导入的原文对得上。' : `有 ${notices.length} 处要看。`)
    }
    default:
      return fail(usage)
  }
}

function show(report: ImportReport, flags: ReadonlySet<string>): void {
  if (flags.has('--json')) console.log(JSON.stringify(report))
  else for (const line of describeImport(report, { all: flags.has('--all') })) console.log(line)
  if (report.taken.length === 0) process.exitCode = 1
}

function fail(text: string): void {
  console.error(text)
  process.exitCode = 2
}

main(process.argv.slice(2)).catch((cause: unknown) => {
  console.error(cause instanceof ExpectedError ? cause.message : cause)
  process.exitCode = 1
})
