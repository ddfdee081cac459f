import type { Entry } from '../domain/entry.ts'
import type { Intent } from '../domain/evidence.ts'
import { createBayes, type Example } from './bayes.ts'
import { examplesOf } from './documents.ts'
import { tokens } from './segment.ts'

/** A message that training gathered, beside the wordings that entries name: which entries it belongs to, its intent, and how much it counts for that, if not whole. */
export type Wording = { readonly text: string; readonly entries: readonly string[]; readonly intent: Intent; readonly weight?: number }

/** How likely each entry and each intent is for a question, as log-probabilities up to a constant. */
export type Likelihood = {
  /** Takes the entries as they are now; one that changed is forgotten and learned anew. */
  learn(entries: readonly Entry[]): void
  /** `without` is a text to judge as if it had never been learned. */
  of(question: string, without?: string): Likelihoods
}

/** `known` is the share of the question's words, rare ones counting most, that the entry's texts hold. */
export type Likelihoods = { readonly entries: ReadonlyMap<string, number>; readonly known: ReadonlyMap<string, number>; readonly intents: ReadonlyMap<string, number> }

/**
 * Two naive Bayes classifiers over what entries say, how residents ask for them, and the messages of
 * training. `cut` segments a text; segmenting is most of the work, so the caller may remember it.
 */
export function createLikelihood(wordings: readonly Wording[], cut: (text: string) => string[] = tokens): Likelihood {
  const byEntry = createBayes()
  const byIntent = createBayes()
  const learned = new Map<string, { entry: Entry; examples: readonly Example[] }>()
  const furtherOf = new Map<string, string[]>()
  for (const { text, entries, intent, weight = 1 } of wordings) {
    byIntent.add(intent, { tokens: cut(text), weight })
    for (const entry of entries) furtherOf.set(entry, [...(furtherOf.get(entry) ?? []), text])
  }

  function change(entry: Entry, examples: readonly Example[], verb: 'add' | 'remove'): void {
    const intent: Intent = entry.kind === 'situation' ? entry.response : 'question'
    for (const example of examples) byEntry[verb](entry.id, example)
    const own = new Set(entry.questions)
    for (const text of own) byIntent[verb](intent, { tokens: cut(text), weight: 1 })
  }

  /** Where a text was learned from, so that it can be unlearned for a moment. */
  function tracesOf(text: string) {
    const words = cut(text)
    const known = [...learned.values()].filter(({ entry }) => entry.questions.includes(text) || furtherOf.get(entry.id)?.includes(text))
    const intents = [
      ...wordings.filter((wording) => wording.text === text).map(({ intent, weight = 1 }) => ({ intent, example: { tokens: words, weight } })),
      ...known.filter(({ entry }) => entry.questions.includes(text)).map(({ entry }) => ({ intent: entry.kind === 'situation' ? entry.response : ('question' as const), example: { tokens: words, weight: 1 } })),
    ]
    return { entries: known.map(({ entry }) => ({ id: entry.id, example: { tokens: words, weight: 1 } })), intents }
  }

  return {
    learn(entries) {
      const present = new Map(entries.map((entry) => [entry.id, entry]))
      for (const [id, { entry, examples }] of learned) {
        if (present.get(id) === entry) continue
        change(entry, examples, 'remove')
        learned.delete(id)
      }
      for (const [id, entry] of present) {
        if (learned.has(id)) continue
        const examples = examplesOf(entry, furtherOf.get(id) ?? [], cut)
        change(entry, examples, 'add')
        learned.set(id, { entry, examples })
      }
    },

    of(question, without) {
      const traces = without === undefined ? undefined : tracesOf(without)
      for (const { id, example } of traces?.entries ?? []) byEntry.remove(id, example)
      for (const { intent, example } of traces?.intents ?? []) byIntent.remove(intent, example)
      const asked = tokens(question)
      const found = { entries: byEntry.score(asked), known: byEntry.shares(asked), intents: byIntent.score(asked) }
      for (const { id, example } of traces?.entries ?? []) byEntry.add(id, example)
      for (const { intent, example } of traces?.intents ?? []) byIntent.add(intent, example)
      return found
    },
  }
}
