// Lines of JSON strings in, lines of JSON {words, bigrams, characters} out: training reads texts exactly as the search does.
import { createInterface } from 'node:readline'
import { segment } from '../src/retrieval/segment.ts'

let lines: string[] = []
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  lines.push(JSON.stringify(segment(JSON.parse(line))))
  if (lines.length === 2000) await flush()
}
await flush()

async function flush(): Promise<void> {
  const block = lines.map((line) => `${line}\n`).join('')
  lines = []
  if (!process.stdout.write(block)) await new Promise((resolve) => process.stdout.once('drain', resolve))
}
