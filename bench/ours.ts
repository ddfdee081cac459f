import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openEmbedding } from '../src/retrieval/embedding.ts'
import { openStatutes, readStatuteModel } from '../src/retrieval/statutes.ts'
import { enter } from './contest.ts'

const dir = fileURLToPath(new URL('../models/lay-law-zh', import.meta.url))
const script = fileURLToPath(new URL('../scripts/index-statutes.ts', import.meta.url))

await enter('village-counsel', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  execFileSync(process.execPath, [...process.execArgv, script, process.argv[2]!, '', dir, folder])
  const embedding = await openEmbedding({ dir })
  const statutes = await openStatutes(folder, await readStatuteModel(), embedding)
  return (question, k) => statutes!.search(question, { k }).matches.map(({ id }) => id)
})
