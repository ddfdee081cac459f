import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { loadEnvFile, readConfig } from '../src/config.ts'
import { expiredBecause } from '../src/consult/draft-entry.ts'
import { dayOf } from '../src/domain/person.ts'
import { versionOn } from '../src/domain/statute.ts'
import { readKnowledge } from '../src/knowledge/load.ts'
import { openStatutes } from '../src/knowledge/statutes.ts'

/** `npm run drafts`: the entries that closed tickets offer, and which of them a change of law has overtaken. */
loadEnvFile()
const config = readConfig(process.env)
const dir = config.DRAFTS_DIR ?? join(config.KNOWLEDGE_DIR, 'drafts')
const today = dayOf(new Date())
const { register } = await readKnowledge(config.KNOWLEDGE_DIR, today)
const statutes = openStatutes(config.STATUTES_DIR)
const names = (await readdir(dir).catch(() => [] as string[])).filter((name) => name.endsWith('.md')).sort()

for (const name of names) {
  const [, yaml = ''] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(await readFile(join(dir, name), 'utf8')) ?? []
  const matter = parse(yaml) as { title?: string; checked?: string; basis?: { law: string; articles?: (string | number)[] }[]; draft?: { expires?: Record<string, string> } } | null
  const expired = expiredBecause(matter?.draft?.expires ?? {}, register.laws, today, (law) => {
    const articles = matter?.basis?.find((cited) => cited.law === law)?.articles ?? []
    const full = register.find(law)?.name ?? law
    return { made: versionOn(statutes.versions(full), today)?.day, objection: articles.map((article) => statutes.objection({ law: full, article: String(article) }, today)).find((why) => why !== undefined) }
  })
  console.log(`${join(dir, name)}  ${matter?.checked ?? ''}  ${matter?.title ?? ''}${expired ? `  【已过期】${expired}` : ''}`)
}
console.log(names.length === 0 ? `${dir} 里没有草稿。` : '要用哪一条：核对、改好，移到 knowledge/guides/，再跑 npm run check-knowledge。过期的改过依据再用，或者删掉。')
