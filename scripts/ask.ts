import { openAssistant } from '../src/assistant.ts'
import { loadEnvFile, readConfig } from '../src/config.ts'
import { likelyOnCard } from '../src/consult/likely.ts'
import { phrase, plain } from '../src/consult/wording.ts'
import type { Inbound } from '../src/domain/message.ts'
import { toResult } from '../src/domain/result.ts'
import { createLog } from '../src/log.ts'
import { generationOf, indexPlace } from '../src/statutes-index.ts'

/** `npm run --silent ask -- "问题" [--json]`: the answer as a resident reads it, or one JSON object. */
const args = process.argv.slice(2)
const json = args.includes('--json')
const text = args.filter((arg) => !arg.startsWith('--')).join(' ')
if (!text) {
  console.error('用法：npm run --silent ask -- "厂里拖了三个月工资咋办" [--json]')
  process.exit(2)
}

loadEnvFile()
const config = readConfig(process.env)
const assistant = await openAssistant(config, createLog(json ? 'silent' : 'error'))
await assistant.statutes.refresh({ build: false })
if (generationOf(indexPlace(config).statutesDir) !== undefined && !assistant.statutes.ready()) console.error('导入的法律还没有检索索引，这一问先不查法条；怎么办：npm run statutes -- index')
const message: Inbound = { id: 'ask', from: { channel: 'terminal', conversation: 'ask' }, sender: 'ask', text, at: new Date(), place: 'direct', addressed: true }
const start = performance.now()
const decided = await assistant.decide(message, {})
const outcome = (await assistant.word?.(decided, message, {})) ?? decided
const ms = performance.now() - start
const replies = phrase(outcome, message, assistant.words)
const words = replies.map((reply) => (reply.sheet ? plain(reply.sheet) : reply.text)).join('\n\n').replaceAll('{ticket}', '（试问，不开工单）')
const card = outcome.kind === 'escalated' && outcome.ticket.likely ? `\n\n〔顾问卡片上还有〕\n${likelyOnCard(outcome.ticket.likely)}` : ''
console.log(json ? JSON.stringify(toResult(outcome, words, ms)) : words ? `${words}${card}` : '（不用回这一句）')
