import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openAssistant } from '../../src/assistant.ts'
import { readConfig } from '../../src/config.ts'
import { openEmbedding } from '../../src/retrieval/embedding.ts'
import { inbound } from '../support/messages.ts'

const dir = mkdtempSync(join(tmpdir(), 'trained-anew-'))
afterAll(() => rmSync(dir, { recursive: true }))

/** The model that ships with its tokens' rows the other way round: the same name and size, and nothing means what it did. */
function otherModel(): string {
  const other = join(dir, 'lay-law-zh')
  cpSync('models/lay-law-zh', other, { recursive: true })
  const path = join(other, 'tokenizer.json')
  const tokenizer = JSON.parse(readFileSync(path, 'utf8')) as { model: { vocab: Record<string, number> } }
  const { vocab } = tokenizer.model
  const last = Math.max(...Object.values(vocab))
  for (const token of Object.keys(vocab)) vocab[token] = last - vocab[token]!
  writeFileSync(path, JSON.stringify(tokenizer))
  return other
}

test('a model trained anew has another name, and an index that the old one made is not searched', async () => {
  const other = otherModel()
  const [ours, pipeline, theirs] = [await openEmbedding({ dir: 'models/lay-law-zh' }), await openEmbedding({ dir: 'models/lay-law-zh', viaPipeline: true }), await openEmbedding({ dir: other })]
  expect(pipeline.name).toBe(ours.name)
  expect(theirs.name).toMatch(/^lay-law-zh@/)
  expect(theirs.name).not.toBe(ours.name)

  const quiet = { info: () => {}, warn: () => {}, error: () => {} }
  const sureness = async (data: string, more: Record<string, string> = {}) => {
    const assistant = await openAssistant(readConfig({ DATA_DIR: join(dir, data), ...more }), quiet)
    return (await assistant.decide(inbound({ text: '收养孩子要什么手续' }), {})).confidence
  }
  await sureness('data', { EMBEDDING_MODEL: other })
  expect(await sureness('data')).toBe(await sureness('fresh'))
}, 60_000)
