import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { readEmbeddingTable } from './onnx-table.ts'
import { toUnit } from './quantised.ts'
import { tokens } from './segment.ts'

/** Turns texts into vectors of length 1: near in meaning, near in angle. */
export type Embedding = {
  /** Tells one model from another, and from the same one trained anew: what was indexed with it holds for no other name. */
  readonly name: string
  readonly dimensions: number
  embed(texts: readonly string[]): Promise<Float32Array[]>
  /** The same without waiting; only a static model has it. Several texts count as one, each token once. */
  embedNow?(...texts: string[]): Float32Array
  /** The same of tokens, each given once. */
  encode?(tokens: Iterable<string>): Float32Array
}

const batch = 32

/**
 * Opens a model in transformers.js layout.
 *
 * The model that ships is a table of token vectors and is looked up directly, which encodes a text in
 * microseconds; `viaPipeline` runs it through ONNX like any other. Nothing is fetched unless
 * `allowDownload` says so; then `dir` may be a model's name on the hub.
 */
export async function openEmbedding(options: {
  dir: string
  allowDownload?: boolean
  viaPipeline?: boolean
}): Promise<Embedding> {
  const file = join(options.dir, 'onnx', 'model_quantized.onnx')
  const static_ = await isStatic(options.dir)
  if (static_ && !options.viaPipeline && existsSync(file)) {
    const found = await openTable(options.dir, file)
    if (found) return found
  }
  return openPipeline(options.dir, { allowDownload: options.allowDownload ?? false, vocabulary: static_ })
}

async function isStatic(dir: string): Promise<boolean> {
  const path = join(dir, 'config.json')
  if (!existsSync(path)) return false
  const config = JSON.parse(await readFile(path, 'utf8')) as { village_counsel?: { kind?: string } }
  return config.village_counsel?.kind === 'static'
}

async function openTable(dir: string, file: string): Promise<Embedding | undefined> {
  const table = await readEmbeddingTable(file)
  if (!table) return undefined
  const { rows, scale, dimensions } = table
  const places = await readVocabulary(dir)
  const encode = (given: Iterable<string>): Float32Array => {
    const sum = new Float32Array(dimensions)
    for (const token of given) {
      const place = places.get(token)
      if (place === undefined) continue
      const factor = scale[place]!
      for (let i = 0, at = place * dimensions; i < dimensions; i++, at++) sum[i]! += rows[at]! * factor
    }
    return toUnit(sum)
  }
  const embedNow = (...texts: string[]): Float32Array => encode(tokens(...texts))
  return {
    name: await nameOf(dir, file),
    dimensions,
    embedNow,
    encode,
    embed: (texts) => Promise.resolve(texts.map((text) => embedNow(text))),
  }
}

/** The folder's name and a digest of what is in it. */
async function nameOf(dir: string, file: string): Promise<string> {
  const digest = createHash('sha256')
  for (const path of [file, join(dir, 'tokenizer.json')]) if (existsSync(path)) digest.update(await readFile(path))
  return `${basename(resolve(dir))}@${digest.digest('hex').slice(0, 12)}`
}

async function readVocabulary(dir: string): Promise<Map<string, number>> {
  const read = JSON.parse(await readFile(join(dir, 'tokenizer.json'), 'utf8')) as { model: { vocab: Record<string, number> } }
  return new Map(Object.entries(read.model.vocab))
}

async function openPipeline(dir: string, options: { allowDownload: boolean; vocabulary: boolean }): Promise<Embedding> {
  const { env, pipeline } = await import('@huggingface/transformers')
  const local = existsSync(dir)
  if (!local && !options.allowDownload) {
    throw new Error(`no embedding model at ${dir}; name a folder in transformers.js layout, or allow its download`)
  }
  env.allowRemoteModels = !local
  if (local) env.localModelPath = dirname(resolve(dir))
  const quantised = !local || existsSync(join(dir, 'onnx', 'model_quantized.onnx'))
  const run = await pipeline('feature-extraction', local ? basename(resolve(dir)) : dir, { dtype: quantised ? 'q8' : 'fp32' })
  const places = options.vocabulary ? await readVocabulary(dir) : undefined
  // A static model knows tokens, not text: they are handed over with spaces between, unknown ones left out.
  const prepare = (text: string): string =>
    places ? tokens(text).filter((token) => places.has(token)).join(' ') || '[PAD]' : text
  const embed = async (texts: readonly string[]): Promise<Float32Array[]> => {
    const vectors: Float32Array[] = []
    for (let at = 0; at < texts.length; at += batch) {
      const part = texts.slice(at, at + batch).map(prepare)
      const output = await run(part, { pooling: 'mean', normalize: true })
      const width = output.dims.at(-1)!
      const data = output.data as Float32Array
      for (let i = 0; i < part.length; i++) {
        const vector = data.slice(i * width, (i + 1) * width)
        // A text of no known token has no direction: the library divides 0 by 0.
        vectors.push(Number.isNaN(vector[0]) ? vector.fill(0) : vector)
      }
    }
    return vectors
  }
  const [probe] = await embed(['法'])
  const name = local ? await nameOf(dir, join(dir, 'onnx', quantised ? 'model_quantized.onnx' : 'model.onnx')) : dir
  return { name, dimensions: probe!.length, embed }
}
