import { readFileSync } from 'node:fs'

/** Reads a file of JSON lines; an empty line is no line. */
export function readLines<T>(path: string): T[] {
  return readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as T)
}
