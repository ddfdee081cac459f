import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { webChannel } from '../../adapters/web.ts'
import { startApp, type App } from '../../src/app.ts'
import { openAssistant } from '../../src/assistant.ts'
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'
import { openDatabase } from '../../src/store/database.ts'

const unpaid = '厂里拖欠我三个月工资不给，怎么办'
const violence = '我老公喝酒又打我，我怕'
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true } satisfies BrowserContextOptions
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

let app: App
let browser: Browser
let url: string
const dir = mkdtempSync(join(tmpdir(), 'village-page-'))
const open: BrowserContext[] = []
const complaints: string[] = []

beforeAll(async () => {
  const config = readConfig({ DATA_DIR: dir, LOG_LEVEL: 'silent', PORT: '0' })
  const log = createLog(config.LOG_LEVEL)
  const assistant = await openAssistant(config, log)
  let where = () => ''
  app = await startApp({
    assistant, log,
    db: await openDatabase(config.DATABASE_URL),
    channels: (ports) => {
      const web = webChannel({ port: config.PORT, host: config.HOST, ...ports })
      where = web.url
      return [web]
    },
  })
  url = where()
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags })
})

afterEach(async () => {
  for (const context of open.splice(0)) await context.close()
  expect(complaints.splice(0)).toEqual([])
})

afterAll(async () => {
  await browser?.close()
  await app?.stop()
  rmSync(dir, { recursive: true, force: true })
})

/** A resident with a device of their own; what the browser complains about fails the test. */
async function visit(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options)
  open.push(context)
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()))
  await page.goto(url)
  return page
}

async function ask(page: Page, text: string): Promise<void> {
  const before = await page.locator('#log > li[data-id]').count()
  await page.getByLabel('说说您的事').fill(text)
  await page.getByRole('button', { name: '发送', exact: true }).click()
  await expect.poll(() => page.locator('#log > li[data-id]').count()).toBe(before + 1)
}

test('a resident asks, reads, unfolds a citation, votes and asks for a person', async () => {
  const page = await visit(phone)
  await ask(page, unpaid)
  const answer = page.getByRole('article', { name: '智能助手的答复' })
  expect(await answer.innerText()).toMatch(/AI 生成.*劳动.*怎么做.*去哪里办.*依据/s)
  await expect.poll(() => page.locator('#live').innerText()).toContain('答复来了')

  const citation = answer.locator('details').first()
  expect(await citation.locator('.law').isVisible()).toBe(false)
  await citation.locator('summary').click()
  expect(await citation.locator('.law').isVisible()).toBe(true)
  expect(await citation.locator('summary').innerText()).toMatch(/《.+》第.+条/)

  await answer.getByRole('button', { name: '有用' }).click()
  await expect.poll(() => answer.getByRole('button', { name: '有用' }).getAttribute('aria-pressed')).toBe('true')
  expect(await answer.innerText()).toContain('记下了，谢谢您。')

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await answer.getByRole('button', { name: '复制' }).click()
  await expect.poll(() => answer.innerText()).toContain('复制好了。')
  expect(await page.evaluate(() => navigator.clipboard.readText()), 'a copy keeps its label').toContain('AI 生成')

  await answer.getByRole('button', { name: '转人工' }).click()
  const handed = page.getByRole('article', { name: '转给法律顾问的答复' })
  await expect.poll(() => handed.count()).toBe(1)
  expect(await handed.getByRole('heading').first().innerText()).toMatch(/#\d{4,}/)

  const shown = await page.locator('#log > li').evaluateAll((items) => items.map(({ id }) => id))
  await page.reload()
  expect(await page.locator('#log > li').evaluateAll((items) => items.map(({ id }) => id)), 'a reload shows the same, each once').toEqual(shown)
  expect(await page.getByRole('button', { name: '有用' }).getAttribute('aria-pressed')).toBe('true')
})

test('an emergency is answered with numbers to call, and a quick way out that leaves nothing behind', async () => {
  const page = await visit(phone)
  await page.route('https://www.baidu.com/**', (route) => route.fulfill({ contentType: 'text/html', body: '<title>elsewhere</title>' }))
  await ask(page, violence)
  const help = page.getByRole('article', { name: '紧急帮助' })
  const numbers = await help.locator('a.call').evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  expect(numbers).toContain('tel:110')
  expect(await help.innerText()).toMatch(/#\d{4,}/)
  await page.locator('header').getByRole('button', { name: '快速离开' }).click()
  await page.waitForURL('https://www.baidu.com/')
  await page.goto(url)
  expect(await page.locator('#log > li').count()).toBe(0)
})

test('two windows of one conversation both hear the answer, each once', async () => {
  const page = await visit()
  const other = await page.context().newPage()
  await other.goto(url)
  await ask(page, unpaid)
  await expect.poll(() => other.locator('#log > li').count()).toBe(2)
  expect(await page.locator('#log > li').count()).toBe(2)
})

test('each question that the first page offers has an answer', async () => {
  const page = await visit(phone)
  const offered = await page.locator('#welcome .asks button').allInnerTexts()
  expect(offered).toHaveLength(6)
  for (const text of offered) {
    const reply = await fetch(new URL('/api/ask', url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text }) })
    expect(await reply.json(), text).toMatchObject({ kind: 'answered' })
  }
})

