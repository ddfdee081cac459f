import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOpenAiServer, type OpenAiServer } from '../support/openai-server.ts'

type Row = { prompt: string; cases: number; shape: string; grounded: string; refused: string; right: string; failed: { id: string }[] }
const dir = mkdtempSync(join(tmpdir(), 'evaluate-prompts-'))
let server: OpenAiServer

beforeAll(async () => {
  server = await startOpenAiServer()
})
afterAll(async () => {
  await server.stop()
  rmSync(dir, { recursive: true })
})

/** Runs a script of ours as an operator does. */
function run(script: string, args: readonly string[], over: Record<string, string> = {}): Promise<{ code: number; out: string }> {
  const env = { ...process.env, DATA_DIR: join(dir, 'data'), LLM_MODEL: '', LLM_BASE_URL: '', ...over }
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', script, ...args], { env, maxBuffer: 10_000_000 }, (cause, out) => resolve({ code: cause ? Number(cause.code ?? 1) : 0, out }))
  })
}

const lines = (name: string) => readFileSync(`test/prompts/${name}.jsonl`, 'utf8').trim().split('\n')

test('without a model the script says what a good one would, and every case of every prompt passes', async () => {
  const { code, out } = await run('scripts/evaluate.ts', ['prompts', '--json'])
  const { model, prompts } = JSON.parse(out) as { model: string; prompts: Row[] }
  expect(model).toBe('scripted')
  expect(prompts.map(({ prompt, cases, failed }) => ({ prompt, cases, failed }))).toEqual(['answer', 'follow-up', 'story'].map((prompt) => ({ prompt, cases: lines(prompt).length, failed: [] })))
  expect(code).toBe(0)
}, 240_000)

test('a model that talks instead of answering fails the cases, which are listed, and the exit code says so', async () => {
  server.does({ kind: 'json', json: JSON.stringify({ sentences: [{ text: '法院一定会支持您。', passages: ['p1'] }], questions: [{ question: '怎么骗保' }] }) })
  const { code, out } = await run('scripts/evaluate.ts', ['prompts', 'answer', 'story'], { LLM_MODEL: 'openai:chatty', LLM_BASE_URL: server.url })
  expect(code).toBe(1)
  expect(out).toContain('模型 chatty')
  expect(out).toMatch(/answer\t\d+\t\S+\t0\/8\t4\/4/)
  expect(out).toContain('没过：answer a01')
  expect(out).toContain('没过：story s01')
  expect(out).not.toContain('follow-up')
}, 240_000)

test('asking from the command line uses the configured model, with the same checks', async () => {
  const sound = '可以先打12333，或者去当地劳动监察投诉，让劳动部门责令他限期付。'
  server.does({ kind: 'sentences', sentences: [{ text: sound, passages: ['p1'] }, { text: '法院一定会支持您。', passages: ['p1'] }, { text: '也可以申请劳动仲裁，不收费，受理后一般45日内裁决。', passages: ['p1'] }] })
  const model = { LLM_MODEL: 'openai:local', LLM_BASE_URL: server.url }
  const { out } = await run('scripts/ask.ts', ['厂里拖了我三个月工资不给，我该找哪里'], model)
  expect(out).toContain(`${sound}也可以申请劳动仲裁`)
  expect(out).toContain('模型 local')
  expect(out).not.toContain('一定会支持')
  server.does({ kind: 'error', status: 500 })
  expect((await run('scripts/ask.ts', ['厂里拖了我三个月工资不给，我该找哪里'], model)).out).toContain('欠工资有三条路可走')
}, 240_000)
