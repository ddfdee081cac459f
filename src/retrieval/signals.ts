import type { EntryKind } from '../domain/entry.ts'
import type { Intent } from '../domain/evidence.ts'
import type { Document } from './documents.ts'
import type { Likelihoods } from './likelihood.ts'

/** A document that a search met, by either road; a likeness or score of 0 means it was not met that way. */
export type Hit = { readonly document: Document; readonly likeness: number; readonly lexical: number }

/** How an entry fits a question; each signal is about 0 to 1. */
export type Signals = {
  readonly entry: string
  /** Cosine of the wording that is most alike, and the mean of the best three. */
  readonly nearest: number
  readonly near3: number
  readonly body: number
  /** BM25 of the best wording and of the body, as shares of the best found for this question. */
  readonly words: number
  readonly bodyWords: number
  /** Naive Bayes: 1 for the likeliest entry, falling to 0 with the odds. */
  readonly bayes: number
  /** The share of the question's words, rare ones counting most, that the entry's texts hold. */
  readonly known: number
  readonly wording: string
}

export const signalNames = ['nearest', 'near3', 'body', 'words', 'bodyWords', 'bayes'] as const

/** Log-odds against the likeliest entry at which the Bayes signal has fallen to 0. */
const hopeless = 4

/** Gathers the hits by entry, with what naive Bayes makes of each. */
export function signalsOf(hits: readonly Hit[], { entries: likely, known }: Pick<Likelihoods, 'entries' | 'known'>): Signals[] {
  const most = { wording: 1e-6, body: 1e-6 }
  for (const { document, lexical } of hits) most[document.part] = Math.max(most[document.part], lexical)
  const byEntry = new Map<string, Hit[]>()
  for (const hit of hits) {
    const others = byEntry.get(hit.document.entry)
    if (others) others.push(hit)
    else byEntry.set(hit.document.entry, [hit])
  }
  const closenessOf = closeness(likely)
  for (const entry of likely.keys()) if (closenessOf(entry) > 0 && !byEntry.has(entry)) byEntry.set(entry, [])
  return [...byEntry].map(([entry, found]) => {
    const wordings = found.filter(({ document }) => document.part === 'wording').sort((one, other) => other.likeness - one.likeness)
    const bodies = found.filter(({ document }) => document.part === 'body')
    const alike = wordings.map(({ likeness }) => likeness)
    return {
      entry,
      nearest: alike[0] ?? 0,
      near3: ((alike[0] ?? 0) + (alike[1] ?? 0) + (alike[2] ?? 0)) / 3,
      body: Math.max(0, ...bodies.map(({ likeness }) => likeness)),
      words: Math.max(0, ...wordings.map(({ lexical }) => lexical)) / most.wording,
      bodyWords: Math.max(0, ...bodies.map(({ lexical }) => lexical)) / most.body,
      bayes: closenessOf(entry),
      known: known.get(entry) ?? 0,
      wording: wordings[0]?.document.text ?? '',
    }
  })
}

/** The weights that calibration fitted. `kinds` is added to an entry's score by its kind. */
export type Weights = {
  readonly signals: Readonly<Record<(typeof signalNames)[number], number>>
  readonly kinds: Readonly<Record<EntryKind, number>>
  /** Sharpness of the share that an entry has among all. */
  readonly sharpness: number
  /** Multinomial logistic regression from the intent signals to the intent. */
  readonly intents: { readonly weights: readonly number[]; readonly bias: Readonly<Record<Intent, number>>; readonly cues: Readonly<Record<Intent, readonly number[]>> }
  /** Logistic regression from the confidence signals to the chance of being right; `closedSet`, supposing that some entry is. */
  readonly confidence: Logistic
  readonly closedSet: Logistic
}

export type Logistic = { readonly bias: number; readonly weights: readonly number[] }

export function scoreOf(signals: Signals, kind: EntryKind, weights: Weights): number {
  return signalNames.reduce((sum, name) => sum + weights.signals[name] * signals[name], weights.kinds[kind])
}

/** 1 for the likeliest, falling to 0 with the log-odds against it. */
export function closeness(likely: ReadonlyMap<string, number>): (label: string) => number {
  const best = Math.max(...likely.values())
  return (label) => {
    const score = likely.get(label)
    return score === undefined ? 0 : Math.max(0, 1 - (best - score) / hopeless)
  }
}

/** How strongly a message is like the entries of one intent: the best of each signal among them. */
export function intentSignals(signals: readonly Signals[]): number[] {
  const best = (name: (typeof signalNames)[number]) => signals.reduce((most, signal) => Math.max(most, signal[name]), 0)
  return [best('nearest'), best('near3'), best('words'), best('bayes'), best('body')]
}

/** What the form of a message tells, whatever it is about: it asks, it orders, it cries out, it is long. */
export function cuesOf(text: string): number[] {
  const plain = text.replace(/\s+/g, '')
  return [
    /[?？]|吗|么$|不$|嘛$|没$|咋|怎么|怎样|啷个|哪|多少|几[天年个块]|能不能|可不可以|要不要|该不该|得行|中不中|算不算|合法|点算|么办|何解|有没有/.test(plain) ? 1 : 0,
    /^(?:帮我|给我|你|请你|替我|写|讲|查|教我|把|忽略|假装|扮演|翻译|推荐)/.test(plain) ? 1 : 0,
    /快|救|马上|赶紧|现在|正在|刚刚|刚才|急/.test(plain) ? 1 : 0,
    Math.min(1, plain.length / 60),
  ]
}

/** The score of each intent, from its signals and from the form of the message. */
export function intentScore(intent: Intent, signals: readonly number[], cues: readonly number[], { intents }: Weights): number {
  const sum = (values: readonly number[], by: readonly number[]) => values.reduce((total, value, index) => total + value * (by[index] ?? 0), 0)
  return sum(signals, intents.weights) + sum(cues, intents.cues[intent]) + intents.bias[intent]
}

/** Shares that add up to 1. */
export function softmax(values: readonly number[], sharpness: number): number[] {
  const best = Math.max(...values)
  const powers = values.map((value) => Math.exp(sharpness * (value - best)))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.map((power) => power / total)
}
