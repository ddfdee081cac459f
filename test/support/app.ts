import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApp, type App } from '../../src/app.ts'
import { openAssistant } from '../../src/assistant.ts'
import { readConfig } from '../../src/config.ts'
import type { Channel } from '../../src/domain/message.ts'
import { openDatabase } from '../../src/store/database.ts'

const silent = { info: () => {}, warn: () => {}, error: () => {} }

/** The real app over one channel, with a few real guides, a ledger in memory and its own folder. */
export async function startTestApp(channel: Channel): Promise<{ app: App; stop(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'app-'))
  await mkdir(join(dir, 'knowledge', 'guides'), { recursive: true })
  for (const name of ['laws.yaml', 'law-numbers.json', 'guides/unpaid-wages.md', 'guides/lending-iou.md', 'services', 'situations']) {
    await cp(join('knowledge', name), join(dir, 'knowledge', name), { recursive: true })
  }
  const config = readConfig({ DATA_DIR: join(dir, 'data'), KNOWLEDGE_DIR: join(dir, 'knowledge'), LOG_LEVEL: 'silent' })
  const assistant = await openAssistant(config, silent)
  const db = await openDatabase('better-sqlite3::memory:')
  const app = await startApp({ assistant, db, log: silent, channels: () => [channel] })
  return {
    app,
    async stop() {
      await app.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
