import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { consult, type ConsultPorts } from './consult/consult.ts'
import type { Bars } from './consult/decide.ts'
import { readInTalk } from './consult/follow-up.ts'
import { withoutThirdQuestion } from './consult/remember.ts'
import { chooseRoute } from './consult/route.ts'
import { inSimplified, toSimplified } from './consult/simplified.ts'
import type { Words } from './consult/wording.ts'
import type { Conversation } from './domain/conversation.ts'
import type { ConstitutionArticle, Entry, Situation } from './domain/entry.ts'
import type { Evidence } from './domain/evidence.ts'
import type { ArticleRef, Law } from './domain/law.ts'
import type { Inbound } from './domain/message.ts'
import type { Outcome } from './domain/outcome.ts'
import { dayOf } from './domain/person.ts'
import type { AssistantLog } from './log.ts'
import { olderThanAYear } from './knowledge/check.ts'
import { checkCurrency } from './knowledge/currency.ts'
import { createFolder, type Knowledge } from './knowledge/load.ts'
import { describeProblem } from './knowledge/problem.ts'
import { openStatutes } from './knowledge/statutes.ts'
import { watchFolder } from './knowledge/watch.ts'
import { createLibrary } from './library.ts'
import { createModelWork, openConfiguredWriter } from './model.ts'
import { openEmbedding } from './retrieval/embedding.ts'
import type { Wording } from './retrieval/likelihood.ts'
import { openRetriever, type Retriever } from './retrieval/retriever.ts'
import type { Weights } from './retrieval/signals.ts'
import type { UncoveredQuestions } from './retrieval/uncovered.ts'
import { compileSigns, type Signs } from './safety/signs.ts'
import { indexPlace } from './statutes-index.ts'
import { openStatuteSearch, type StatuteSearch } from './statutes-search.ts'

/** Knowledge, retrieval and decision in one: everything but the ledger and the channels. */
export type Assistant = {
  /** `question` is what to look the message up by, where that is not its own words. */
  decide(message: Inbound, conversation: Conversation, question?: string): Promise<Outcome>
  /** The questions that a long story comes to, as the configured model sees it; nothing in them is checked. */
  cut?(message: Inbound): Promise<readonly string[] | undefined>
  /** The outcome with its answer in the words of the configured model; as it is without one. `shown` hears checked words as they come. */
  word?(outcome: Outcome, message: Inbound, conversation: Conversation, shown?: (text: string, label: string) => void): Promise<Outcome>
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
  /** Reloads whenever the folder or the imported statutes change, until the returned function is called. */
  watch(everyMs?: number): Promise<() => Promise<void>>
  /** The search over the imported statutes: nothing of it is loaded before it is refreshed. */
  readonly statutes: StatuteSearch
}

/** What serving messages needs of the assistant. */
export type Counsel = Pick<Assistant, 'decide' | 'cut' | 'word' | 'words' | 'entry' | 'laws' | 'emergency'>

