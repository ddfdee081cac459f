/**
 * A number for a term, 53 bits wide: among a million terms the chance that any two share one is 1 in 18,000.
 *
 * The index keeps these instead of strings, so that half a million terms cost a few megabytes and open at once.
 */
export function termKey(term: string): number {
  let low = 0xdeadbeef
  let high = 0x41c6ce57
  for (let i = 0; i < term.length; i++) {
    const code = term.charCodeAt(i)
    low = Math.imul(low ^ code, 2654435761)
    high = Math.imul(high ^ code, 1597334677)
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  return 4294967296 * (2097151 & high) + (low >>> 0) || 1
}

/** Term keys in an open-addressed table; gives each its place, counted from 0 in order of arrival. */
export type TermTable = { readonly keys: Float64Array; readonly places: Uint32Array }

/** Lays out keys, whose places are their positions in the given array. */
export function createTermTable(keys: ArrayLike<number>): TermTable {
  let room = 16
  while (room < keys.length * 1.6) room *= 2
  const table = { keys: new Float64Array(room), places: new Uint32Array(room) }
  for (let place = 0; place < keys.length; place++) {
    const at = seek(table, keys[place]!)
    table.keys[at] = keys[place]!
    table.places[at] = place
  }
  return table
}

/** The place of a key, or -1. */
export function placeOf(table: TermTable, key: number): number {
  const at = seek(table, key)
  return table.keys[at] === key ? table.places[at]! : -1
}

function seek({ keys }: TermTable, key: number): number {
  const mask = keys.length - 1
  let at = (key % 4294967296) & mask
  while (keys[at] !== 0 && keys[at] !== key) at = (at + 1) & mask
  return at
}
