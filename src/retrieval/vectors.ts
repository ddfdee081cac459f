import hnswlib from 'hnswlib-node'

const { HierarchicalNSW } = hnswlib

export type Neighbour = { readonly id: number; readonly likeness: number }

/** Vectors of length 1 by number, and the nearest of them to a given one. */
export type Vectors = {
  readonly size: number
  add(id: number, vector: Float32Array): void
  remove(id: number): void
  /** At most `k` neighbours, most alike first; `likeness` is the cosine. */
  nearest(vector: Float32Array, k: number): Neighbour[]
  /** The vector as it was added; undefined when none is there. */
  vector(id: number): Float32Array | undefined
  save(path: string): void
}

/** How many of a vector's first numbers are searched by; the library is quick at multiples of sixteen. */
const searched = 128

/** How many numbers of so many are searched by. */
export function leadingOf(dimensions: number): number {
  return Math.min(searched, dimensions)
}

/**
 * The first numbers of a vector, a copy.
 *
 * The model that ships has its axes in falling order of what they tell apart: of the hundred nearest by all 256,
 * every one is among the three hundred nearest by the first half, at half the memory and time.
 */
export function leading(vector: Float32Array): Float32Array {
  return vector.slice(0, searched)
}

/** The same with one number more at the end, in place of one where the vector is long. */
export function leadingWith(vector: Float32Array, last: number): Float32Array {
  const found = new Float32Array(leadingOf(vector.length + 1))
  found.set(vector.subarray(0, found.length - 1))
  found[found.length - 1] = last
  return found
}

const build = { links: 16, effort: 200 }
const leastRoom = 256

/** An empty index that grows as needed. `effort` is how widely a search looks; more finds more and takes longer. */
export function createVectors(dimensions: number, options: { room?: number; effort?: number } = {}): Vectors {
  const index = new HierarchicalNSW('ip', dimensions)
  index.initIndex({
    maxElements: Math.max(leastRoom, options.room ?? 0),
    m: build.links,
    efConstruction: build.effort,
    randomSeed: 100,
  })
  return over(index, dimensions, options.effort ?? build.effort)
}

/** Opens what `save` wrote. */
export function openVectors(path: string, dimensions: number, options: { effort?: number } = {}): Vectors {
  const index = new HierarchicalNSW('ip', dimensions)
  index.readIndexSync(path)
  return over(index, dimensions, options.effort ?? build.effort)
}

function over(index: InstanceType<typeof HierarchicalNSW>, dimensions: number, effort: number): Vectors {
  const present = new Set<number>()
  const removed = new Set<number>()
  for (const id of index.getIdsList()) (isRemoved(index, id) ? removed : present).add(id)
  return {
    get size() {
      return present.size
    },
    add(id, vector) {
      if (removed.delete(id)) index.unmarkDelete(id)
      else if (!present.has(id) && index.getCurrentCount() >= index.getMaxElements()) {
        index.resizeIndex(Math.ceil(index.getMaxElements() * 1.5))
      }
      index.addPoint(Array.from(vector), id)
      present.add(id)
    },
    remove(id) {
      if (!present.delete(id)) return
      removed.add(id)
      index.markDelete(id)
    },
    nearest(vector, k) {
      const most = Math.min(k, present.size)
      if (most === 0) return []
      index.setEf(Math.max(effort, most))
      const { neighbors, distances } = index.searchKnn(Array.from(vector), most)
      return neighbors.map((id, i) => ({ id, likeness: 1 - distances[i]! }))
    },
    vector(id) {
      return present.has(id) ? Float32Array.from(index.getPoint(id)) : undefined
    },
    save: (path) => void index.writeIndexSync(path),
  }
}

/** The library keeps marks in the file but does not tell them: what cannot be marked was removed. */
function isRemoved(index: InstanceType<typeof HierarchicalNSW>, id: number): boolean {
  try {
    index.markDelete(id)
  } catch {
    return true
  }
  index.unmarkDelete(id)
  return false
}
