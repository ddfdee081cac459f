import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry, EntryKind, Response } from '../domain/entry.ts'
import type { Confidence, Evidence, Intent, Match } from '../domain/evidence.ts'
import { documentsOf, type Document } from './documents.ts'
import type { Embedding } from './embedding.ts'
import { createLexical, openLexical } from './lexical.ts'
import { createLikelihood, type Wording } from './likelihood.ts'
import { searchable, terms } from './segment.ts'
import { closeness, cuesOf, intentScore, intentSignals, scoreOf, signalsOf, softmax, type Hit, type Logistic, type Signals, type Weights } from './signals.ts'
import { openTokenMemory } from './token-memory.ts'
import { createUncovered, type Nearness, type Uncovered, type UncoveredQuestions } from './uncovered.ts'
import { createVectors, openVectors } from './vectors.ts'

/** Finds entries for a question. */
export type Retriever = {
  /** Takes the entries as they are now; only texts that changed are indexed anew. Tells how many were. */
  update(entries: readonly Entry[]): Promise<{ added: number; removed: number }>
  search(question: string, options?: SearchOptions): Promise<Evidence>
  /** What calibration learns from: the signals behind a search. */
  look(question: string, options?: SearchOptions): Promise<Look>
}

export type SearchOptions = {
  /** A text to leave out of the index, so that a known wording can be tried as if it were new. */
  readonly without?: string
  /** Uncovered questions to leave out, for the same reason. */
  readonly apart?: ReadonlySet<string>
  /** Entries that the conversation is about, which a short follow-up most likely means. */
  readonly about?: readonly string[]
}

export type Look = { readonly signals: readonly (Signals & { readonly kind: EntryKind })[]; readonly intents: Readonly<Record<Intent, number>>; readonly intentSignals: Readonly<Record<Intent, readonly number[]>>; readonly situations: Evidence['situations']; readonly uncovered: Nearness }

const breadth = 240
/** How much an uncovered question counts as an example of a question: there are as many of them as of all others. */
const uncoveredWeight = 0.5
/** So near to an uncovered question, and by so much nearer than to any covered one, a message is taken for uncovered whatever was said before it. */
const leastLike = 0.6
const leastLead = 0.05
const farOff: Nearness = { nearest: 0, near3: 0 }
export const intents: readonly Intent[] = ['question', 'urgent', 'refuse', 'ignore', 'escalate']

