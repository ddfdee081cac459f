import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAssistant, readFitted } from '../src/assistant.ts'
import { readConfig } from '../src/config.ts'
import type { Intent } from '../src/domain/evidence.ts'
import { createLog } from '../src/log.ts'
import { closedSetSignals, confidenceSignals, intents, type Look } from '../src/retrieval/retriever.ts'
import { cuesOf, intentScore, scoreOf, signalNames, softmax, type Logistic, type Weights } from '../src/retrieval/signals.ts'
import { readLines, type Labelled } from './evaluate-messages.ts'
import { fitChoice, fitLogistic, type Choice } from './fit.ts'

/**
 * `npm run calibrate -- FILE.jsonl… [--write]`: fits how signals are weighed, the intents, the
 * confidence and its bar on labelled messages that no entry holds, and on the questions of law that no entry
 * answers (models/uncovered.jsonl).
 *
 * Figures are cross-validated in five folds; the reliability table is of held-out messages only. With
 * --write the fit on all of them goes to models/weights.json and models/bars.json.
 */
const files = process.argv.slice(2).filter((arg) => !arg.startsWith('--'))
if (files.length === 0) {
  console.error('用法：npm run calibrate -- 标好的消息.jsonl… [--write]')
  process.exit(2)
}
const folds = 5
const precision = 0.96
/** Of the uncovered questions at most this share may be answered. */
const mostUncovered = 0.1
/**
 * Of the questions of law in a group, the share that no entry is taken to answer. Nobody has counted; more
 * would make the confidence of what the entries do answer lower than is true of it.
 */
const uncoveredShare = 0.04
/** The share at which it is learned what tells them: few of them would teach little. */
const uncoveredLearned = 0.2
/** Entries beyond these have no chance, and would only make fitting slow. */
const widest = 40
const intentOf: Record<string, Intent> = { guide: 'question', escalate: 'urgent', 'out-of-scope': 'refuse', 'chit-chat': 'ignore', uncovered: 'question' }

type Item = { readonly item: Labelled; readonly look: Look; readonly fold: number }
const { weights: before, uncovered } = readFitted()
const messages = (await Promise.all(files.map(async (file) => readLines(await readFile(file, 'utf8'))))).flat()
const items = await lookAt([...messages, ...uncovered.texts.map((text, index): Labelled => ({ id: `uncovered-${index + 1}`, text, label: 'uncovered', slugs: [] }))])

const held = Array.from({ length: folds }, (_, fold) => {
  const ranking = fitRanking(items.filter((item) => item.fold !== fold), before)
  return items.filter((item) => item.fold === fold).map(({ item, look }) => ({ item, ...judge(item, look, ranking) }))
}).flat()
const questions = held.filter(({ item }) => item.label === 'guide')
report(questions, held)

// The confidence is fitted on held-out rankings, and its own figures are held out once more.
// A message that asks nothing and would be answered all the same is answered wrongly.
const answerable = held.filter(({ item, intents: shares }) => item.label === 'guide' || shares.question >= 0.5)
const crossed = Array.from({ length: folds }, (_, fold) => {
  const model = fitConfidence(answerable.filter((_, index) => index % folds !== fold))
  return answerable.filter((_, index) => index % folds === fold).map(({ item, right, signals }) => ({ item, right, confidence: model.predict(signals) }))
}).flat()
reliability(crossed.filter(({ item }) => item.label === 'guide'))
const final = fitRanking(items, before)
const confidence = fitConfidence(answerable)
const covered = answerable.filter(({ item }) => item.label !== 'uncovered')
const closedSet = fitLogistic(covered.map(({ signals }) => signals.slice(0, closedSetSignals)), covered.map(({ right }) => right), covered.map(() => 1))
const bar = lowestBar(crossed)
console.log(`置信度门槛 ${bar.toFixed(3)}`)
if (process.argv.includes('--write')) {
  const plain = ({ bias, weights }: Logistic): Logistic => ({ bias, weights })
  const weights: Weights = { ...final, confidence: plain(confidence), closedSet: plain(closedSet) }
  await writeFile('models/weights.json', `${JSON.stringify(rounded(weights), undefined, 1)}\n`)
  await writeFile('models/bars.json', `${JSON.stringify({ default: Number(bar.toFixed(3)), domains: {}, risks: {} })}\n`)
}

