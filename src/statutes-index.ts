import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdir, open, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { indexName } from './knowledge/statute-files.ts'
import { openStatutes as openTexts, type IndexedArticle } from './knowledge/statutes.ts'
import { openEmbedding, type Embedding } from './retrieval/embedding.ts'
import { buildStatutes, openStatutes, readStatuteModel, type StatuteModel, type Statutes } from './retrieval/statutes.ts'

/** The imported texts, and where the index over them is kept: a folder for each state of the import. */
export type IndexPlace = { readonly statutesDir: string; readonly indexDir: string }

/** What indexing came to. `busy`: another process is at it. */
export type Indexed = { readonly kind: 'ready'; readonly size: number; readonly added: number; readonly removed: number; readonly anew: boolean } | { readonly kind: 'same' | 'busy' | 'nothing' }

/** The model that the statute search was fitted with, whatever model the guides are searched with. */
export const statuteEmbeddingDir = fileURLToPath(new URL('../models/lay-law-zh', import.meta.url))

const manifestName = 'articles.json'
const lockName = 'building'
/** Articles that were taken out or replaced stay in the files; beyond this share of them all is laid out anew. */
const mostWaste = 0.25

type Manifest = { readonly hashes: Record<string, string>; readonly waste: number }

/** Names the state of the import by its content; undefined where nothing is imported. */
export function generationOf(statutesDir: string): string | undefined {
  const path = join(statutesDir, indexName)
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return undefined
  const stamp = `${found.mtimeMs} ${found.size} ${found.ino}`
  const known = generations.get(path)
  if (known?.stamp === stamp) return known.generation
  const generation = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16)
  generations.set(path, { stamp, generation })
  return generation
}

/** The file is asked about every few seconds and is megabytes long. */
const generations = new Map<string, { stamp: string; generation: string }>()

/** Whether an index of that state of the import was finished. */
export function hasIndex({ indexDir }: Pick<IndexPlace, 'indexDir'>, generation: string): boolean {
  return existsSync(join(indexDir, generation, manifestName))
}

/** The saved index of a state of the import; undefined where there is none that can be read, or another model made it. */
export async function openIndex({ indexDir }: Pick<IndexPlace, 'indexDir'>, generation: string, model: StatuteModel, embedding: Embedding): Promise<Statutes | undefined> {
  if (!hasIndex({ indexDir }, generation)) return undefined
  try {
    return await openStatutes(join(indexDir, generation), model, embedding)
  } catch {
    // The index is derived: a damaged one is made anew.
    return undefined
  }
}

/**
 * Brings the saved index to the state of the import. Only articles that changed are indexed again, unless
 * there is no index yet or most of it would be waste. The finished index shows at once or not at all.
 */
export async function indexImported({ statutesDir, indexDir }: IndexPlace): Promise<Indexed> {
  const generation = generationOf(statutesDir)
  if (generation === undefined) return { kind: 'nothing' }
  await mkdir(indexDir, { recursive: true })
  const unlock = await lock(indexDir)
  if (!unlock) return { kind: 'busy' }
  try {
    const [embedding, model] = await Promise.all([openEmbedding({ dir: statuteEmbeddingDir }), readStatuteModel()])
    if (await openIndex({ indexDir }, generation, model, embedding)) return { kind: 'same' }
    const texts = openTexts(statutesDir)
    const hashes: Record<string, string> = {}
    for (const article of texts.articles()) hashes[article.id] = hashOf(article)

    const before = await newest(indexDir, model, embedding)
    const changed = new Set(Object.keys(hashes).filter((id) => before?.manifest.hashes[id] !== hashes[id]).map(Number))
    const gone = Object.keys(before?.manifest.hashes ?? {}).filter((id) => hashes[id] === undefined).map(Number)
    const waste = (before?.manifest.waste ?? 0) + gone.length + changed.size
    const anew = !before || waste > Object.keys(hashes).length * mostWaste
    const index = anew ? await buildStatutes(texts.articles(), model, embedding) : before.index
    if (!anew) {
      for (const id of gone) index.remove(id)
      for (const article of texts.articles()) if (changed.has(article.id)) index.add(article)
    }

    const draft = join(indexDir, `${generation}.part`)
    await rm(draft, { recursive: true, force: true })
    await mkdir(draft, { recursive: true })
    await index.save(draft)
    const manifest: Manifest = { hashes, waste: anew ? 0 : waste }
    await writeFile(join(draft, manifestName), JSON.stringify(manifest))
    await rm(join(indexDir, generation), { recursive: true, force: true })
    await rename(draft, join(indexDir, generation))
    for (const name of await readdir(indexDir)) if (name !== generation && name !== lockName) await rm(join(indexDir, name), { recursive: true, force: true })
    return { kind: 'ready', size: index.size, added: anew ? index.size : changed.size, removed: anew ? 0 : gone.length, anew }
  } finally {
    await unlock()
  }
}

/** Where an index lies beside the other data. */
export function indexPlace(config: { readonly STATUTES_DIR: string; readonly DATA_DIR: string }): IndexPlace {
  return { statutesDir: resolve(config.STATUTES_DIR), indexDir: resolve(config.DATA_DIR, 'statute-index') }
}

/** Any finished index of this model: what it shares with the new state need not be made again. */
async function newest(indexDir: string, model: StatuteModel, embedding: Embedding): Promise<{ index: Statutes; manifest: Manifest } | undefined> {
  for (const name of await readdir(indexDir)) {
    const source = name.endsWith('.part') ? undefined : await readFile(join(indexDir, name, manifestName), 'utf8').catch(() => undefined)
    const index = source === undefined ? undefined : await openIndex({ indexDir }, name, model, embedding)
    if (source !== undefined && index) return { index, manifest: JSON.parse(source) as Manifest }
  }
  return undefined
}

function hashOf({ law, article, version, heading, text, effective, repealed }: IndexedArticle): string {
  return createHash('sha256').update(JSON.stringify([law, article, version, heading, text, effective, repealed])).digest('base64url').slice(0, 12)
}

/** One builder at a time; the lock of a process that died is taken over. */
async function lock(indexDir: string): Promise<(() => Promise<void>) | undefined> {
  const path = join(indexDir, lockName)
  for (const last of [false, true]) {
    try {
      const file = await open(path, 'wx')
      await file.writeFile(String(process.pid))
      await file.close()
      return () => rm(path, { force: true })
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
      if (last || isAlive(Number(await readFile(path, 'utf8').catch(() => '')))) return undefined
      await rm(path, { force: true })
    }
  }
  return undefined
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
}
