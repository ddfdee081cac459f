import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAssistant } from '../src/assistant.ts'
import { readConfig } from '../src/config.ts'
import { phrase } from '../src/consult/wording.ts'
import type { Inbound } from '../src/domain/message.ts'
import type { Outcome } from '../src/domain/outcome.ts'
import { toResult, type Result } from '../src/domain/result.ts'
import { createLog } from '../src/log.ts'

export type Labelled = { readonly id: string; readonly text: string; readonly label: string; readonly slugs: readonly string[] }
export type Judged = { readonly item: Labelled; readonly result: Result; readonly urgent: boolean }

export type Figures = {
  n: number; answered: number; precision: number; coverage: number; top1: number; top3: number
  urgentRecall: number; outOfScopeRefused: number; chatterIgnored: number; uncoveredPassedOn: number; ece: number; p50ms: number; p95ms: number
}

/** `evaluate messages FILE [--json] [--out FILE]`; the terms are in scripts/evaluate.ts. */
export async function evaluateMessages(args: readonly string[]): Promise<void> {
  const out = args.includes('--out') ? args[args.indexOf('--out') + 1] : undefined
  const file = args.find((arg, index) => !arg.startsWith('--') && args[index - 1] !== '--out')
  if (!file) throw new Error('缺文件：evaluate messages FILE.jsonl')
  const judged = await judge(readLines(await readFile(file, 'utf8')))
  if (out) await writeFile(out, judged.map(({ item, result }) => JSON.stringify({ id: item.id, ...result })).join('\n') + '\n')
  const found = figures(judged)
  if (args.includes('--json')) console.log(JSON.stringify(found))
  else {
    console.table(found)
    for (const { item, result, urgent } of judged) if (complaint(item, result, urgent)) console.log(`${complaint(item, result, urgent)}\t${item.id}\t${item.text}\t[${item.slugs.join(',')}] → ${result.kind} ${result.reason} ${result.confidence} ${result.entries.slice(0, 3).join(',')}`)
  }
}

/** Runs each item as a first message in a resident group, unaddressed, each person once. */
export async function judge(items: readonly Labelled[]): Promise<Judged[]> {
  const dir = await mkdtemp(join(tmpdir(), 'evaluate-'))
  try {
    const assistant = await openAssistant({ ...readConfig(process.env), DATA_DIR: dir }, createLog('silent'))
    const judged: Judged[] = []
    for (const item of items) {
      const message: Inbound = { id: item.id, from: { channel: 'wechat', conversation: 'evaluate' }, sender: item.id, text: item.text, at: new Date(), place: 'group', addressed: false }
      const start = performance.now()
      const outcome: Outcome = await assistant.decide(message, {})
      const ms = performance.now() - start
      const text = phrase(outcome, message, assistant.words).map((reply) => reply.text).join('\n\n')
      judged.push({ item, result: toResult(outcome, text, ms), urgent: outcome.kind === 'escalated' && outcome.situation !== undefined && outcome.ticket.urgency === 'urgent' })
    }
    return judged
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

export function readLines(source: string): Labelled[] {
  return source.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Labelled)
}

export function figures(judged: readonly Judged[]): Figures {
  const guides = judged.filter(({ item }) => item.label === 'guide')
  const answered = judged.filter(({ result }) => result.kind === 'answered')
  const labelled = (label: string) => judged.filter(({ item }) => item.label.startsWith(label))
  const times = judged.map(({ result }) => result.ms).sort((one, other) => one - other)
  return {
    n: judged.length,
    answered: answered.length,
    precision: share(answered, ({ item, result }) => item.label === 'guide' && hits(item, result, 1)),
    coverage: share(guides, ({ result }) => result.kind === 'answered'),
    top1: share(guides, ({ item, result }) => hits(item, result, 1)),
    top3: share(guides, ({ item, result }) => hits(item, result, 3)),
    urgentRecall: share(labelled('escalate'), ({ urgent }) => urgent),
    outOfScopeRefused: share(labelled('out-of-scope'), ({ result }) => result.kind === 'refused'),
    chatterIgnored: share(labelled('chit-chat'), ({ result }) => result.kind === 'ignored'),
    uncoveredPassedOn: share(labelled('uncovered'), ({ result }) => result.kind === 'escalated'),
    ece: calibrationError(guides),
    p50ms: times[Math.floor(times.length * 0.5)] ?? 0,
    p95ms: times[Math.floor(times.length * 0.95)] ?? 0,
  }
}

function hits(item: Labelled, { entries }: Result, among: number): boolean {
  return entries.slice(0, among).some((entry) => item.slugs.includes(entry))
}

function calibrationError(guides: readonly Judged[]): number {
  const bins = Array.from({ length: 10 }, () => ({ right: 0, confidence: 0 }))
  for (const { item, result } of guides) {
    const bin = bins[Math.min(9, Math.floor(result.confidence * 10))]
    if (!bin) continue
    bin.right += hits(item, result, 1) ? 1 : 0
    bin.confidence += result.confidence
  }
  return round(bins.reduce((sum, { right, confidence }) => sum + Math.abs(right - confidence), 0) / Math.max(1, guides.length))
}

function complaint({ label, slugs }: Labelled, result: Result, urgent: boolean): string {
  if (label === 'guide') return hits({ label, slugs, id: '', text: '' }, result, 1) ? (result.kind === 'answered' ? '' : `没答:${result.kind}`) : result.kind === 'answered' ? '答错' : '首位不对'
  if (label.startsWith('escalate')) return urgent ? '' : '漏了急事'
  if (label.startsWith('out-of-scope')) return result.kind === 'refused' ? '' : '没婉拒'
  if (label === 'uncovered') return result.kind === 'escalated' ? '' : result.kind === 'answered' ? '没有条目能答的错答了' : '没有条目能答的没转给人'
  return result.kind === 'ignored' ? '' : '打扰了闲聊'
}

function share<T>(items: readonly T[], test: (item: T) => boolean): number {
  return items.length === 0 ? 1 : round(items.filter(test).length / items.length)
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