async function lookAt(messages: readonly Labelled[]): Promise<Item[]> {
  const dir = await mkdtemp(join(tmpdir(), 'calibrate-'))
  const assistant = await openAssistant({ ...readConfig(process.env), DATA_DIR: dir }, createLog('silent'))
  const looked: Item[] = []
  // An uncovered question is looked up without those of its fold, as one that nobody wrote down would be.
  const apart = Array.from({ length: folds }, (_, fold) => new Set(messages.filter(({ label }, index) => label === 'uncovered' && index % folds === fold).map(({ text }) => text)))
  for (const [index, item] of messages.entries()) {
    const fold = index % folds
    looked.push({ item, look: await assistant.retriever.look(item.text, { without: item.text, ...(item.label === 'uncovered' ? { apart: apart[fold]! } : {}) }), fold })
  }
  await rm(dir, { recursive: true })
  return looked
}

function fitRanking(among: readonly Item[], start: Weights): Weights {
  const kinds = ['guide', 'service', 'constitution'] as const
  const choices = among.filter(({ item }) => item.label === 'guide').map(({ item, look }): Choice => {
    const likely = [...look.signals].sort((one, other) => other.bayes + other.near3 - one.bayes - one.near3).slice(0, widest)
    return {
      options: likely.map((signal) => [...signalNames.map((name) => signal[name]), ...kinds.map((kind) => (signal.kind === kind ? 1 : 0))]),
      right: likely.map(({ entry }) => item.slugs.includes(entry)),
    }
  })
  const ranking = fitChoice(choices, signalNames.length + kinds.length)
  // Uncovered questions are so many that they would drown the other kinds; naive Bayes knows them.
  const byIntent = among.filter(({ item }) => item.label !== 'uncovered').map(({ item, look }): Choice => ({
    options: intents.map((intent) => [
      ...look.intentSignals[intent],
      ...intents.map((other) => (other === intent ? 1 : 0)),
      ...intents.flatMap((other) => cuesOf(item.text).map((cue) => (other === intent ? cue : 0))),
    ]),
    right: intents.map((intent) => intent === intentOf[item.label.split(':')[0] ?? '']),
    // An emergency missed costs more than an adviser called in vain.
    weight: item.label.startsWith('escalate') ? 3 : 1,
  }))
  const width = among[0]?.look.intentSignals.question.length ?? 0
  const cueCount = cuesOf('').length
  const fitted = fitChoice(byIntent, width + intents.length * (1 + cueCount))
  const bias = Object.fromEntries(intents.map((intent, index) => [intent, intent === 'escalate' ? Math.min(0, start.intents.bias.escalate) : (fitted[width + index] ?? 0)])) as Record<Intent, number>
  return {
    ...start,
    signals: Object.fromEntries(signalNames.map((name, index) => [name, ranking[index] ?? 0])) as Weights['signals'],
    kinds: { guide: ranking[signalNames.length] ?? 0, service: ranking[signalNames.length + 1] ?? 0, constitution: ranking[signalNames.length + 2] ?? 0, situation: 0 },
    sharpness: 1,
    intents: {
      weights: fitted.slice(0, width), bias,
      cues: Object.fromEntries(intents.map((intent, index) => [intent, fitted.slice(width + intents.length + index * cueCount, width + intents.length + (index + 1) * cueCount)])) as unknown as Weights['intents']['cues'],
    },
  }
}

/** How often an item counts where covered questions count once. */
function countOf({ label }: Labelled, share: number, stray = 1): number {
  if (label === 'uncovered') return (share / (1 - share)) * (questions.length / uncovered.texts.length)
  return label === 'guide' ? 1 : stray
}

/** What tells a right answer is learned with many uncovered questions; how sure that makes, with as many as are asked. */
function fitConfidence(among: readonly { item: Labelled; right: boolean; signals: readonly number[] }[]) {
  const right = among.map((one) => one.right)
  const counts = (share: number) => among.map(({ item }) => countOf(item, share))
  const told = fitLogistic(among.map(({ signals }) => signals), right, counts(uncoveredLearned))
  const sum = (signals: readonly number[]) => signals.reduce((total, signal, index) => total + signal * (told.weights[index] ?? 0), told.bias)
  const { bias, weights: [scale = 1] } = fitLogistic(among.map(({ signals }) => [sum(signals)]), right, counts(uncoveredShare), 0)
  return { bias: bias + scale * told.bias, weights: told.weights.map((weight) => weight * scale), predict: (signals: readonly number[]) => 1 / (1 + Math.exp(-(bias + scale * sum(signals)))) }
}

