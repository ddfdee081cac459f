import { createTermTable, type TermTable } from './term-table.ts'

/**
 * For each term its documents, heaviest first.
 *
 * `impacts` is what BM25 makes of a term's frequency in a document, without the term's rarity, in 255ths of
 * its upper bound; rarity is known only when the search runs.
 */
export type Postings = {
  readonly terms: TermTable
  readonly starts: Uint32Array
  readonly documents: Uint32Array
  readonly impacts: Uint8Array
}

/** How steeply repeats of a term stop counting, and how far long documents are held back. */
export const shape = { k1: 1.5, b: 0.75 }
const levels = 255

/** One over the largest impact there is: multiplies a stored impact back to BM25's own scale. */
export const impactScale = (shape.k1 + 1) / levels

/** The stored impact of a term that occurs `count` times in a document of that length. */
export function impactOf(count: number, length: number, meanLength: number): number {
  const damped = count / (count + shape.k1 * (1 - shape.b + (shape.b * length) / meanLength))
  return Math.max(1, Math.round(damped * levels))
}

/** Gathers postings in any order, then lays them out term by term. */
export function createGatherer() {
  const known = new Map<number, number>()
  const keys: number[] = []
  let terms = new Uint32Array(1 << 16)
  let documents = new Uint32Array(1 << 16)
  let impacts = new Uint8Array(1 << 16)
  let count = 0

  return {
    add(key: number, document: number, impact: number): void {
      let term = known.get(key)
      if (term === undefined) {
        term = keys.length
        known.set(key, term)
        keys.push(key)
      }
      if (count === terms.length) {
        terms = doubled(terms, Uint32Array)
        documents = doubled(documents, Uint32Array)
        impacts = doubled(impacts, Uint8Array)
      }
      terms[count] = term
      documents[count] = document
      impacts[count++] = impact
    },

    layOut(): Postings {
      const starts = new Uint32Array(keys.length + 1)
      // Two stable counting sorts: by falling impact, then by term.
      const order = sorted(count, levels + 1, (i) => levels - impacts[i]!)
      for (let i = 0; i < count; i++) starts[terms[i]! + 1]!++
      for (let i = 0; i < keys.length; i++) starts[i + 1]! += starts[i]!
      const next = starts.slice()
      const laid = { documents: new Uint32Array(count), impacts: new Uint8Array(count) }
      for (let i = 0; i < count; i++) {
        const from = order[i]!
        const to = next[terms[from]!]!++
        laid.documents[to] = documents[from]!
        laid.impacts[to] = impacts[from]!
      }
      return { terms: createTermTable(keys), starts, ...laid }
    },
  }
}

/** A stretch of postings of one term, and what its impacts are multiplied by. */
export type List = { from: number; to: number; weight: number }

/** At most this many postings are read for one search, heaviest first; below that the result is exact. */
const mostPostings = 30_000

/** The weight below which postings are left out, so that no more than `mostPostings` are read. */
export function leastWeight(impacts: Uint8Array, lists: readonly List[]): number {
  let all = 0
  let high = 0
  for (const { from, to, weight } of lists) {
    all += to - from
    if (to > from) high = Math.max(high, impacts[from]! * weight)
  }
  if (all <= mostPostings) return 0
  let low = 0
  for (let round = 0; round < 14; round++) {
    const middle = (low + high) / 2
    let taken = 0
    for (const list of lists) taken += reach(impacts, list, middle)
    if (taken > mostPostings) low = middle
    else high = middle
  }
  return high
}

/** How many of a term's postings weigh at least so much. */
function reach(impacts: Uint8Array, { from, to, weight }: List, least: number): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    if (impacts[middle]! * weight >= least) low = middle + 1
    else high = middle
  }
  return low - from
}

function sorted(count: number, classes: number, classOf: (i: number) => number): Uint32Array {
  const next = new Uint32Array(classes + 1)
  for (let i = 0; i < count; i++) next[classOf(i) + 1]!++
  for (let i = 0; i < classes; i++) next[i + 1]! += next[i]!
  const order = new Uint32Array(count)
  for (let i = 0; i < count; i++) order[next[classOf(i)]!++] = i
  return order
}

function doubled<A extends Uint8Array | Uint32Array>(array: A, kind: new (length: number) => A): A {
  const larger = new kind(array.length * 2)
  larger.set(array)
  return larger
}