/** Opens the knowledge folder and its index. */
export async function openAssistant(config: Config, log: AssistantLog, today: () => string = () => dayOf(new Date())): Promise<Assistant> {
  const { weights, bars, wordings, uncovered } = readFitted()
  const embedding = await openEmbedding({ dir: config.EMBEDDING_MODEL, allowDownload: config.EMBEDDING_DOWNLOAD })
  const retriever = openRetriever({ dir: join(config.DATA_DIR, 'index'), embedding, weights, wordings, uncovered })
  const readFolder = createFolder(config.KNOWLEDGE_DIR)
  let knowledge: Knowledge
  let entries = new Map<string, Entry>()
  let signs: Signs = compileSigns([])
  const statutes = openStatutes(config.STATUTES_DIR)
  const library = createLibrary({ register: () => knowledge.register, statutes, constitution, today })
  const search = openStatuteSearch({ place: indexPlace(config), embedding, embeddingDir: config.EMBEDDING_MODEL, verbatim: library.likely, log })

  async function reload(): Promise<void> {
    const fresh = await readFolder(today())
    for (const problem of fresh.problems) {
      const { file, line } = problem
      if (problem.harmless) log.warn({ file, line }, describeProblem(problem))
      else log.error({ file, line }, `知识库有误，${fresh.entries.some((entry) => entry.file === file) ? '旧的那一版继续用' : '这一篇没有用上'}：${describeProblem(problem)}`)
    }
    statutes.refresh()
    for (const notice of [...fresh.notices, ...checkCurrency(fresh.entries, fresh.register, statutes, today(), fresh.lineOf)]) log.warn({ file: notice.file, line: notice.line }, describeProblem(notice))
    const { added, removed } = await retriever.update(fresh.entries)
    knowledge = fresh
    entries = new Map(fresh.entries.map((entry) => [entry.id, entry]))
    signs = compileSigns(fresh.entries.filter((entry): entry is Situation => entry.kind === 'situation'))
    for (const { situation, sign } of signs.broken) log.error({ file: situation.file }, `「${situation.title}」的 signs 看不懂：${sign}`)
    log.info({ entries: entries.size, added, removed }, '知识库已读入')
  }

  const { citable } = library

  /** The constitution is there in our words; statutes once an operator imported them. */
  function article(ref: ArticleRef, day?: string): { entry: Entry } | undefined {
    const found = library.article(ref, day) ?? (ref.law === '宪法' && day === undefined ? constitution(ref.article) : undefined)
    return found && { entry: found }
  }

  function constitution(number: string): ConstitutionArticle | undefined {
    const found = entries.get(number === '序言' ? 'constitution-preamble-1' : `constitution-${number}`)
    return found?.kind === 'constitution' ? found : undefined
  }

  const entryOf = (id: string) => entries.get(id) ?? library.entry(id)

  const ports: Omit<ConsultPorts, 'conversation' | 'search'> = {
    entry: entryOf,
    citable,
    stale: (entry) => olderThanAYear(entry.checked, today()),
    article,
    signs: () => signs,
    laws: library.laws,
    likely: (question, day = today()) => search.search(question, day),
    bars,
  }

  const writer = await openConfiguredWriter(config)
  const model = writer && createModelWork({
    writer, log, laws: ports.laws, citable, articleText: (ref) => article(ref)?.entry.answer ?? '', title: (id) => entries.get(id)?.title ?? '', timeoutMs: config.LLM_TIMEOUT_MS,
    likely: (question) => search.search(question, today()),
  })

  /** A question in the light of what went before. */
  async function look(question: string, message: Inbound, conversation: Conversation): Promise<Evidence> {
    const waits = message.place === 'direct' || message.addressed
    const command = chooseRoute(question, conversation, message.at, () => undefined).kind === 'command'
    if (command || conversation.ticket !== undefined || signs.spot(question, 'urgent')) return retriever.search(question)
    const rewrite = model && waits ? (text: string, before: string) => model.rewrite(text, before, conversation.lastEntry, message) : undefined
    const { evidence } = await readInTalk(question, conversation, message.at, { search: (text) => retriever.search(text), related, ...(rewrite ? { rewrite } : {}) })
    return evidence
  }

  /** The matter by the question that stands for it; what kind of message it is, its own words say. */
  async function lookFor(question: string, text: string): Promise<Evidence> {
    const { intents, situations } = await retriever.search(text)
    return { ...(await retriever.search(question)), intents, situations }
  }

  function related(one: string, other: string): boolean {
    const [first, second] = [entries.get(one), entries.get(other)]
    return first?.kind === 'guide' && second?.kind === 'guide' && first.domain === second.domain
  }

  await reload()
  return {
    async decide(said, before, asked) {
      const message = await inSimplified(said)
      const conversation = before.lastQuestion === undefined ? before : { ...before, lastQuestion: await toSimplified(before.lastQuestion), lastWords: before.lastQuestion }
      const outcome = await consult(message, { ...ports, conversation: () => Promise.resolve(conversation), search: (text) => (asked === undefined ? look(text, message, conversation) : lookFor(asked, text)) })
      return withoutThirdQuestion(outcome, conversation)
    },
    ...(model ? { word: model.word, cut: model.cut } : {}),
    words: {
      article: library.words,
    },
    retriever,
    entry: entryOf,
    entries: () => [...entries.values()],
    laws: () => knowledge.register.laws,
    emergency: (text) => signs.spot(text, 'urgent') !== undefined,
    reload,
    statutes: search,
    async watch(everyMs = 10_000) {
      const failed = (cause: unknown) => log.error({ cause: String(cause) }, '知识库重读失败，旧的继续用')
      const unwatch = await watchFolder(config.KNOWLEDGE_DIR, reload, failed)
      const unfollow = follow(everyMs, async () => {
        if (statutes.refresh()) await reload()
        await search.refresh()
      }, failed)
      return async () => {
        unfollow()
        await unwatch()
      }
    },
  }
}

/** The first time comes after the start, but soon. */
const soonMs = 1500

/** Does something over and over, each time after the last is done. */
function follow(everyMs: number, step: () => Promise<void>, failed: (cause: unknown) => void): () => void {
  let timer = setTimeout(run, Math.min(everyMs, soonMs))
  let stopped = false
  function run(): void {
    void step().catch(failed).finally(() => {
      if (!stopped) timer = setTimeout(run, everyMs)
    })
  }
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

/** What training and calibration left, which ships with the project. */
export function readFitted(): { weights: Weights; bars: Bars; wordings: Wording[]; uncovered: UncoveredQuestions } {
  const lines = (name: string) => readFileSync(new URL(`../models/${name}`, import.meta.url), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as unknown)
  const whole = (name: string) => JSON.parse(readFileSync(new URL(`../models/${name}`, import.meta.url), 'utf8')) as unknown
  const [first, ...questions] = lines('uncovered.jsonl') as [{ against: string[] }, ...{ text: string }[]]
  return { weights: whole('weights.json') as Weights, bars: whole('bars.json') as Bars, wordings: lines('wordings.jsonl') as Wording[], uncovered: { against: first.against, texts: questions.map(({ text }) => text) } }
}
