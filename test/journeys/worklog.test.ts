import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { read, utils } from '@e965/xlsx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openVillage, type Village } from '../support/village.ts'

let village: Village

beforeAll(async () => {
  village = await openVillage({ found: { 欠条: { entry: 'lending-iou', confidence: 0.3 }, 工资: { entry: 'unpaid-wages', confidence: 0.9 } } })
  await village.direct('包工头的欠条怎么要')
  await village.adviser('接 #1001')
  await village.pass(0.6)
  await village.adviser('#1001 先写清日期。')
  await village.direct('另一张欠条能要吗', 'wu')
  await village.adviser('#1002 能。', 'wang')
  await village.adviser('结 #1002 40分钟', 'wang')
  await village.adviser('拟 =HYPERLINK("http://x") 厂里拖了三个月工资咋办')
  await village.pass(24 * 20)
  await village.direct('下个月的欠条能要吗', 'sun')
  await village.adviser('#1003 能。')
})
afterAll(() => village.close())

async function exported(...args: string[]): Promise<{ out: string; file: string }> {
  const file = join(village.dir, `sheet-${args.join('')}`)
  const env = { ...process.env, DATABASE_URL: `better-sqlite3:${join(village.dir, 'village.db')}`, PEOPLE_FILE: join(village.dir, 'none.yaml') }
  return { out: await run(['--month', '2026-11', '--out', file, ...args], env), file }
}

/** Runs the script; rejects with its code and what it complained of. */
function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--import', 'tsx', 'scripts/export-worklog.ts', ...args], { env }, (error, stdout, stderr) => (error ? reject(new Error(`${error.code}: ${stderr}`)) : resolve(stdout)))
  })
}

test('the month’s sheet holds each service, hours and counts by village, and a settlement of the signed entries', async () => {
  const { out, file } = await exported('--format', 'xlsx')
  expect(out).toMatch(/3 件，已签 2 件，结算 80 分钟/)
  const book = read(await readFile(file))
  expect(book.SheetNames).toEqual(['台账', '按村居', '结算单'])
  const rows = (name: string) => utils.sheet_to_json<(string | number)[]>(book.Sheets[name]!, { header: 1 })
  const log = rows('台账').slice(3, 6)
  expect(log.map((row) => [row[3], row[10], row[13], row[14]])).toEqual([['李明', 40, '顾问本人', '已签'], ['王芳', 40, '顾问本人', '已签'], ['李明', 5, '含 AI 生成', '未签']])
  expect(rows('按村居').at(-1)).toEqual(['合计', 3, 85, 1.42, 2, 0])
  const signed = log.filter((row) => row[14] === '已签')
  expect(rows('结算单').at(-2)).toEqual(['合计', '', '', signed.length, signed.reduce((sum, row) => sum + Number(row[10]), 0), 1.33])
})

test('a cell that would be a formula is plain text, in both formats', async () => {
  const book = read(await readFile((await exported('--format', 'xlsx')).file))
  const cells = Object.values(book.Sheets['台账'] ?? {}) as { f?: string; v?: unknown }[]
  expect(cells.filter(({ f }) => f !== undefined)).toEqual([])
  expect(cells.map(({ v }) => v)).toContain('\'=HYPERLINK("http://x") 厂里拖了三个月工资咋办')
  const csv = await readFile((await exported('--format', 'csv')).file, 'utf8')
  expect(csv.split(/,|\r\n/).filter((cell) => /^"?[=+\-@]/.test(cell))).toEqual([])
})

test('generated parts are marked in the sheet and in the file’s metadata', async () => {
  const book = read(await readFile((await exported('--format', 'xlsx')).file), { bookProps: true })
  expect(JSON.parse(String((book.Custprops as Record<string, unknown> | undefined)?.['AIGC']))).toMatchObject({ Label: '1' })
  expect(await readFile((await exported('--format', 'csv')).file, 'utf8')).toMatch(/^\uFEFF"AIGC \{""Label"":""1""/)
})

test('a wrong month or an unknown village is told what to write', async () => {
  await expect(run(['--month', '2026-13'])).rejects.toThrow(/2: 用法：npm run export-worklog -- --month 2026-11/)
  await expect(exported('--village', '火星村')).rejects.toThrow(/2: 没有「火星村」这个村/)
})
