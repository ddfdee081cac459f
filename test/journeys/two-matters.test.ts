import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAssistant } from '../../src/assistant.ts'
import { readConfig } from '../../src/config.ts'
import { cases } from '../support/grounds.ts'
import { openVillage, type Village } from '../support/village.ts'

const dir = mkdtempSync(join(tmpdir(), 'two-matters-'))
let village: Village

beforeAll(async () => {
  village = await openVillage({ counsel: await openAssistant(readConfig({ DATA_DIR: dir }), { info: () => {}, warn: () => {}, error: () => {} }) })
})
afterAll(async () => {
  await village.close()
  rmSync(dir, { recursive: true })
})

let talks = 0
/** How many of our messages came back to the resident. */
async function replies(text: string): Promise<number> {
  const person = `p${++talks}`
  return (await village.direct(text, person)).filter(({ to }) => to.conversation === person).length
}

test('without a model two matters in one breath are often told apart, and one matter never is', async () => {
  const messages = cases<{ text: string; matters: 1 | 2 }>('two-matters')
  const split: { text: string; matters: 1 | 2 }[] = []
  for (const message of messages) if ((await replies(message.text)) === 2) split.push(message)
  const right = split.filter(({ matters }) => matters === 2).length
  console.log(`told apart: ${right} of ${messages.filter(({ matters }) => matters === 2).length}; not: ${messages.filter((m) => m.matters === 2 && !split.includes(m)).map((m) => m.text).join(' ')}`)
  expect(split.filter(({ matters }) => matters === 1)).toEqual([])
  expect(messages.filter(({ matters }) => matters === 1)).toHaveLength(90)
  expect(right).toBeGreaterThanOrEqual(16)
})

test('what sounds urgent comes first, its card shows the whole message, and the other matter is answered', async () => {
  const text = '我被拖欠工资，还被房东赶出来了'
  const sent = await village.direct(text, 'both')
  const [urgent, answer] = sent.filter(({ to }) => to.conversation === 'both')
  expect([urgent?.sheet?.kind, answer?.sheet?.kind]).toEqual(['urgent', 'answer'])
  expect(answer?.text).toContain('欠工资有三条路可走')
  expect(sent.find(({ to }) => to.conversation !== 'both')?.text).toContain(`问：${text}`)
  const kept = await village.db('conversations').where({ sender: 'both' }).first<{ state: string }>('state')
  expect(JSON.parse(kept.state)).toMatchObject({ lastEntry: 'unpaid-wages', alarm: { situation: expect.stringMatching(/^urgent-/) } })
})
