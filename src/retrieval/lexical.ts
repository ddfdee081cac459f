import { openArrays, saveArrays } from './array-file.ts'
import { createGatherer, impactOf, impactScale, leastWeight, type Postings } from './postings.ts'
import { placeOf, termKey } from './term-table.ts'
import { createTop } from './top.ts'

/** Documents by number (small whole numbers: they index arrays), and what a search by terms found. */
export type Found = { readonly ids: Uint32Array; readonly scores: Float32Array }

/** BM25 in memory. */
export type Lexical = {
  readonly size: number
  /** Takes a document in; one with the same number is replaced. */
  add(id: number, terms: readonly string[]): void
  remove(id: number): void
  /** The best `k`, best first. */
  search(terms: readonly string[], k: number): Found
  /** Scores of all documents for the terms of the last search; valid until the next. */
  scoreOf(id: number): number
  save(path: string): void
}

type State = {
  postings: Postings
  /** 1: counts; 2: was dropped after its postings were laid out. */
  status: Uint8Array
  lengths: Uint32Array
}

type Added = { keys: Float64Array; impacts: Uint8Array }

/** Builds an index over many documents at once. */
export function createLexical(documents: Iterable<{ id: number; terms: readonly string[] }> = []): Lexical {
  const counted: { id: number; counts: Map<number, number>; length: number }[] = []
  let total = 0
  let most = 0
  for (const { id, terms } of documents) {
    counted.push({ id, counts: count(terms), length: terms.length })
    total += terms.length
    most = Math.max(most, id + 1)
  }
  const status = new Uint8Array(most)
  const lengths = new Uint32Array(most)
  const gatherer = createGatherer()
  for (const { id, counts, length } of counted) {
    status[id] = 1
    lengths[id] = length
    for (const [key, times] of counts) gatherer.add(key, id, impactOf(times, length, total / counted.length))
  }
  return over({ postings: gatherer.layOut(), status, lengths })
}

/** Opens what `save` wrote. */
export function openLexical(path: string): Lexical {
  const { arrays } = openArrays(path)
  const { keys, places, starts, documents, impacts, status, lengths } = arrays
  return over({
    postings: {
      terms: { keys: keys as Float64Array, places: places as Uint32Array },
      starts: starts as Uint32Array,
      documents: documents as Uint32Array,
      impacts: impacts as Uint8Array,
    },
    status: status as Uint8Array,
    lengths: lengths as Uint32Array,
  })
}

