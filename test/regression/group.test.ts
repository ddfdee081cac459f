import { readFile } from 'node:fs/promises'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAssistant } from '../../src/assistant.ts'
import { readConfig } from '../../src/config.ts'
import type { Outbound } from '../../src/domain/message.ts'
import { createLog } from '../../src/log.ts'
import { group, openVillage } from '../support/village.ts'

/** An evening in a village group, line by line: who said what, and whether it was for us. */
type Line = { id: string; sender: string; minute: number; text: string; label: 'chat' | 'legal' | 'urgent' }

const lines = (await readFile(new URL('./group.jsonl', import.meta.url), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as Line)
const said = new Map<string, Outbound[]>()
const evening = new Date('2026-11-23T10:00:00Z').getTime()
let dir = ''

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'group-'))
  const counsel = await openAssistant({ ...readConfig({}), DATA_DIR: dir }, createLog('silent'))
  const village = await openVillage({ counsel, settings: { perGroupPerMinute: 300, perPersonPerMinute: 60 } })
  for (const { id, sender, minute, text } of lines) {
    const answers = await village.say({ id, sender, text, addressed: false, at: new Date(evening + minute * 60_000) })
    said.set(id, answers.filter(({ to }) => to.conversation === group.conversation))
  }
  await village.close()
}, 300_000)
afterAll(() => rm(dir, { recursive: true, force: true }))

const answered = (label: Line['label']) => lines.filter((line) => line.label === label && (said.get(line.id)?.length ?? 0) > 0)
const missed = (label: Line['label']) => lines.filter((line) => line.label === label && !said.get(line.id)?.length).map(({ text }) => text)

test('the transcript is what it says: 300 lines, 30 legal questions, 5 emergencies', () => {
  expect([lines.length, lines.filter(({ label }) => label === 'legal').length, lines.filter(({ label }) => label === 'urgent').length]).toEqual([300, 30, 5])
})

test('of 30 legal questions said to nobody at least 27 are taken up', () => {
  console.log(`taken up: ${answered('legal').length} of 30; missed: ${missed('legal').join(' ｜ ')}`)
  expect(answered('legal').length).toBeGreaterThanOrEqual(27)
})

test('every emergency gets its first words', () => {
  expect(missed('urgent')).toEqual([])
  for (const { id } of answered('urgent')) expect(said.get(id)?.[0]?.sheet?.kind).toBe('urgent')
})

test('of the rest at most two are disturbed', () => {
  const disturbed = answered('chat').map(({ text, id }) => `${text} → ${said.get(id)?.[0]?.text.slice(0, 40)}`)
  console.log(`disturbed: ${disturbed.length} of 265; ${disturbed.join(' ｜ ')}`)
  expect(disturbed.length).toBeLessThanOrEqual(2)
})
