import { readFile } from 'node:fs/promises'
import type { Confidence } from '../domain/evidence.ts'
import type { FusionWeights } from './fuse.ts'

/** One tree as arrays: at a leaf `feature` is -1 and `value` the tree's say; elsewhere what is below `value` goes left. */
type Tree = { readonly feature: readonly number[]; readonly value: readonly number[]; readonly left: readonly number[]; readonly right: readonly number[] }

/** Log-odds from the first article's score and how far it leads the second and, `further`, the third. */
type Odds = { readonly bias: number; readonly score: number; readonly lead: number; readonly further: number }

/** What scripts/train-statutes.py fits: boosted trees. Their sum, log-odds of being right and a say in the order, puts articles in order. */
export type RankingModel = {
  readonly features: readonly string[]
  readonly fusion: FusionWeights
  readonly trees: readonly Tree[]
  readonly base: number
  /** So many trees sort all candidates; the others look only at the `closely` that then lead. */
  readonly head: number
  readonly closely: number
  /** Fitted on held-out folds: that the first article is right, and that one of the three that may be shown is. */
  readonly confidence: { readonly first: Odds; readonly shown: Odds }
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
  const grove = planted(trees)
  return (rows) => {
    const sums = new Float64Array(rows.length / width).fill(base)
    const order = Array.from(sums.keys())
    grove.add(sums, rows, width, order, 0, head)
    order.sort((a, b) => sums[b]! - sums[a]! || a - b)
    grove.add(sums, rows, width, order.slice(0, closely), head, trees.length)
    for (const i of order.slice(closely)) sums[i]! -= behind
    return Float32Array.from(sums)
  }
}

/** All trees in one run of arrays: what ranking two hundred articles reads stays in the cache. */
function planted(trees: readonly Tree[]) {
  const count = trees.reduce((sum, { feature }) => sum + feature.length, 0)
  const feature = new Int16Array(count)
  const value = new Float32Array(count)
  const left = new Uint32Array(count)
  const right = new Uint32Array(count)
  const roots = new Uint32Array(trees.length)
  let end = 0
  for (const [t, tree] of trees.entries()) {
    const root = (roots[t] = end)
    for (const [i, column] of tree.feature.entries()) {
      feature[end] = column
      value[end] = tree.value[i]!
      left[end] = root + tree.left[i]!
      right[end] = root + tree.right[i]!
      end++
    }
  }
  return {
    /** Adds what trees say of some rows; tree by tree, so that each is read into the cache once. */
    add(sums: Float64Array, rows: Float32Array, width: number, some: readonly number[], from: number, to: number): void {
      for (let t = from; t < to; t++) {
        const root = roots[t]!
        for (let k = 0; k < some.length; k++) {
          const row = some[k]! * width
          let node = root
          for (let column = feature[node]!; column >= 0; column = feature[node]!) {
            node = rows[row + column]! < value[node]! ? left[node]! : right[node]!
          }
          sums[some[k]!]! += value[node]!
        }
      }
    },
  }
}

/** The chances that the first of the ranked scores belongs to a right article, and that one of the first three does; 0 when nothing was found. */
export function confidenceOf({ confidence }: RankingModel, ranked: readonly number[]): { first: Confidence; shown: Confidence } {
  const [first, second = nothing, third = nothing] = ranked
  const chance = ({ bias, score, lead, further }: Odds) =>
    (first === undefined ? 0 : 1 / (1 + Math.exp(-(bias + score * first + lead * (first - second) + further * (first - third))))) as Confidence
  return { first: chance(confidence.first), shown: chance(confidence.shown) }
}

/** The score of an article that is not there. */
const nothing = -20