function over(state: State): Lexical {
  let { postings, status, lengths } = state
  let size = 0
  let totalLength = 0
  for (let id = 0; id < status.length; id++) {
    if (status[id] !== 1) continue
    size++
    totalLength += lengths[id]!
  }
  // What came since the postings were laid out, by document and by term.
  const added = new Map<number, Added>()
  const tail = new Map<number, Map<number, number>>()
  let tailPostings = 0
  let scores = new Float32Array(status.length)
  let touched = new Uint32Array(status.length)
  let touchedCount = 0

  function grow(id: number): void {
    if (id < status.length) return
    const room = Math.max(id + 1, Math.ceil(status.length * 1.5), 64)
    status = enlarged(status, new Uint8Array(room))
    lengths = enlarged(lengths, new Uint32Array(room))
    scores = enlarged(scores, new Float32Array(room))
    touched = enlarged(touched, new Uint32Array(room))
  }

  function remove(id: number): void {
    const tailed = added.get(id)
    if (!tailed && status[id] !== 1) return
    if (tailed) {
      for (const key of tailed.keys) {
        const list = tail.get(key)!
        list.delete(id)
        if (list.size === 0) tail.delete(key)
      }
      tailPostings -= tailed.keys.length
      added.delete(id)
    } else status[id] = 2
    size--
    totalLength -= lengths[id]!
  }

  /** Lays everything out anew, without what was dropped. */
  function settle(): void {
    const gatherer = createGatherer()
    for (let slot = 0; slot < postings.terms.keys.length; slot++) {
      const key = postings.terms.keys[slot]!
      if (key === 0) continue
      const term = postings.terms.places[slot]!
      for (let at = postings.starts[term]!; at < postings.starts[term + 1]!; at++) {
        const document = postings.documents[at]!
        if (status[document] === 1) gatherer.add(key, document, postings.impacts[at]!)
      }
    }
    for (const [id, { keys, impacts }] of added) {
      for (let i = 0; i < keys.length; i++) gatherer.add(keys[i]!, id, impacts[i]!)
    }
    for (let id = 0; id < status.length; id++) if (status[id] === 2) status[id] = 0
    for (const id of added.keys()) status[id] = 1
    postings = gatherer.layOut()
    added.clear()
    tail.clear()
    tailPostings = 0
  }

  return {
    get size() {
      return size
    },

    add(id, terms) {
      grow(id)
      remove(id)
      const counts = count(terms)
      size++
      totalLength += terms.length
      lengths[id] = terms.length
      const entry = { keys: new Float64Array(counts.size), impacts: new Uint8Array(counts.size) }
      let i = 0
      for (const [key, times] of counts) {
        const impact = impactOf(times, terms.length, totalLength / size)
        entry.keys[i] = key
        entry.impacts[i++] = impact
        const list = tail.get(key)
        if (list) list.set(id, impact)
        else tail.set(key, new Map([[id, impact]]))
      }
      added.set(id, entry)
      tailPostings += counts.size
      if (tailPostings > 50_000 + postings.documents.length / 4) settle()
    },

    remove,

    search(terms, k) {
      for (let i = 0; i < touchedCount; i++) scores[touched[i]!] = 0
      touchedCount = 0
      const lists = []
      for (const [key, times] of count(terms)) {
        const place = placeOf(postings.terms, key)
        const from = place < 0 ? 0 : postings.starts[place]!
        const to = place < 0 ? 0 : postings.starts[place + 1]!
        const recent = tail.get(key)
        const present = to - from + (recent?.size ?? 0)
        if (present === 0) continue
        const rarity = Math.log(1 + (Math.max(0, size - present) + 0.5) / (present + 0.5))
        lists.push({ from, to, recent, weight: rarity * times * impactScale })
      }
      const least = leastWeight(postings.impacts, lists)
      const { documents, impacts } = postings
      // Kept in locals: what every posting reads should not be looked up for every posting.
      const [alive, sums, seen] = [status, scores, touched]
      let reached = 0
      for (const { from, to, recent, weight } of lists) {
        for (let at = from; at < to; at++) {
          const gain = impacts[at]! * weight
          if (gain < least) break
          const id = documents[at]!
          if (alive[id] !== 1) continue
          const before = sums[id]!
          if (before === 0) seen[reached++] = id
          sums[id] = before + gain
        }
        for (const [id, impact] of recent ?? []) {
          if (sums[id] === 0) seen[reached++] = id
          sums[id]! += impact * weight
        }
      }
      touchedCount = reached
      const top = createTop(k)
      let floor = -Infinity
      for (let i = 0; i < reached; i++) {
        const id = seen[i]!
        if (sums[id]! >= floor) floor = top.offer(id, sums[id]!)
      }
      return top.take()
    },

    scoreOf: (id) => scores[id] ?? 0,

    save(path) {
      if (added.size > 0 || status.includes(2)) settle()
      const { terms, starts, documents, impacts } = postings
      saveArrays(path, { kind: 'lexical' }, { keys: terms.keys, places: terms.places, starts, documents, impacts, status, lengths })
    },
  }
}

function count(terms: readonly string[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const term of terms) {
    const key = termKey(term)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

function enlarged<A extends Uint8Array | Uint32Array | Float32Array>(from: A, to: A): A {
  to.set(from)
  return to
}
