import { mkdtempSync, rmSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { webChannel } from '../../adapters/web.ts'
import { startApp, type App } from '../../src/app.ts'
import { openAssistant } from '../../src/assistant.ts'
import { readConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/store/database.ts'
import { startOpenAiServer, type OpenAiServer } from '../support/openai-server.ts'

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const sentences = [
  { text: '可以先打12333，或者去当地劳动监察投诉，让劳动部门责令他限期付。', passages: ['p1'] },
  { text: '也可以申请劳动仲裁，不收费，受理后一般45日内裁决。', passages: ['p1'] },
]
const json = JSON.stringify({ sentences })
const dir = mkdtempSync(join(tmpdir(), 'streaming-page-'))
let server: OpenAiServer
let app: App
let browser: Browser
let url = () => ''

beforeAll(async () => {
  server = await startOpenAiServer()
  await mkdir(join(dir, 'knowledge', 'guides'), { recursive: true })
  for (const name of ['laws.yaml', 'law-numbers.json', 'guides/unpaid-wages.md', 'services', 'situations']) await cp(join('knowledge', name), join(dir, 'knowledge', name), { recursive: true })
  const silent = { info: () => {}, warn: () => {}, error: () => {} }
  const config = readConfig({ DATA_DIR: join(dir, 'data'), KNOWLEDGE_DIR: join(dir, 'knowledge'), LLM_MODEL: 'openai:scripted', LLM_BASE_URL: server.url, LLM_TIMEOUT_MS: '6000' })
  app = await startApp({
    assistant: await openAssistant(config, silent), db: await openDatabase('better-sqlite3::memory:'), log: silent,
    channels: (ports) => {
      const web = webChannel({ port: 0, host: '127.0.0.1', trustProxy: false, ...ports })
      url = web.url
      return [web]
    },
  })
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags })
})
afterAll(async () => {
  await browser?.close()
  await app?.stop()
  await server.stop()
  rmSync(dir, { recursive: true, force: true })
})

async function ask(): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage()
  await page.goto(url())
  await page.getByLabel('说说您的事').fill('厂里拖了我三个月工资不给，我该找哪里')
  await page.getByRole('button', { name: '发送', exact: true }).click()
  return page
}
const writing = (page: Page) => page.locator('#log > .writing')

test('checked words are shown with their label while the answer is written, and the answer takes their place', async () => {
  let goOn = () => {}
  server.does({ kind: 'pause', json, after: json.indexOf('也可以'), until: new Promise((resolve) => void (goOn = resolve)) })
  const page = await ask()
  await expect.poll(() => writing(page).allInnerTexts(), { timeout: 10_000 }).toEqual([`${sentences[0]!.text}……\n\n还没写完。AI 生成（模型 scripted），仅供参考，不代替律师意见`])
  expect(await writing(page).isVisible()).toBe(true)
  expect(await page.locator('#live').innerText()).toBe('正在写，核对过的先给您看。')
  expect(await page.locator('#log > li[data-id]').count()).toBe(0)
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
  goOn()
  await expect.poll(() => page.locator('#log > li[data-id]').count()).toBe(1)
  expect(await writing(page).count()).toBe(0)
  const answer = await page.locator('#log > li[data-id]').innerText()
  for (const { text } of sentences) expect(answer).toContain(text)
  await page.reload()
  expect(await writing(page).count()).toBe(0)
  await page.context().close()
})

test("where the model stalls, the guide's own words take the place of what was begun", async () => {
  server.does({ kind: 'stall', json, after: json.indexOf('也可以') })
  const page = await ask()
  await expect.poll(() => writing(page).count(), { timeout: 10_000 }).toBe(1)
  await expect.poll(() => page.locator('#log > li[data-id]').count(), { timeout: 15_000 }).toBe(1)
  expect(await writing(page).count()).toBe(0)
  expect(await page.locator('#log > li[data-id]').innerText()).toContain('欠工资有三条路可走')
  await page.context().close()
})