/** Opens the index saved in `dir`, or starts an empty one; a model other than the saved one's starts anew. */
export function openRetriever(options: { dir: string; embedding: Embedding; weights: Weights; wordings?: readonly Wording[]; uncovered?: UncoveredQuestions }): Retriever {
  const { dir, embedding, weights, wordings = [], uncovered = { against: [], texts: [] } } = options
  const saved = openSaved(dir, embedding)
  const { lexical, vectors } = saved
  /** By number: lexical and vectors know documents by it. */
  const documents = new Map<number, Document>(saved.documents)
  const numbers = new Map<string, number>([...documents].map(([number, { key }]) => [key, number]))
  let kinds = new Map<string, { kind: EntryKind; intent: Intent }>()
  let next = Math.max(-1, ...documents.keys()) + 1
  const boosts = { about: 0.12 }
  const memory = openTokenMemory(join(dir, 'tokens.json'), embedding.name)
  const likelihood = createLikelihood([...wordings, ...uncovered.texts.map((text) => ({ text, entries: [], intent: 'question' as const, weight: uncoveredWeight }))], memory.cut)
  const known = new Set(uncovered.against)
  let nearUncovered: Uncovered | undefined
  /** Wordings of entries that came after the uncovered questions were written. */
  let later: Float32Array[] = []

  function hitsFor(question: string, vector: Float32Array, without?: string): Hit[] {
    const likeness = new Map(vectors.nearest(vector, breadth).map((neighbour) => [neighbour.id, neighbour.likeness]))
    const found = lexical.search(terms(question), breadth)
    const scores = new Map([...found.ids].map((id, index) => [id, found.scores[index] ?? 0]))
    return [...new Set([...likeness.keys(), ...scores.keys()])].flatMap((number) => {
      const document = documents.get(number)
      if (!document || document.text === without) return []
      return [{ document, likeness: likeness.get(number) ?? 0, lexical: scores.get(number) ?? 0 }]
    })
  }

  async function look(said: string, { without, apart }: SearchOptions = {}): Promise<Look> {
    const question = searchable(said)
    const vector = embedding.embedNow ? embedding.embedNow(question) : (await embedding.embed([question]))[0]
    if (!vector) return { signals: [], situations: {}, uncovered: farOff, ...intentsOf(question, [], new Map()) }
    const hits = hitsFor(question, vector, without)
    const likely = likelihood.of(question, without)
    const signals = signalsOf(hits, likely).flatMap((signal) => {
      const kind = kinds.get(signal.entry)?.kind
      return kind ? [{ ...signal, kind }] : []
    })
    const situations = signals.filter(({ kind }) => kind === 'situation').sort((one, other) => other.nearest + other.bayes - one.nearest - one.bayes)
    const nearest: Partial<Record<Response, Match>> = {}
    for (const { entry, nearest: score, wording } of situations) {
      const intent = kinds.get(entry)?.intent
      if (intent && intent !== 'question') nearest[intent] ??= { entry, score, wording }
    }
    return {
      signals: signals.filter(({ kind }) => kind !== 'situation'),
      ...intentsOf(question, signals, likely.intents),
      situations: nearest,
      uncovered: nearUncovered?.near(vector, later, apart) ?? farOff,
    }
  }

  function intentsOf(question: string, signals: readonly Signals[], likely: ReadonlyMap<string, number>): Pick<Look, 'intents' | 'intentSignals'> {
    const closenessOf = closeness(likely)
    const cues = cuesOf(question)
    const features = Object.fromEntries(
      intents.map((intent) => [intent, [...intentSignals(signals.filter(({ entry }) => (kinds.get(entry)?.intent ?? 'question') === intent)), closenessOf(intent)]]),
    ) as Record<Intent, number[]>
    const scores = intents.map((intent) => intentScore(intent, features[intent], cues, weights))
    const shares = softmax(scores, 1)
    return { intentSignals: features, intents: Object.fromEntries(intents.map((intent, index) => [intent, shares[index] ?? 0])) as Record<Intent, number> }
  }

  return {
    look,

    async update(entries) {
      kinds = new Map(entries.flatMap((entry) => (entry.kind === 'statute' ? [] : [[entry.id, { kind: entry.kind, intent: entry.kind === 'situation' ? entry.response : 'question' }] as const])))
      const wanted = new Map(entries.flatMap(documentsOf).map((document) => [document.key, document]))
      likelihood.learn(entries)
      const gone = [...numbers].filter(([key]) => !wanted.has(key))
      for (const [key, number] of gone) {
        lexical.remove(number)
        vectors.remove(number)
        documents.delete(number)
        numbers.delete(key)
      }
      const fresh = [...wanted.values()].filter(({ key }) => !numbers.has(key))
      const embedded = await embedding.embed(fresh.map(({ text }) => text))
      fresh.forEach((document, index) => {
        const number = next++
        const vector = embedded[index]
        if (vector) vectors.add(number, vector)
        lexical.add(number, terms(document.text))
        documents.set(number, document)
        numbers.set(document.key, number)
      })
      nearUncovered ??= await createUncovered(uncovered.texts, embedding)
      later = [...documents].flatMap(([number, { entry, part }]) => (part === 'wording' && !known.has(entry) ? (vectors.vector(number) ?? []) : []))
      memory.save()
      if (gone.length + fresh.length > 0) save(dir, embedding, documents, lexical, vectors)
      return { added: fresh.length, removed: gone.length }
    },

    async search(question, options = {}) {
      const { signals, intents: shares, situations, uncovered: nearness } = await look(question, options)
      const scored = signals
        .map((signal) => ({ signal, score: scoreOf(signal, signal.kind, weights) + (options.about?.includes(signal.entry) ? boosts.about : 0) }))
        .sort((one, other) => other.score - one.score)
      const matches = scored.slice(0, 10).map(({ signal, score }) => ({ entry: signal.entry, score, wording: signal.wording }))
      const best = scored[0]?.signal
      const told = best && confidenceSignals(scored.map(({ score }) => score), best, shares, nearness, weights)
      const isUncovered = nearness.nearest >= leastLike && nearness.nearest > leastLead + Math.max(0, ...signals.map(({ nearest }) => nearest))
      return { matches, confidence: chance(told, weights.confidence), closedSet: chance(told, weights.closedSet), intents: shares, situations, ...(isUncovered ? { uncovered: true as const } : {}) }
    },
  }
}

/**
 * What the chance of being right is read from, each about 0 to 1; the first six are also what is read supposing that
 * some entry is right.
 */
export function confidenceSignals(scores: readonly number[], best: Signals, shares: Readonly<Record<Intent, number>>, { nearest, near3 }: Nearness, weights: Weights): number[] {
  const [share = 0, second = 0] = softmax(scores, weights.sharpness)
  return [share, share - second, best.nearest, best.near3, best.words, shares.question, best.body, best.bodyWords, best.bayes, best.known, nearest, near3]
}

/** How many of them. */
export const closedSetSignals = 6

/** 0 where nothing was found. */
function chance(signals: readonly number[] | undefined, { bias, weights }: Logistic): Confidence {
  const odds = signals?.reduce((total, signal, index) => total + signal * (weights[index] ?? 0), bias)
  return (odds === undefined ? 0 : 1 / (1 + Math.exp(-odds))) as Confidence
}

type Saved = { lexical: ReturnType<typeof createLexical>; vectors: ReturnType<typeof createVectors>; documents: [number, Document][] }

/** The documents go last: a save that was cut short does not match and is made anew. */
function save(dir: string, embedding: Embedding, documents: ReadonlyMap<number, Document>, lexical: Saved['lexical'], vectors: Saved['vectors']): void {
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'documents.json'), '')
  lexical.save(join(dir, 'lexical.bin'))
  vectors.save(join(dir, 'vectors.bin'))
  writeFileSync(join(dir, 'documents.json'), JSON.stringify({ model: `${embedding.name}/${embedding.dimensions}`, documents: [...documents] }))
}

function openSaved(dir: string, embedding: Embedding): Saved {
  const path = join(dir, 'documents.json')
  try {
    const { model, documents } = JSON.parse(existsSync(path) ? readFileSync(path, 'utf8') : '{}') as { model?: string; documents?: [number, Document][] }
    if (documents && model === `${embedding.name}/${embedding.dimensions}`)
      return { documents, lexical: openLexical(join(dir, 'lexical.bin')), vectors: openVectors(join(dir, 'vectors.bin'), embedding.dimensions) }
  } catch {
    // The index is derived: a damaged one is made anew.
  }
  return { documents: [], lexical: createLexical(), vectors: createVectors(embedding.dimensions) }
}
