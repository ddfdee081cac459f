import { readFileSync } from 'node:fs'
import { openAssistant } from '../src/assistant.ts'
import { readConfig } from '../src/config.ts'
import { unaddressed } from '../src/consult/manners.ts'
import { createLog } from '../src/log.ts'
import type { Inbound } from '../src/domain/message.ts'
const a = await openAssistant({ ...readConfig({}), DATA_DIR: '/tmp/gidx' }, createLog('silent'))
for (const f of ['messages','group']) {
const lines = readFileSync(`test/regression/${f}.jsonl`,'utf8').trim().split('\n').map(l=>JSON.parse(l))
const n: Record<string, number> = {}
for (const l of lines) {
  const m: Inbound = { id: 'x', from: {channel:'wechat',conversation:'c'}, sender: 's', text: l.text, at: new Date(), place:'group', addressed:false }
  const o = await a.decide(m, {})
  const u = unaddressed(o, m)
  const k = l.label.split(/[-:]/)[0] + ' ' + o.kind + (o.kind==='escalated'&&o.situation?'!':'') + '→' + u.kind
  n[k] = (n[k] ?? 0) + 1
  if (l.label !== 'chit-chat' && l.label !== 'chat' && !l.label.startsWith('out') && o.kind !== 'ignored' && u.kind === 'ignored') console.log(l.label, o.reason, o.intents?.question.toFixed(2), l.text)
  if (l.label.startsWith('chi') || l.label.startsWith('chat') || l.label.startsWith('out')) if (u.kind !== 'ignored') console.log(l.label, o.reason, o.intents?.question.toFixed(2), l.text)
}
console.log(n)
}
