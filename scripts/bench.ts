import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const usage = `npm run bench -- retrieval --articles FILE --questions FILE [--growth] [--json]

Runs the search for statutes and the engines it is compared with on the same articles and questions, each in a
process of its own, and prints quality, latency, memory and build time side by side. --growth shows instead how
the cost grows from 10 thousand to a million passages, made up from sentences of the articles.
The peers are installed by: npm ci --prefix bench`

const systems = ['ours', 'minisearch', 'orama', 'flexsearch', 'brute-force']
const sizes = [10_000, 62_000, 250_000, 1_000_000]

type Row = { system: string; p50ms: number; p95ms: number; rssMB: number; [name: string]: string | number }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    articles: { type: 'string' },
    questions: { type: 'string' },
    growth: { type: 'boolean', default: false },
    sizes: { type: 'string', default: sizes.join() },
    systems: { type: 'string', default: systems.join() },
    json: { type: 'boolean', default: false },
  },
})

if (positionals[0] !== 'retrieval' || !values.articles || !values.questions) {
  console.error(usage)
  process.exitCode = 2
} else if (!values.growth && !existsSync(new URL('../bench/node_modules', import.meta.url))) {
  console.error('the peers are not installed; run: npm ci --prefix bench')
  process.exitCode = 2
} else {
  const files = [values.articles, values.questions] as const
  const rows = values.growth
    ? values.sizes.split(',').map((size) => run('growth', ...files, size))
    : compared(values.systems.split(',').map((system) => run(system, ...files)))
  if (values.json) console.log(JSON.stringify(rows))
  else console.table(rows)
}

function run(system: string, ...args: string[]): Row {
  const script = fileURLToPath(new URL(`../bench/${system}.ts`, import.meta.url))
  // A million passages do not fit the memory that Node allows itself; what is compared runs with that.
  const room = system === 'growth' ? ['--max-old-space-size=12288'] : []
  const printed = execFileSync(process.execPath, ['--expose-gc', ...room, ...process.execArgv, script, ...args],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 })
  const row = JSON.parse(printed.trim().split('\n').at(-1)!) as Row
  if (!values.json) console.error(`${row.system}: done`)
  return row
}

/** Adds how many times slower and larger each system is than the first. */
function compared(rows: Row[]): Row[] {
  const [first] = rows
  return rows.map((row) => ({
    ...row,
    timesSlower: ratio(row.p50ms, first!.p50ms),
    timesSlowerAtP95: ratio(row.p95ms, first!.p95ms),
    timesLarger: ratio(row.rssMB, first!.rssMB),
  }))
}

function ratio(value: number, base: number): number {
  return Math.round((10 * value) / base) / 10
}
