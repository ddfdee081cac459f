import { readFile } from 'node:fs/promises'
import type { Confidence } from '../domain/evidence.ts'
import type { FusionWeights } from './fuse.ts'

/** One tree as arrays: at a leaf `feature` is -1 and `value` the tree's say; elsewhere what is below `value` goes left. */
type Tree = { readonly feature: readonly number[]; readonly value: readonly number[]; readonly left: readonly number[]; readonly right: readonly number[] }

/** What scripts/train-statutes.py fits: boosted trees. Their sum, log-odds of being right and a say in the order, puts articles in order. */
export type RankingModel = {
  readonly features: readonly string[]
  readonly fusion: FusionWeights
  readonly trees: readonly Tree[]
  readonly base: number
  /** So many trees sort all candidates; the others look only at the `closely` that then lead. */
  readonly head: number
  readonly closely: number
  /** Fitted on held-out folds: the log-odds that the first article is right, from its score and its lead over the second. */
  readonly confidence: { readonly bias: number; readonly score: number; readonly lead: number }
  /** Tells one fit from another. */
  readonly made: string
}

export type Ranker = (rows: Float32Array) => Float32Array

/** Reads a fitted model; `features` are the columns that the rows will have. */
export async function readRankingModel(path: string, features: readonly string[]): Promise<RankingModel> {
  const model = JSON.parse(await readFile(path, 'utf8')) as RankingModel
  if (model.features.join() !== features.join()) {
    throw new Error(`${path} was fitted to other features than this version computes; run scripts/train-statutes.py`)
  }
  return model
}

/** Puts what the first trees left behind below everything else. */
const behind = 1000

/** Scores rows of features. */
export function createRanker({ trees, base, head, closely, features }: RankingModel): Ranker {
  const width = features.length
  // All trees in one run of arrays: what ranking two hundred articles reads stays in the cache.
  const count = trees.reduce((sum, { feature }) => sum + feature.length, 0)
  const feature = new Int16Array(count)
  const value = new Float64Array(count)
  const left = new Uint32Array(count)
  const right = new Uint32Array(count)
  const roots = new Uint32Array(trees.length)
  let at = 0
  for (const [t, tree] of trees.entries()) {
    const root = (roots[t] = at)
    for (const [i, column] of tree.feature.entries()) {
      feature[at] = column
      value[at] = tree.value[i]!
      left[at] = root + tree.left[i]!
      right[at] = root + tree.right[i]!
      at++
    }
  }

  function sum(rows: Float32Array, row: number, from: number, to: number): number {
    let grown = 0
    for (let t = from; t < to; t++) {
      let node = roots[t]!
      while (feature[node]! >= 0) node = rows[row + feature[node]!]! < value[node]! ? left[node]! : right[node]!
      grown += value[node]!
    }
    return grown
  }

  return (rows) => {
    const scores = new Float32Array(rows.length / width)
    for (let i = 0; i < scores.length; i++) scores[i] = base + sum(rows, i * width, 0, head)
    const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b)
    for (const i of order.slice(0, closely)) scores[i]! += sum(rows, i * width, head, roots.length)
    for (const i of order.slice(closely)) scores[i]! -= behind
    return scores
  }
}

/** The chance that the first of the ranked scores belongs to a right article; 0 when nothing was found. */
export function confidenceOf({ confidence }: RankingModel, ranked: readonly number[]): Confidence {
  const [first, second = -20] = ranked
  if (first === undefined) return 0 as Confidence
  const odds = confidence.bias + confidence.score * first + confidence.lead * (first - second)
  return (1 / (1 + Math.exp(-odds))) as Confidence
}
