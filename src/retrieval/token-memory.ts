import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { tokens } from './segment.ts'

/** Segmented texts, kept in a file: cutting the library anew at every start would take seconds. */
export type TokenMemory = {
  cut(text: string): string[]
  /** Writes what was cut since it was opened, and forgets what was not asked for. */
  save(): void
}

/** Opens the memory at `path`; a file that cannot be read, or of another segmentation, is started anew. */
export function openTokenMemory(path: string, version: string): TokenMemory {
  const known = read(path, version)
  const used = new Map<string, string[]>()
  let fresh = false

  return {
    cut(text) {
      const before = used.get(text) ?? known.get(text)
      const found = before ?? tokens(text)
      fresh ||= before === undefined
      used.set(text, found)
      return found
    },
    save() {
      if (!fresh && used.size === known.size) return
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, JSON.stringify({ version, texts: [...used].map(([text, cut]) => [text, cut.join(' ')]) }))
      fresh = false
    },
  }
}

function read(path: string, version: string): Map<string, string[]> {
  try {
    const saved = JSON.parse(existsSync(path) ? readFileSync(path, 'utf8') : '{}') as { version?: string; texts?: [string, string][] }
    if (saved.version === version) return new Map(saved.texts?.map(([text, cut]) => [text, cut === '' ? [] : cut.split(' ')]))
  } catch {
    // Derived: a damaged file is made anew.
  }
  return new Map()
}
