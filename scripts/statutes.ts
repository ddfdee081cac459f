import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadEnvFile, readConfig, type Config } from '../src/config.ts'
import { ExpectedError } from '../src/domain/errors.ts'
import { downloadCollections } from '../src/knowledge/import/download.ts'
import { importStatutes, withdrawStatutes, type ImportReport } from '../src/knowledge/import/import.ts'
import { describeImport } from '../src/knowledge/import/report.ts'
import { checkCurrency } from '../src/knowledge/currency.ts'
import { readLaws } from '../src/knowledge/laws.ts'
import { checkRegister } from '../src/knowledge/register-check.ts'
import { describeProblems, readKnowledge } from '../src/knowledge/load.ts'
import { openStatutes } from '../src/knowledge/statutes.ts'
import { generationOf, hasIndex, indexImported, indexPlace } from '../src/statutes-index.ts'

const usage = `用法：
  npm run statutes -- import 文件或文件夹… [--all] [--json]   导入法律原文（md、docx、html、txt、文字版 PDF）
  npm run statutes -- download [--all] [--json]              下载公开的法律文本集再导入
  npm run statutes -- withdraw 法律名称…                     去掉导入过的法律（条文收错了，或不想再用）
  npm run statutes -- index                                  建检索索引（导入后会自己建；只重建变了的）
  npm run statutes -- list [名称]                            看导入了哪些法律、哪些版本
  npm run statutes -- check                                  对照导入的原文，看法律登记表哪里不一致、哪些条目的依据变了`

/** `npm run statutes -- import | download | withdraw | index | list | check`: the official texts that the assistant quotes. */
async function main([command, ...rest]: readonly string[]): Promise<void> {
  loadEnvFile()
  const config = readConfig(process.env)
  const flags = new Set(rest.filter((arg) => arg.startsWith('--')))
  const args = rest.filter((arg) => !arg.startsWith('--'))
  const today = new Date().toISOString().slice(0, 10)
  const { register, lineOf } = readLaws(await readFile(join(config.KNOWLEDGE_DIR, 'laws.yaml'), 'utf8').catch(() => ''))
  const skips = (title: string) => register.find(title)?.missing ?? []

  switch (command) {
    case 'import':
      if (args.length === 0) return fail(usage)
      show(await importStatutes(args, config.STATUTES_DIR, skips), flags)
      return index(config)
    case 'download': {
      const collections = await downloadCollections(config.STATUTES_URLS, join(config.DATA_DIR, 'statutes-download'), () => new Date())
      for (const { url, sha256, bytes, changed, resumedAt } of collections) console.error(`${url}：${Math.round(bytes / 1024)} KB，sha256 ${sha256}${resumedAt > 0 ? `，从 ${Math.round(resumedAt / 1024)} KB 处接着下` : ''}${changed ? '' : '，和上次一样'}`)
      show(await importStatutes(collections.map(({ folder }) => folder), config.STATUTES_DIR, skips), flags)
      return index(config)
    }
    case 'withdraw': {
      if (args.length === 0) return fail(usage)
      for (const { name, versions } of await withdrawStatutes(args, config.STATUTES_DIR)) {
        if (versions > 0) console.log(`去掉了《${name}》，${versions} 个版本；运行中的助手一分钟内不再引它的原文。`)
        else {
          console.error(`没有导入过《${name}》；怎么办：用 npm run statutes -- list 看名称`)
          process.exitCode = 1
        }
      }
      return index(config)
    }
    case 'index':
      return index(config)
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
      const knowledge = await readKnowledge(config.KNOWLEDGE_DIR, today)
      const notices = [...checkRegister(register, lineOf, statutes, today), ...checkCurrency(knowledge.entries, register, statutes, today, knowledge.lineOf)]
      for (const line of describeProblems(notices)) console.log(line)
      return console.log(notices.length === 0 ? '法律登记表、条目的依据都和导入的原文对得上。' : `有 ${notices.length} 处要看。`)
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

/** Says on the error stream what it does: the report itself may be JSON. */
async function index(config: Config): Promise<void> {
  const place = indexPlace(config)
  const generation = generationOf(place.statutesDir)
  if (generation !== undefined && !hasIndex(place, generation)) console.error('正在建检索索引，第一次约一分钟……')
  const indexed = await indexImported(place)
  if (indexed.kind === 'ready') console.error(`检索索引建好了：${indexed.size} 条${indexed.anew ? '' : `，只重建了 ${indexed.added} 条，去掉 ${indexed.removed} 条`}。`)
  else if (indexed.kind === 'same') console.error('检索索引没有变化。')
  else if (indexed.kind === 'busy') console.error('助手正在建检索索引，不用再建。')
}

function fail(text: string): void {
  console.error(text)
  process.exitCode = 2
}

main(process.argv.slice(2)).catch((cause: unknown) => {
  console.error(cause instanceof ExpectedError ? cause.message : cause)
  process.exitCode = 1
})
