import { closeSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'

const kinds = { Uint8Array, Int8Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array }
export type NumberArray = Uint8Array | Int8Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array

type Header = { meta: unknown; arrays: { name: string; kind: keyof typeof kinds; at: number; length: number }[] }

const alignment = 8

/** Writes named arrays and a small description as one file, whole or not at all. */
export function saveArrays(path: string, meta: unknown, arrays: Readonly<Record<string, NumberArray>>): void {
  let at = 0
  const header: Header = { meta, arrays: [] }
  for (const [name, array] of Object.entries(arrays)) {
    const kind = array.constructor.name as keyof typeof kinds
    header.arrays.push({ name, kind, at, length: array.length })
    at += aligned(array.byteLength)
  }
  const text = Buffer.from(JSON.stringify(header))
  const front = Buffer.alloc(aligned(alignment + text.length))
  front.writeUInt32LE(text.length, 0)
  text.copy(front, alignment)
  const file = openSync(`${path}.part`, 'w')
  try {
    writeAll(file, front)
    for (const array of Object.values(arrays)) {
      writeAll(file, new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
      writeAll(file, new Uint8Array(aligned(array.byteLength) - array.byteLength))
    }
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.part`, path)
}

/** Reads what `saveArrays` wrote. The arrays are views of one buffer: nothing is copied. */
export function openArrays(path: string): { meta: unknown; arrays: Record<string, NumberArray> } {
  let bytes: Uint8Array = readFileSync(path)
  if (bytes.byteOffset % alignment !== 0) bytes = Uint8Array.from(bytes)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(alignment, alignment + length))) as Header
  const start = bytes.byteOffset + aligned(alignment + length)
  const arrays: Record<string, NumberArray> = {}
  for (const { name, kind, at, length: count } of header.arrays) {
    arrays[name] = new kinds[kind](bytes.buffer as ArrayBuffer, start + at, count)
  }
  return { meta: header.meta, arrays }
}

function aligned(size: number): number {
  return Math.ceil(size / alignment) * alignment
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}
