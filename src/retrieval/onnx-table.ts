import { readFile } from 'node:fs/promises'

/** The constants of a static embedding model: one int8 row a token and the scale of each row. */
export type EmbeddingTable = { readonly rows: Int8Array; readonly scale: Float32Array; readonly dimensions: number }

type Tensor = { name: string; shape: number[]; bytes: Uint8Array }

// Field numbers of onnx.proto3.
const graphOfModel = 7
const initializerOfGraph = 5
const tensor = { shape: 1, name: 8, bytes: 9 }

/**
 * Reads the table out of an ONNX file; undefined when the model is no static embedding.
 *
 * The file is a protocol buffer. Only the constants of its graph are of interest, so the few fields
 * needed are read here rather than through a schema compiler.
 */
export async function readEmbeddingTable(path: string): Promise<EmbeddingTable | undefined> {
  const constants = new Map<string, Tensor>()
  for (const model of fields(await readFile(path))) {
    if (model.number !== graphOfModel || !model.bytes) continue
    for (const part of fields(model.bytes)) {
      if (part.number !== initializerOfGraph || !part.bytes) continue
      const read = toTensor(part.bytes)
      constants.set(read.name, read)
    }
  }
  const table = constants.get('table')
  const scale = constants.get('scale')
  const [tokens, dimensions] = table?.shape ?? []
  if (!table || !scale || !tokens || !dimensions || table.bytes.length !== tokens * dimensions) return undefined
  return { rows: new Int8Array(copied(table.bytes)), scale: new Float32Array(copied(scale.bytes)), dimensions }
}

function copied(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

type Field = { number: number; value: number; bytes?: Uint8Array }

/** Walks the fields of one message: varints as numbers, everything of a length as bytes. */
function* fields(message: Uint8Array): Generator<Field> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at++]
      if (byte === undefined) throw new Error('the ONNX file ends in the middle of a field')
      value += (byte & 127) * shift
      if (byte < 128) return value
    }
  }
  while (at < message.length) {
    const key = varint()
    const number = Math.floor(key / 8)
    const kind = key % 8
    if (kind === 0) yield { number, value: varint() }
    else if (kind === 2) {
      const length = varint()
      yield { number, value: 0, bytes: message.subarray(at, at + length) }
      at += length
    } else if (kind === 1) at += 8
    else if (kind === 5) at += 4
    else throw new Error(`the ONNX file holds a field of unknown kind ${kind}`)
  }
}

function toTensor(message: Uint8Array): Tensor {
  const read: Tensor = { name: '', shape: [], bytes: new Uint8Array() }
  for (const { number, value, bytes } of fields(message)) {
    if (number === tensor.name && bytes) read.name = new TextDecoder().decode(bytes)
    else if (number === tensor.bytes && bytes) read.bytes = bytes
    else if (number === tensor.shape) read.shape.push(...(bytes ? packed(bytes) : [value]))
  }
  return read
}

function* packed(bytes: Uint8Array): Generator<number> {
  let value = 0
  let shift = 1
  for (const byte of bytes) {
    value += (byte & 127) * shift
    shift *= 128
    if (byte < 128) {
      yield value
      value = 0
      shift = 1
    }
  }
}
