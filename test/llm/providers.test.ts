import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openChatModel } from '../../src/llm/chat-model.ts'

const dir = mkdtempSync(join(tmpdir(), 'providers-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const open = (model: string, over: { baseUrl?: string; apiKey?: string } = {}) => openChatModel({ model, structure: 'tool', longestReply: 100, ...over })

test.each([
  ['deepseek:deepseek-chat', 'npm install @langchain/deepseek'], ['ollama:qwen2.5', 'npm install @langchain/ollama'], ['ollama:qwen2.5:7b', 'openai:qwen2.5:7b'],
  ['anthropic:claude-sonnet-4', 'npm install @langchain/anthropic'], ['google-genai:gemini-2.5-flash', 'npm install @langchain/google-genai'],
])('%s asks for its package: %s', async (model, told) => {
  await expect(open(model, { apiKey: 'k', baseUrl: 'http://127.0.0.1:1' })).rejects.toMatchObject({ code: 'bad-model', message: expect.stringContaining(told) as string })
})

test('a provider that nobody knows is named, and the OpenAI way shown', async () => {
  await expect(open('qianwen:qwen-max')).rejects.toMatchObject({ code: 'bad-model', message: expect.stringMatching(/不认识供应方 qianwen.*openai.*LLM_BASE_URL/s) as string })
})

test('a missing key is asked for', async () => {
  const before = process.env['OPENAI_API_KEY']
  delete process.env['OPENAI_API_KEY']
  await expect(open('openai:gpt-4o')).rejects.toMatchObject({ code: 'bad-model', message: expect.stringContaining('LLM_API_KEY') as string })
  if (before !== undefined) process.env['OPENAI_API_KEY'] = before
})

test('what is installed opens under its own name', async () => {
  expect((await open('openai:org/model:tag', { baseUrl: 'http://127.0.0.1:1/v1' })).name).toBe('org/model:tag')
})

test('the assistant does not start without the package, and says the line to type', async () => {
  const { code, told } = await new Promise<{ code: unknown; told: string }>((resolve) => {
    const env = { ...process.env, PORT: '0', DATA_DIR: join(dir, 'data'), LOG_LEVEL: 'silent', LLM_MODEL: 'deepseek:deepseek-chat', LLM_API_KEY: 'k' }
    execFile(process.execPath, ['--import', 'tsx', 'src/main.ts'], { env, timeout: 60_000 }, (cause, _, told) => resolve({ code: cause?.code, told }))
  })
  expect(code).toBe(1)
  expect(told.trim().split('\n')).toEqual(['LLM_MODEL=deepseek:deepseek-chat 要另装一个包，装好再启动：', '  npm install @langchain/deepseek', expect.stringContaining('openai:deepseek-chat')])
})
