import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

/** Who may import whom. `src` is main.ts and its neighbours; tests and scripts are free. */
const mayImport: Record<string, readonly string[]> = {
  'src/domain': [],
  'src/safety': ['src/domain'],
  'src/knowledge': ['src/domain'],
  'src/retrieval': ['src/domain'],
  'src/llm': ['src/domain'],
  'src/store': ['src/domain'],
  'src/roster': ['src/domain'],
  'src/consult': ['src/domain', 'src/safety'],
  'src/desk': ['src/domain'],
  'src/console': ['src/domain', 'src/store'],
  adapters: ['src/domain'],
  src: ['src/domain', 'src/safety', 'src/knowledge', 'src/retrieval', 'src/llm', 'src/store', 'src/roster', 'src/consult', 'src/desk', 'src/console', 'adapters'],
}

const files = ['src', 'adapters'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(root, name)),
)

function layerOf(file: string): string {
  const [root = '', folder = '', ...rest] = file.split('/')
  return root === 'src' && rest.length > 0 ? `src/${folder}` : root
}

function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8')
  return [...source.matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)].map(([, path = '']) => join(dirname(file), path))
}

function cycleFrom(file: string, path: readonly string[] = []): string[] | undefined {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
  for (const next of importsOf(file)) {
    const cycle = files.includes(next) ? cycleFrom(next, [...path, file]) : undefined
    if (cycle) return cycle
  }
  return undefined
}

test('there is something to hold to the rule', () => {
  expect(files.length).toBeGreaterThan(20)
})

test.each(files)('%s keeps to its layer', (file) => {
  const layer = layerOf(file)
  const allowed = mayImport[layer]
  expect(allowed, `${layer} is not a layer we know`).toBeDefined()
  const strays = importsOf(file).filter((to) => layerOf(to) !== layer && !allowed!.includes(layerOf(to)))
  expect(strays).toEqual([])
})

test('the domain imports nothing, not even node or a package', () => {
  const outside = files.filter((file) => layerOf(file) === 'src/domain' && /from '[^.]/.test(readFileSync(file, 'utf8')))
  expect(outside).toEqual([])
})

test.each(files)('%s is in no import cycle', (file) => {
  expect(cycleFrom(file)).toBeUndefined()
})

test.each(files)('%s can be read in one sitting, under an honest name', (file) => {
  expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThanOrEqual(251)
  expect(file).not.toMatch(/(^|[/-])(utils?|helpers?|common|misc|manager|base)\.tsx?$/)
})
