import { expect, test } from 'vitest'
import { passagesOf } from '../../src/consult/passages.ts'
import type { Sentence } from '../../src/domain/passage.ts'
import { promptNames, readPrompt } from '../../src/llm/prompts.ts'
import { objectionTo } from '../../src/safety/claims.ts'
import { createMasking } from '../../src/safety/mask.ts'
import { cases, realLibrary } from '../support/grounds.ts'

type Fresh = { readonly id: string; readonly sound: boolean; readonly entry: string; readonly question: string; readonly sentences: readonly Sentence[] }

/**
 * Replies written from the guides alone, by somebody who had not read the checks: single sentences that turn
 * a condition, a party, a deadline, a number, an article or a mark around, and sound ones beside them. The
 * second set had no part in mending the checks, so it tells how they do on what nobody thought of.
 */
test.each([
  ['fresh-one', { caught: 52, of: 60, sound: 58 }],
  ['fresh-two', { caught: 33, of: 40, sound: 38 }],
])('%s', async (name, bound) => {
  const library = await realLibrary()
  const instructions = promptNames.map((prompt) => readPrompt(prompt).system)
  const missed: string[] = []
  const lost: string[] = []
  const all = cases<Fresh>(name)
  for (const { id, sound, entry, question, sentences } of all) {
    const grounds = {
      passages: passagesOf(library.answer(entry), { articleText: () => '', citable: library.citable }), question, laws: library.laws,
      citable: library.citable, instructions, unknownMarks: createMasking().unknown,
    }
    const objections = sentences.flatMap((sentence) => objectionTo(sentence, grounds) ?? [])
    if (sound && objections.length > 0) lost.push(`${id} ${objections.join()}`)
    if (!sound && objections.length === 0) missed.push(`${id} ${sentences[0]?.text}`)
  }
  expect(all.filter(({ sound }) => !sound)).toHaveLength(bound.of)
  expect(all.filter(({ sound }) => sound)).toHaveLength(bound.of)
  expect(bound.of - missed.length, missed.join('\n')).toBeGreaterThanOrEqual(bound.caught)
  expect(bound.of - lost.length, lost.join('\n')).toBeGreaterThanOrEqual(bound.sound)
})
