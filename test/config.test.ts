import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'

test('nothing set is enough to start', () => {
  expect(readConfig({})).toMatchObject({ PORT: 3000, TELEGRAM_API_ROOT: 'https://api.telegram.org', DATABASE_URL: 'better-sqlite3:data/village.db' })
})

test('everything wrong is listed at once, and no token is shown', () => {
  const read = () => readConfig({ PORT: 'x', TELEGRAM_BOT_TOKEN: 'not a token', TELEGRAM_API_ROOT: 'telegram', WECHATY_PUPPET: '../evil' })
  expect(read).toThrow(/PORT=x[\s\S]*TELEGRAM_BOT_TOKEN=…[\s\S]*TELEGRAM_API_ROOT=telegram[\s\S]*WECHATY_PUPPET/)
})

test.each([
  ['TELEGRAM_WEBHOOK_URL', 'https://example.cn/telegram', 'TELEGRAM_BOT_TOKEN'],
  ['TELEGRAM_ADVISER_CHAT', '-1001234567890', 'TELEGRAM_BOT_TOKEN'],
  ['TELEGRAM_WEBHOOK_SECRET', '0123456789abcdef', 'TELEGRAM_WEBHOOK_URL'],
  ['WECHATY_TOKEN', 'insecure_x', 'WECHATY_PUPPET'],
  ['WECHATY_ENDPOINT', '127.0.0.1:8788', 'WECHATY_PUPPET'],
])('%s alone says what it lacks', (name, value, lacks) => {
  expect(() => readConfig({ [name]: value })).toThrow(`还要写 ${lacks}`)
})

test('an empty value counts as absent', () => {
  expect(readConfig({ TELEGRAM_BOT_TOKEN: '', WECHATY_ENDPOINT: '' }).TELEGRAM_BOT_TOKEN).toBeUndefined()
})

test.each(['scripts/drafts.ts', 'scripts/export-worklog.ts --month 2026-11', 'scripts/statutes.ts list', 'scripts/check-knowledge.ts', 'scripts/ask.ts 老板不发工资'])('%s reads the same .env as the assistant', async (command) => {
  const dir = await mkdtemp(join(tmpdir(), 'settings-'))
  const [script = '', ...args] = command.split(' ')
  // Where the assistant would keep its things, there is something else: whoever looks there falls over it.
  await writeFile(join(dir, 'taken'), '')
  const places = ['DATA_DIR', 'KNOWLEDGE_DIR', 'STATUTES_DIR', 'DRAFTS_DIR', 'PEOPLE_FILE']
  await writeFile(join(dir, '.env'), `${places.map((name) => `${name}=taken/there`).join('\n')}\nEMBEDDING_MODEL=taken/there\n`)
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !places.includes(name)))
  const said = await new Promise<string>((done) => execFile(process.execPath, ['--import', pathToFileURL(resolve('node_modules/tsx/dist/loader.mjs')).href, resolve(script), ...args], { cwd: dir, env }, (_error, stdout, stderr) => done(stdout + stderr)))
  expect(said).toContain('taken/there')
  await rm(dir, { recursive: true })
})

test.each([
  ['a knowledge folder that is not there is not faultless', 'scripts/check-knowledge.ts', ['nowhere'], /没有 nowhere 这个文件夹；怎么改/],
  ['a law that was never imported is not withdrawn', 'scripts/statutes.ts', ['withdraw', '某法'], /没有导入过《某法》；怎么办/],
])('%s', async (_, script, args, told) => {
  const dir = await mkdtemp(join(tmpdir(), 'scripts-'))
  const [code, said] = await new Promise<[unknown, string]>((done) => execFile(process.execPath, ['--import', 'tsx', script, ...args], { env: { ...process.env, STATUTES_DIR: dir, DATA_DIR: dir } }, (error, _out, stderr) => done([error?.code, stderr])))
  expect([code, said]).toEqual([1, expect.stringMatching(told)])
  await rm(dir, { recursive: true })
})

test('.env.example names every setting, each with its default', async () => {
  const example = await readFile('.env.example', 'utf8')
  const lines = [...example.matchAll(/^(# )?([A-Z][A-Z_]+)=(.*)$/gm)].map(([, off, name = '', value = '']) => ({ name, value, off: off !== undefined }))
  const named = lines.map(({ name }) => name).sort()
  const settings = [...(await readFile('src/config.ts', 'utf8')).matchAll(/^ {2}([A-Z][A-Z_]+): z\./gm)].map(([, name = '']) => name).sort()
  expect(named).toEqual(settings)
  const given = Object.fromEntries(lines.filter(({ off }) => !off).map(({ name, value }) => [name, value]))
  expect(readConfig(given)).toEqual(readConfig({}))
})
