/** Keeps the `k` highest scores of many; take gives them best first, equal scores by lower number. */
export function createTop(k: number) {
  const ids = new Uint32Array(k)
  const scores = new Float32Array(k)
  let size = 0

  // A heap with the worst on top. Of equal scores the higher number is the worse one.
  const worse = (a: number, b: number): boolean =>
    scores[a]! < scores[b]! || (scores[a] === scores[b] && ids[a]! > ids[b]!)
  const swap = (a: number, b: number): void => {
    const id = ids[a]!
    const score = scores[a]!
    ids[a] = ids[b]!
    scores[a] = scores[b]!
    ids[b] = id
    scores[b] = score
  }
  const sink = (length: number): void => {
    for (let at = 0; ; ) {
      let child = 2 * at + 1
      if (child >= length) return
      if (child + 1 < length && worse(child + 1, child)) child++
      if (!worse(child, at)) return
      swap(at, child)
      at = child
    }
  }

  return {
    /** Tells below what score nothing more needs to be offered. */
    offer(id: number, score: number): number {
      if (size < k) {
        ids[size] = id
        scores[size] = score
        for (let at = size++, parent = (at - 1) >> 1; at > 0 && worse(at, parent); parent = (at - 1) >> 1) {
          swap(at, parent)
          at = parent
        }
      } else if (k > 0 && (score > scores[0]! || (score === scores[0] && id < ids[0]!))) {
        ids[0] = id
        scores[0] = score
        sink(size)
      }
      return size < k ? -Infinity : (scores[0] ?? Infinity)
    },

    take(): { ids: Uint32Array; scores: Float32Array } {
      for (let end = size - 1; end > 0; end--) {
        swap(0, end)
        sink(end)
      }
      return { ids: ids.slice(0, size), scores: scores.slice(0, size) }
    },
  }
}
