import { telegramChannel } from '../../adapters/telegram.ts'
import { startApp } from '../../src/app.ts'
import type { Counsel } from '../../src/assistant.ts'
import type { Roster } from '../../src/domain/person.ts'
import { openDatabase } from '../../src/store/database.ts'

/** A process of its own, to be killed: the real app over Telegram, whose answer says what was asked. */
const { TOKEN = '', API = '', DATABASE = '', GROUPS = '0', GATHER = '0' } = process.env

export const echo: Counsel = {
  decide: async ({ text }) => ({ kind: 'told', text: `答〔${text}〕`, entries: [], confidence: 1, reason: 'echo' }),
  words: { article: () => undefined }, entry: () => undefined, laws: () => [], emergency: () => false,
}

export function groupsRoster(count: number): Roster {
  const groups = Array.from({ length: count }, (_, index) => ({ with: 'residents' as const, at: { channel: 'telegram' as const, conversation: String(-100 - index) }, village: 'a', policy: 'attentive' as const }))
  return { villages: [{ id: 'a', name: '甲村' }], groups, advisers: [], admins: [] }
}

export const loadSettings = { gatherSeconds: Number(GATHER), perPersonPerMinute: 100_000, perGroupPerMinute: 100_000 }

if (TOKEN) {
  const log = { info: () => {}, warn: () => {}, error: (data: object, text: string) => console.error(text, JSON.stringify(data)) }
  const roster = groupsRoster(Number(GROUPS))
  await startApp({
    assistant: echo, db: await openDatabase(DATABASE), log, roster: () => roster, settings: loadSettings,
    channels: () => [telegramChannel({ token: TOKEN, apiRoot: API, callSeconds: 2 })], lost: () => process.exit(1),
  })
}
