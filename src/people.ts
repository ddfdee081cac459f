import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { AssistantLog } from './log.ts'
import { ExpectedError } from './domain/errors.ts'
import type { Roster } from './domain/person.ts'
import { watchFile } from './knowledge/watch.ts'
import { defaultRoster, describeRosterProblem, readRoster } from './roster/read.ts'

/** The file that says who serves whom cannot be used at start; every mistake is named. */
export class BadRoster extends ExpectedError {
  readonly code = 'bad-roster'
}

/** Who serves whom, as the file says it now. */
export type People = {
  roster(): Roster
  close(): Promise<void>
}

/**
 * Opens people.yaml and follows its edits. Without the file there is one village; a broken edit leaves the
 * last good version serving.
 */
export async function openPeople(options: { file: string; telegramAdviserChat?: string | undefined; log: AssistantLog; watch?: boolean }): Promise<People> {
  const { file, telegramAdviserChat, log, watch = false } = options
  let roster = defaultRoster({ telegramAdviserChat })

  async function read(): Promise<readonly string[]> {
    if (!existsSync(file)) {
      roster = defaultRoster({ telegramAdviserChat })
      return []
    }
    const { roster: fresh, problems } = readRoster(await readFile(file, 'utf8'), { telegramAdviserChat })
    if (fresh) roster = fresh
    return problems.map((problem) => describeRosterProblem(file, problem))
  }

  const problems = await read()
  if (problems.length > 0) throw new BadRoster(`名册有误，程序没有启动：\n${problems.map((problem) => `  - ${problem}`).join('\n')}\n写法见 people.example.yaml。`)
  let wrong: readonly string[] = []
  const unwatch = watch
    ? await watchFile(
        file,
        async () => {
          const known = wrong
          wrong = await read()
          // One save is often seen as two.
          if (wrong.length > 0 && wrong.join() === known.join()) return
          for (const problem of wrong) log.error({}, `名册有误，旧的那一版继续用：${problem}`)
          if (wrong.length === 0) log.info({ villages: roster.villages.length, advisers: roster.advisers.length }, '名册已读入')
        },
        (cause) => log.error({ cause: String(cause) }, '名册重读失败，旧的继续用'),
      )
    : async () => {}
  return { roster: () => roster, close: unwatch }
}
