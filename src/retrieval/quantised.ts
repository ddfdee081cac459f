/** Vectors as one byte a number and a scale each: a quarter of the memory, the same order to the third digit. */
export type Quantised = {
  readonly dimensions: number
  set(id: number, vector: Float32Array): void
  /** The inner product of the stored vector with another; 0 when none is stored. */
  dot(id: number, vector: Float32Array): number
  /** Adds the stored vector to a sum. */
  addTo(sum: Float32Array, id: number): void
  readonly arrays: { readonly rows: Int8Array; readonly scales: Float32Array }
}

/** An empty store, or one over arrays that were saved. */
export function createQuantised(dimensions: number, room = 0, saved?: { rows: Int8Array; scales: Float32Array }): Quantised {
  let rows = saved?.rows ?? new Int8Array(room * dimensions)
  let scales = saved?.scales ?? new Float32Array(room)

  function grow(id: number): void {
    const larger = Math.max(id + 1, Math.ceil(scales.length * 1.25))
    const [oldRows, oldScales] = [rows, scales]
    rows = new Int8Array(larger * dimensions)
    rows.set(oldRows)
    scales = new Float32Array(larger)
    scales.set(oldScales)
  }

  return {
    dimensions,
    set(id, vector) {
      if (id >= scales.length) grow(id)
      let most = 1e-12
      for (const value of vector) most = Math.max(most, Math.abs(value))
      const factor = 127 / most
      scales[id] = most / 127
      for (let i = 0, at = id * dimensions; i < dimensions; i++, at++) rows[at] = Math.round(vector[i]! * factor)
    },
    dot(id, vector) {
      if (id >= scales.length || scales[id] === 0) return 0
      let even = 0
      let odd = 0
      const start = id * dimensions
      for (let i = 0; i + 1 < dimensions; i += 2) {
        even += rows[start + i]! * vector[i]!
        odd += rows[start + i + 1]! * vector[i + 1]!
      }
      if (dimensions % 2 === 1) even += rows[start + dimensions - 1]! * vector[dimensions - 1]!
      return (even + odd) * scales[id]!
    },
    addTo(sum, id) {
      const factor = scales[id] ?? 0
      for (let i = 0, at = id * dimensions; i < dimensions; i++, at++) sum[i]! += (rows[at] ?? 0) * factor
    },
    get arrays() {
      return { rows, scales }
    },
  }
}

/** Scales a vector to length 1, in place; a zero vector stays. */
export function toUnit(vector: Float32Array): Float32Array {
  let square = 0
  for (const value of vector) square += value * value
  if (square > 0) {
    const length = Math.sqrt(square)
    for (let i = 0; i < vector.length; i++) vector[i]! /= length
  }
  return vector
}
