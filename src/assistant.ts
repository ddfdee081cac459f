import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { consult, type ConsultPorts } from './consult/consult.ts'
import type { Bars } from './consult/decide.ts'
import type { Words } from './consult/wording.ts'
import type { Conversation } from './domain/conversation.ts'
import type { Entry, Situation } from './domain/entry.ts'
import { inForce, type ArticleRef, type Law } from './domain/law.ts'
import type { Inbound } from './domain/message.ts'
import type { Outcome } from './domain/outcome.ts'
import { olderThanAYear } from './knowledge/check.ts'
import { createFolder, type Knowledge } from './knowledge/load.ts'
import { describeProblem } from './knowledge/problem.ts'
import { watchFolder } from './knowledge/watch.ts'
import { openEmbedding } from './retrieval/embedding.ts'
import type { Wording } from './retrieval/likelihood.ts'
import { openRetriever, type Retriever } from './retrieval/retriever.ts'
import type { Weights } from './retrieval/signals.ts'
import { compileSigns, type Signs } from './safety/signs.ts'

export type AssistantLog = { info(data: object, text: string): void; warn(data: object, text: string): void; error(data: object, text: string): void }

/** Knowledge, retrieval and decision in one: everything but the ledger and the channels. */
export type Assistant = {
  decide(message: Inbound, conversation: Conversation): Promise<Outcome>
  readonly words: Words
  readonly retriever: Retriever
  entry(id: string): Entry | undefined
  entries(): readonly Entry[]
  /** The laws as registered. */
  laws(): readonly Law[]
  /** Whether the deterministic net sees an emergency in the words. */
  emergency(text: string): boolean
  /** Reads the folder anew. */
  reload(): Promise<void>
  /** Reloads whenever the folder changes, until the returned function is called. */
  watch(): Promise<() => Promise<void>>
}

/** What serving messages needs of the assistant. */
export type Counsel = Pick<Assistant, 'decide' | 'words' | 'entry' | 'laws' | 'emergency'>

/** Opens the knowledge folder and its index. */
export async function openAssistant(config: Config, log: AssistantLog, today: () => string = () => new Date().toISOString().slice(0, 10)): Promise<Assistant> {
  const { weights, bars, wordings } = readFitted()
  const embedding = await openEmbedding({ dir: config.EMBEDDING_MODEL, allowDownload: config.EMBEDDING_DOWNLOAD })
  const retriever = openRetriever({ dir: join(config.DATA_DIR, 'index'), embedding, weights, wordings })
  const readFolder = createFolder(config.KNOWLEDGE_DIR)
  let knowledge: Knowledge
  let entries = new Map<string, Entry>()
  let signs: Signs = compileSigns([])

  async function reload(): Promise<void> {
    const fresh = await readFolder(today())
    for (const problem of fresh.problems) {
      const { file, line } = problem
      if (problem.harmless) log.warn({ file, line }, describeProblem(problem))
      else log.error({ file, line }, `知识库有误，旧的那一版继续用：${describeProblem(problem)}`)
    }
    for (const notice of fresh.notices) log.warn({ file: notice.file, line: notice.line }, describeProblem(notice))
    const { added, removed } = await retriever.update(fresh.entries)
    knowledge = fresh
    entries = new Map(fresh.entries.map((entry) => [entry.id, entry]))
    signs = compileSigns(fresh.entries.filter((entry): entry is Situation => entry.kind === 'situation'))
    for (const { situation, sign } of signs.broken) log.error({ file: situation.file }, `「${situation.title}」的 signs 看不懂：${sign}`)
    log.info({ entries: entries.size, added, removed }, '知识库已读入')
  }

  function citable({ law, article }: ArticleRef): boolean {
    return knowledge.register.objection({ law, article }, today()) === undefined
  }

  /** The constitution is there in our words; statutes once an operator imported them. */
  function article({ law, article: number }: ArticleRef): { entry: Entry } | undefined {
    const entry = law === '宪法' ? entries.get(number === '序言' ? 'constitution-preamble-1' : `constitution-${number}`) : undefined
    return entry && { entry }
  }

  const ports: Omit<ConsultPorts, 'conversation'> = {
    entry: (id) => entries.get(id),
    citable,
    stale: (entry) => olderThanAYear(entry.checked, today()),
    search: (question, conversation) => retriever.search(question, conversation.lastEntry === undefined ? {} : { about: [conversation.lastEntry] }),
    article,
    signs: () => signs,
    laws: () => knowledge.register.laws,
    bars,
  }

  await reload()
  return {
    decide: (message, conversation) => consult(message, { ...ports, conversation: () => Promise.resolve(conversation) }),
    words: {
      article(ref) {
        const law = knowledge.register.find(ref.law)
        const status = law && inForce(law, today()) ? `现行有效，${law.amended ?? law.effective} 版` : '请核实是否有效'
        const known = article(ref)
        return { text: known?.entry.answer ?? '', verbatim: false, status }
      },
    },
    retriever,
    entry: (id) => entries.get(id),
    entries: () => [...entries.values()],
    laws: () => knowledge.register.laws,
    emergency: (text) => signs.spot(text, 'urgent') !== undefined,
    reload,
    watch: () => watchFolder(config.KNOWLEDGE_DIR, reload, (cause) => log.error({ cause: String(cause) }, '知识库重读失败，旧的继续用')),
  }
}

/** What training and calibration left, which ships with the project. */
export function readFitted(): { weights: Weights; bars: Bars; wordings: Wording[] } {
  const read = (name: string) => JSON.parse(readFileSync(new URL(`../models/${name}`, import.meta.url), 'utf8')) as unknown
  const lines = readFileSync(new URL('../models/wordings.jsonl', import.meta.url), 'utf8').split('\n').filter(Boolean)
  return { weights: read('weights.json') as Weights, bars: read('bars.json') as Bars, wordings: lines.map((line) => JSON.parse(line) as Wording) }
}