function judge(item: Labelled, look: Look, weights: Weights) {
  const scored = look.signals.map((signal) => ({ signal, score: scoreOf(signal, signal.kind, weights) })).sort((one, other) => other.score - one.score)
  const scores = intents.map((intent) => intentScore(intent, look.intentSignals[intent], cuesOf(item.text), weights))
  const shares = softmax(scores, 1)
  const byIntent = Object.fromEntries(intents.map((intent, index) => [intent, shares[index] ?? 0])) as Record<Intent, number>
  const best = scored[0]?.signal
  const hit = (among: number) => scored.slice(0, among).some(({ signal }) => item.slugs.includes(signal.entry))
  return { right: hit(1), third: hit(3), intents: byIntent, signals: best ? confidenceSignals(scored.map(({ score }) => score), best, byIntent, look.uncovered, weights) : [] }
}

function report(asked: readonly { right: boolean; third: boolean }[], all: readonly { item: Labelled; intents: Record<Intent, number> }[]): void {
  const share = (list: readonly boolean[]) => (list.filter(Boolean).length / Math.max(1, list.length)).toFixed(3)
  console.log(`首位对 ${share(asked.map(({ right }) => right))}，前三有 ${share(asked.map(({ third }) => third))}（${asked.length} 条，交叉验证）`)
  for (const [label, intent] of Object.entries(intentOf)) {
    const of = all.filter(({ item }) => item.label.startsWith(label))
    console.log(`${label}：${share(of.map(({ intents: shares }) => shares[intent] === Math.max(...Object.values(shares))))} 认对，共 ${of.length}`)
  }
}

function reliability(judged: readonly { right: boolean; confidence: number }[]): void {
  let error = 0
  console.log('置信度档 条数 平均置信度 实际对的比例')
  for (let bin = 0; bin < 10; bin++) {
    const inside = judged.filter(({ confidence: value }) => Math.min(9, Math.floor(value * 10)) === bin)
    if (inside.length === 0) continue
    const mean = inside.reduce((sum, { confidence: value }) => sum + value, 0) / inside.length
    const right = inside.filter((one) => one.right).length / inside.length
    error += Math.abs(mean - right) * inside.length
    console.log(`${bin / 10}–${(bin + 1) / 10} ${inside.length} ${mean.toFixed(3)} ${right.toFixed(3)}`)
  }
  console.log(`期望校准误差 ${(error / judged.length).toFixed(4)}`)
}

/**
 * The lowest bar at which what is answered is right often enough and few uncovered questions are answered, on
 * held-out messages. Here half of the messages ask nothing, more than in a group that asks for law, so strays
 * count half.
 */
function lowestBar(judged: readonly { item: Labelled; right: boolean; confidence: number }[]): number {
  let [right, all, uncoveredAnswered, lowest] = [0, 0, 0, 1]
  for (const one of [...judged].sort((first, second) => second.confidence - first.confidence)) {
    right += one.right ? 1 : 0
    all += countOf(one.item, uncoveredShare, 0.5)
    uncoveredAnswered += one.item.label === 'uncovered' ? 1 : 0
    if (all > 30 && right / all >= precision && uncoveredAnswered <= mostUncovered * uncovered.texts.length) lowest = one.confidence
  }
  const answered = (labels: (label: string) => boolean) => judged.filter(({ item, confidence: value }) => labels(item.label) && value >= lowest).length
  const [guides, unknown] = [answered((label) => label === 'guide'), answered((label) => label === 'uncovered')]
  console.log(`门槛 ${lowest.toFixed(3)}：${questions.length} 条问题里答 ${guides} 条；没有条目能答的 ${uncovered.texts.length} 条里错答 ${unknown} 条；不是问题的错答 ${answered(() => true) - guides - unknown} 条`)
  return lowest
}

function rounded<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_key, part: unknown) => (typeof part === 'number' ? Math.round(part * 10_000) / 10_000 : part))) as T
}
