import { readFileSync } from 'node:fs'
import { answerFrom } from '../../src/consult/answer.ts'
import type { Entry } from '../../src/domain/entry.ts'
import type { ArticleRef, Law } from '../../src/domain/law.ts'
import type { Answer } from '../../src/domain/outcome.ts'
import { createFolder } from '../../src/knowledge/load.ts'

const today = '2026-11-22'

/** The real knowledge folder, as answers are made from it. */
export async function realLibrary(): Promise<{ answer(id: string): Answer; laws: readonly Law[]; citable(ref: ArticleRef): boolean }> {
  const { entries, register } = await createFolder('knowledge')(today)
  const byId = new Map<string, Entry>(entries.map((entry) => [entry.id, entry]))
  const citable = (ref: ArticleRef) => register.objection(ref, today) === undefined
  return {
    laws: register.laws,
    citable,
    answer(id) {
      const entry = byId.get(id)
      const answer = entry && answerFrom(entry, { entry: (other) => byId.get(other), citable, stale: () => false })
      if (!answer) throw new Error(`${id} gives no answer`)
      return answer
    },
  }
}

/** The lines of a file in test/regression. */
export function cases<T>(name: string): T[] {
  return readFileSync(`test/regression/${name}.jsonl`, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as T)
}
