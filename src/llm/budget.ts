import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Usage } from './chat-model.ts'

/** What a day may cost; an amount that is absent is not limited. */
export type Limits = { readonly tokensPerDay?: number; readonly tokensPerPerson?: number; readonly yuanPerDay?: number; readonly yuanPerPerson?: number }

/** Yuan per million tokens. */
export type Prices = { readonly input: number; readonly output: number }

export class OverBudget extends Error {}

type Spent = { tokens: number; yuan: number }
type Day = { day: string; salt: string; all: Spent; people: Record<string, Spent> }

/** What a reply has cost, once known; without it the estimate stands. */
export type Settle = (usage?: Usage) => void

/**
 * Keeps what the model cost today, in a small file that outlives a restart; yesterday's people are
 * forgotten, and today's are only hashes.
 *
 * `reserve` takes an estimate at once, so that many questions at a time cannot overdraw; it throws
 * OverBudget when the day or the person has nothing left. One process writes the file.
 */
export function openBudget(options: { file: string; limits: Limits; prices: Prices; today: () => string }) {
  const { file, limits, prices, today } = options
  let kept = read(file)

  function current(): Day {
    const day = today()
    if (kept?.day !== day) kept = { day, salt: randomBytes(16).toString('hex'), all: { tokens: 0, yuan: 0 }, people: {} }
    return kept
  }

  return {
    reserve(person: string, estimate: Usage): Settle {
      const before = current()
      const key = createHash('sha256').update(before.salt + person).digest('hex').slice(0, 24)
      const cost = costOf(estimate, prices)
      const own = before.people[key] ?? { tokens: 0, yuan: 0 }
      if (exceeds(before.all, cost, limits.tokensPerDay, limits.yuanPerDay)) throw new OverBudget('nothing left for today')
      if (exceeds(own, cost, limits.tokensPerPerson, limits.yuanPerPerson)) throw new OverBudget('nothing left for this person today')
      before.people[key] = own
      add(own, cost)
      add(before.all, cost)
      save(file, before)
      return (usage) => {
        const day = current()
        // What began yesterday was counted yesterday.
        if (!usage || day !== before) return
        const real = costOf(usage, prices)
        const change = { tokens: real.tokens - cost.tokens, yuan: real.yuan - cost.yuan }
        add(own, change)
        add(day.all, change)
        save(file, day)
      }
    },
    /** What today has cost so far. */
    spent(): Readonly<Spent> {
      return { ...current().all }
    },
  }
}

export type Budget = ReturnType<typeof openBudget>

function costOf({ input, output }: Usage, prices: Prices): Spent {
  return { tokens: input + output, yuan: (input * prices.input + output * prices.output) / 1_000_000 }
}

function exceeds(spent: Spent, cost: Spent, tokens = Number.POSITIVE_INFINITY, yuan = Number.POSITIVE_INFINITY): boolean {
  return spent.tokens + cost.tokens > tokens || spent.yuan + cost.yuan > yuan
}

function add(to: Spent, cost: Spent): void {
  to.tokens = Math.max(0, to.tokens + cost.tokens)
  to.yuan = Math.max(0, to.yuan + cost.yuan)
}

function read(file: string): Day | undefined {
  try {
    const { day, salt, all, people } = JSON.parse(readFileSync(file, 'utf8')) as Day
    return typeof day === 'string' && typeof salt === 'string' && Number.isFinite(all.tokens) && Number.isFinite(all.yuan) ? { day, salt, all, people } : undefined
  } catch {
    return undefined
  }
}

/** A crash while writing leaves the old file. */
function save(file: string, day: Day): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify(day))
  renameSync(`${file}.new`, file)
}
