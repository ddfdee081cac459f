import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { loadEnvFile, readConfig } from '../src/config.ts'
import { channelNames, villageName } from '../src/consult/relay-wording.ts'
import { worklogSheets } from '../src/desk/worklog-sheets.ts'
import { createLog } from '../src/log.ts'
import { openPeople } from '../src/people.ts'
import { openDatabase } from '../src/store/database.ts'
import { readWorklog } from '../src/store/worklog.ts'
import { worklogFile } from '../src/worklog-file.ts'

/** `npm run export-worklog -- --month 2026-11 [--village 清溪村] [--format xlsx|csv] [--out FILE]` */
const usage = '用法：npm run export-worklog -- --month 2026-11 [--village 村名或id] [--format xlsx|csv] [--out 文件]'

async function main(): Promise<void> {
  const { month, village, format = 'xlsx', out } = readArguments()
  if (!month || !/^\d{4}-(0[1-9]|1[0-2])$/.test(month) || (format !== 'xlsx' && format !== 'csv')) return fail(usage)
  loadEnvFile()
  const config = readConfig(process.env)
  const people = await openPeople({ file: config.PEOPLE_FILE, telegramAdviserChat: config.TELEGRAM_ADVISER_CHAT, log: createLog('error') })
  const roster = people.roster()
  const wanted = village === undefined ? undefined : roster.villages.find(({ id, name }) => id === village || name === village)
  if (village !== undefined && !wanted) return fail(`没有「${village}」这个村；有：${roster.villages.map(({ name }) => name).join('、')}`)

  const db = await openDatabase(config.DATABASE_URL)
  try {
    const services = await readWorklog(db, { month, ...(wanted ? { village: wanted.id } : {}) })
    const sheets = worklogSheets(services, month, { village: (id) => villageName(roster, id), channel: (name) => channelNames[name] })
    const id = `worklog-${month}${wanted ? `-${wanted.id}` : ''}`
    const file = out ?? `${id}.${format}`
    await writeFile(file, worklogFile(sheets, { format, id, generated: services.some(({ generated }) => generated) }))
    const signed = services.filter((service) => service.signed)
    console.log(`${file}：${services.length} 件，已签 ${signed.length} 件，结算 ${signed.reduce((sum, { minutes }) => sum + minutes, 0)} 分钟`)
  } finally {
    await db.destroy()
  }
}

function readArguments(): { month?: string; village?: string; format?: string; out?: string } {
  try {
    return parseArgs({ options: { month: { type: 'string' }, village: { type: 'string' }, format: { type: 'string' }, out: { type: 'string' } } }).values
  } catch {
    return {}
  }
}

function fail(text: string): void {
  console.error(text)
  process.exitCode = 2
}

await main()
