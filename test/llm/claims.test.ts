import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { wordAnswer, type Fallback } from '../../src/consult/worded.ts'
import type { Sentence, Writer } from '../../src/domain/passage.ts'
import { openWriter } from '../../src/llm/open.ts'
import { cases, realLibrary } from '../support/grounds.ts'
import { startOpenAiServer, type OpenAiServer } from '../support/openai-server.ts'

type Planted = { readonly id: string; readonly sound: boolean; readonly kind?: string; readonly entry: string; readonly question: string; readonly sentences: readonly Sentence[] }

const planted = cases<Planted>('planted')
const bad = planted.filter(({ sound }) => !sound)
const sound = planted.filter((one) => one.sound)
const dir = mkdtempSync(join(tmpdir(), 'claims-'))
let server: OpenAiServer
let writer: Writer
let library: Awaited<ReturnType<typeof realLibrary>>

beforeAll(async () => {
  server = await startOpenAiServer()
  library = await realLibrary()
  writer = await openWriter({ model: 'openai:scripted', baseUrl: server.url, structure: 'tool', budgetFile: join(dir, 'budget.json'), limits: {}, prices: { input: 0, output: 0 }, today: () => '2026-11-22' })
})
afterAll(async () => {
  await server.stop()
  rmSync(dir, { recursive: true })
})

async function worded(entry: string, question: string, sentences: readonly Sentence[]): Promise<{ text: string | undefined; shown: string; reports: Fallback[] }> {
  server.does({ kind: 'sentences', sentences })
  const reports: Fallback[] = []
  let shown = ''
  const task = { answer: library.answer(entry), question, person: 'web:one', shown: (text: string) => void (shown += text) }
  const answer = await wordAnswer(task, { writer, laws: () => library.laws, citable: library.citable, articleText: () => '', report: (why) => reports.push(why) }, AbortSignal.timeout(5000))
  return { text: answer?.text, shown, reports }
}

/** Sound sentences that bad ones of the same entry are put between. */
function soundOf(entry: string): readonly Sentence[] {
  return sound.find((one) => one.entry === entry)?.sentences ?? []
}

test('the set is as large as it claims, and holds every kind of fault', () => {
  expect(bad.length).toBeGreaterThanOrEqual(150)
  expect(sound).toHaveLength(100)
  expect([...new Set(bad.map(({ kind }) => kind))].sort()).toEqual(['article', 'leak', 'number', 'promise', 'unfounded'])
})

test('every planted fault is caught, alone, before and after sound sentences, and is never shown on the way', async () => {
  const missed: string[] = []
  for (const { id, entry, question, sentences } of bad) {
    const [fault] = sentences
    const around = soundOf(entry)
    for (const reply of [sentences, [...sentences, ...around], [...around, ...sentences]]) {
      const { text, shown } = await worded(entry, question, reply)
      if (`${text ?? ''}${shown}`.includes((fault?.text ?? '').replace(/。$/, ''))) missed.push(`${id} ${fault?.text}`)
    }
  }
  expect(missed).toEqual([])
})

test('of 100 sound replies at least 95 go out whole', async () => {
  const lost: string[] = []
  for (const { id, entry, question, sentences } of sound) {
    const { text, reports } = await worded(entry, question, sentences)
    if (text !== sentences.map((one) => one.text).join('')) lost.push(`${id} ${JSON.stringify(reports)}`)
  }
  console.log(`sound replies that went out whole: ${sound.length - lost.length} of ${sound.length}`)
  expect(lost.length, lost.join('\n')).toBeLessThanOrEqual(5)
})

test('an article that a sentence rests on stands first among the citations', async () => {
  const { citations } = library.answer('unpaid-wages')
  server.does({ kind: 'sentences', sentences: [{ text: '可以申请劳动仲裁，不收费，受理后一般45日内裁决。', passages: ['p1', 'a2'] }] })
  const answer = await wordAnswer({ answer: library.answer('unpaid-wages'), question: '怎么讨', person: 'web:one' }, { writer, laws: () => library.laws, citable: library.citable, articleText: () => '', report: () => {} }, AbortSignal.timeout(5000))
  expect(answer?.citations[0]).toEqual(citations[1])
  expect(answer?.citations).toHaveLength(citations.length)
  expect(answer?.model).toBe('scripted')
})

test('a register in which the article is gone silences it', async () => {
  const article = library.answer('unpaid-wages').citations[0]
  const { articleLabel } = await import('../../src/domain/law.ts')
  const sentences = [{ text: `${articleLabel(article!)}说，可以申请劳动仲裁，不收费。`, passages: ['p1', 'a1'] }]
  server.does({ kind: 'sentences', sentences })
  const ports = { writer, laws: () => library.laws, articleText: () => '', report: () => {} }
  const task = { answer: library.answer('unpaid-wages'), question: '怎么讨', person: 'web:one' }
  expect((await wordAnswer(task, { ...ports, citable: library.citable }, AbortSignal.timeout(5000)))?.text).toContain('说，可以申请')
  expect(await wordAnswer(task, { ...ports, citable: () => false }, AbortSignal.timeout(5000))).toBeUndefined()
})
