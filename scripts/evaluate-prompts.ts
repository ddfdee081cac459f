import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { faithful } from '../src/consult/follow-up.ts'
import { faithfulCut } from '../src/consult/story.ts'
import { wordAnswer, type Fallback } from '../src/consult/worded.ts'
import { readConfig } from '../src/config.ts'
import type { Sentence, Writer } from '../src/domain/passage.ts'
import { EmptyReply } from '../src/llm/chat-model.ts'
import { promptNames, type PromptName } from '../src/llm/prompts.ts'
import { openConfiguredWriter } from '../src/model.ts'
import { givesOrders } from '../src/safety/orders.ts'
import { realLibrary } from '../test/support/grounds.ts'
import { startOpenAiServer, type OpenAiServer } from '../test/support/openai-server.ts'

type Expected = { readonly id: string; readonly says?: readonly string[]; readonly never?: readonly string[]; /** Nothing of the model's may be used. */ readonly refuses?: boolean }
type AnswerCase = Expected & { readonly entry: string; readonly question: string; readonly reply: readonly Sentence[] }
type FollowUpCase = Expected & { readonly before: string; readonly topic: string; readonly text: string; readonly has?: readonly string[]; readonly reply: readonly string[] }
type StoryCase = Expected & { readonly story: string; readonly count: number; readonly has: readonly (readonly string[])[]; readonly reply: readonly string[] }

/** What a reply came to; undefined where the case does not ask. */
type Verdict = { readonly id: string; readonly shape: boolean; readonly grounded?: boolean; readonly refused?: boolean; readonly right?: boolean; readonly said: string }
type Row = { readonly prompt: PromptName; readonly cases: number; readonly shape: string; readonly grounded: string; readonly refused: string; readonly right: string; readonly failed: readonly Verdict[] }

/** Runs every prompt over its cases, against the configured model or, without one, against a script that says what a good model would. */
export async function evaluatePrompts(args: readonly string[]): Promise<void> {
  const json = args.includes('--json')
  const chosen = args.filter((arg) => !arg.startsWith('--'))
  const names = promptNames.filter((name) => chosen.length === 0 || chosen.includes(name))
  const dir = mkdtempSync(join(tmpdir(), 'prompts-'))
  const real = process.env['LLM_MODEL'] !== undefined && process.env['LLM_MODEL'] !== ''
  const server = real ? undefined : await startOpenAiServer()
  const settings = server ? { LLM_MODEL: 'openai:scripted', LLM_BASE_URL: server.url } : process.env
  const config = readConfig({ ...settings, DATA_DIR: dir, LLM_TOKENS_PER_PERSON: '100000000', LLM_TOKENS_PER_DAY: '100000000' })
  try {
    const writer = await openConfiguredWriter(config)
    if (!writer) throw new Error('no model')
    const rows: Row[] = []
    for (const name of names) rows.push(toRow(name, await runs[name](writer, server, config.LLM_TIMEOUT_MS)))
    if (json) console.log(JSON.stringify({ model: writer.name, prompts: rows }))
    else print(writer.name, rows, real)
    if (rows.some(({ failed }) => failed.length > 0)) process.exitCode = 1
  } finally {
    await server?.stop()
    rmSync(dir, { recursive: true })
  }
}

const person = 'terminal:evaluate'
type Run = (writer: Writer, server: OpenAiServer | undefined, timeoutMs: number) => Promise<Verdict[]>

const runs: Record<PromptName, Run> = {
  async answer(writer, server, timeoutMs) {
    const library = await realLibrary()
    const verdicts: Verdict[] = []
    for (const one of read<AnswerCase>('answer')) {
      server?.does({ kind: 'sentences', sentences: one.reply })
      let [failed, objected] = [false, false]
      const report = (why: Fallback) => {
        if (why.kind === 'unsound') objected = true
        // Saying nothing is the right form for what the passages do not answer.
        else failed = !(one.refuses && why.cause instanceof EmptyReply)
      }
      const ports = { writer, laws: () => library.laws, citable: library.citable, articleText: () => '', report }
      const answer = await wordAnswer({ answer: library.answer(one.entry), question: one.question, person }, ports, AbortSignal.timeout(timeoutMs))
      const said = answer?.text ?? ''
      verdicts.push({ id: one.id, shape: !failed, ...(one.refuses ? { refused: answer === undefined } : { grounded: answer !== undefined && !objected, right: fits(said, one) }), said })
    }
    return verdicts
  },

  async 'follow-up'(writer, server, timeoutMs) {
    const verdicts: Verdict[] = []
    for (const one of read<FollowUpCase>('follow-up')) {
      server?.does(questions(one.reply))
      const said = await writer.rewrite({ before: one.before, topic: one.topic, text: one.text, person }, AbortSignal.timeout(timeoutMs)).catch(() => undefined)
      const used = said !== undefined && faithful(said, `${one.before}${one.text}`)
      verdicts.push({ id: one.id, shape: said !== undefined && said.length <= 80, ...(one.refuses ? { refused: !used || fits(said, one) } : { grounded: used, right: said !== undefined && fits(said, { ...one, says: one.has ?? [] }) }), said: said ?? '' })
    }
    return verdicts
  },

  async story(writer, server, timeoutMs) {
    const verdicts: Verdict[] = []
    for (const one of read<StoryCase>('story')) {
      server?.does(questions(one.reply))
      const said = await writer.cut({ story: one.story, person }, AbortSignal.timeout(timeoutMs)).catch((): string[] => [])
      const right = said.length === one.count && one.has.every((words) => said.some((question) => words.some((word) => question.includes(word)))) && fits(said.join(), one)
      verdicts.push({ id: one.id, shape: said.length === 1 || said.length === 2, grounded: faithfulCut(said, one.story) !== undefined, right, said: said.join(' / ') })
    }
    return verdicts
  },
}

function questions(reply: readonly string[]) {
  return { kind: 'json', json: JSON.stringify({ questions: reply.map((question) => ({ question })) }) } as const
}

function fits(said: string, { says = [], never = [] }: Pick<Expected, 'says' | 'never'>): boolean {
  return says.every((word) => said.includes(word)) && !never.some((word) => said.includes(word)) && !givesOrders(said)
}

function read<T>(name: PromptName): T[] {
  return readFileSync(new URL(`../test/prompts/${name}.jsonl`, import.meta.url), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as T)
}

function toRow(prompt: PromptName, verdicts: readonly Verdict[]): Row {
  const share = (measure: 'shape' | 'grounded' | 'refused' | 'right') => {
    const asked = verdicts.filter((verdict) => verdict[measure] !== undefined)
    return asked.length === 0 ? '—' : `${asked.filter((verdict) => verdict[measure]).length}/${asked.length}`
  }
  const failed = verdicts.filter((verdict) => [verdict.shape, verdict.grounded, verdict.refused, verdict.right].includes(false))
  return { prompt, cases: verdicts.length, shape: share('shape'), grounded: share('grounded'), refused: share('refused'), right: share('right'), failed }
}

function print(model: string, rows: readonly Row[], real: boolean): void {
  console.log(real ? `模型 ${model}` : '没有写 LLM_MODEL：用剧本代替模型，只看程序和用例是否对得上')
  console.log('提示词\t用例\t格式\t有据\t该拒的拒了\t说对了')
  for (const { prompt, cases, shape, grounded, refused, right } of rows) console.log([prompt, cases, shape, grounded, refused, right].join('\t'))
  for (const { prompt, failed } of rows) for (const { id, said } of failed) console.log(`没过：${prompt} ${id} ${said || '（没有给出能用的话）'}`)
}