test('what is erased is off the page at once, and the page says so where it is read', async () => {
  const page = await visit(phone)
  await ask(page, unpaid)
  await page.getByLabel('说说您的事').fill('删除我的记录')
  await page.getByRole('button', { name: '发送', exact: true }).click()
  await expect.poll(() => page.locator('#log').innerText()).toContain('您的记录删好了')
  expect(await page.locator('#log').innerText()).not.toMatch(/拖欠|工资|AI 生成/)
  expect(await page.getByRole('button', { name: '有用' }).count()).toBe(0)
})

test('offline: the words are kept, and sent once when the line is back', async () => {
  const page = await visit(phone)
  await page.context().setOffline(true)
  await page.getByLabel('说说您的事').fill('邻居家漏水，把我家泡了')
  await page.getByRole('button', { name: '发送', exact: true }).click()
  await expect.poll(() => page.locator('.me.fail').innerText()).toContain('没发出去')
  expect(await page.locator('#net').isVisible()).toBe(true)
  await page.context().setOffline(false)
  await expect.poll(() => page.locator('#log > li[data-id]').count(), { timeout: 15_000 }).toBe(1)
  expect([await page.locator('.me').count(), await page.locator('.me.fail').count(), await page.locator('#net').isVisible()]).toEqual([1, 0, false])
  complaints.length = 0 // the browser reports the failed requests themselves
})

test('a draft outlives a reload', async () => {
  const page = await visit()
  await page.getByLabel('说说您的事').fill('老板说等到过年')
  await page.reload()
  expect(await page.getByLabel('说说您的事').inputValue()).toBe('老板说等到过年')
})

test('without scripts it all works: ask, read, unfold, vote, ask for a person', async () => {
  const page = await visit({ ...phone, javaScriptEnabled: false })
  await page.getByLabel('说说您的事').fill(unpaid)
  await page.getByRole('button', { name: '发送', exact: true }).click()
  const answer = page.locator('article.sheet').first()
  await answer.locator('summary').first().click()
  expect(await answer.locator('.law').first().isVisible()).toBe(true)
  await answer.getByRole('button', { name: '没帮上' }).click()
  expect(await answer.innerText()).toContain('没帮上，对不住。')
  await answer.getByRole('button', { name: '转人工' }).click()
  expect(await page.locator('article.hum').innerText()).toMatch(/#\d{4,}/)
})

test('the keyboard alone is enough', async () => {
  const page = await visit()
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('跳到正文')
  await page.getByLabel('说说您的事').focus()
  await page.keyboard.type(unpaid)
  await page.keyboard.press('Enter')
  await expect.poll(() => page.locator('#log > li[data-id]').count()).toBe(1)
  await page.locator('summary').first().focus()
  await page.keyboard.press('Enter')
  expect(await page.locator('.law').first().isVisible()).toBe(true)
})

test.each([
  ['320 px', { viewport: { width: 320, height: 640 } }, false],
  ['large type at 360 px', { viewport: { width: 360, height: 740 } }, true],
  ['a desktop', { viewport: { width: 1280, height: 800 } }, false],
])('nothing runs off the side at %s', async (_, options, big) => {
  const page = await visit(options)
  if (big) await page.getByRole('button', { name: '大字' }).click()
  const overhang = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(await overhang()).toBe(0)
  await ask(page, unpaid)
  await page.locator('summary').first().click()
  await ask(page, violence)
  expect(await overhang()).toBe(0)
  const small = await page.locator('button:visible, a.btn:visible, summary:visible').evaluateAll((targets) => targets.filter((target) => target.getBoundingClientRect().height < 44).map((target) => target.textContent))
  expect(small, 'every target is at least 44 px high').toEqual([])
})

test.runIf(process.env.SCREENSHOT)('the screenshot for the README', async () => {
  const page = await visit(phone)
  await ask(page, unpaid)
  await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }))
  await page.waitForTimeout(300)
  await page.screenshot({ path: process.env.SCREENSHOT! })
})
