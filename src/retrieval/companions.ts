import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { articleName } from '../domain/law.ts'
import type { ArticleName } from './article.ts'
import { openArrays, saveArrays } from './array-file.ts'
import type { Settle } from './settle.ts'
import type { Shelf } from './shelf.ts'

/** An article, and what an answer that rests on it cites beside it. */
export type Companionship = ArticleName & { readonly beside: readonly ArticleName[] }

/** Which articles are cited together: the special rule and the general one, the duty and its sanction, the law and its interpretation. */
export type Companions = {
  /** What is cited beside an article, by slot. */
  of(slot: number): Uint32Array
  /** Beside how many articles it is cited. */
  count(slot: number): number
  /** What the leading articles of a search bring with them; `scores` falls. */
  company(leaders: ArrayLike<number>, scores: ArrayLike<number>): Company
  save(path: string): void
}

/** What some leading articles bring with them; holds until the next ones lead. A leader counts the more the nearer its score is to the first one's. */
export type Company = {
  /** The articles that a leader brings, by slot. */
  readonly slots: readonly number[]
  /** The share of the leaders that bring the article. */
  share(slot: number): number
  /** How many leaders bring it. */
  votes(slot: number): number
  /** How far the best leader that brings it lies behind the first: from 0 down to that of what nobody brings. */
  gap(slot: number): number
  /** The share of the leaders that the article itself would bring. */
  back(slot: number): number
}

/** A leader so far behind the first counts for 1/e of it. */
const reach = 0.1
/** The gap of what nobody brings; what somebody brings has never a wider one. */
const alone = -0.5

/** One line of the file: an article, and what stands beside it law by law; a law is given by its place in the first line. */
type Line = { readonly article: readonly [law: number, number: string]; readonly beside: readonly (readonly [law: number, ...numbers: string[]])[] }

/** Reads a line {laws: [{law, version?}]} and lines {article: [law, number], beside: [[law, number…]…]}. An absent file holds none. */
export async function readCompanions(path: string): Promise<Companionship[]> {
  if (!existsSync(path)) return []
  const [first, ...lines] = (await readFile(path, 'utf8')).split('\n').filter(Boolean).map((line) => JSON.parse(line) as unknown)
  const { laws } = first as { laws: { law: string; version?: string }[] }
  const named = (law: number, number: string): ArticleName => ({ ...laws[law]!, article: articleName(number) })
  return (lines as Line[]).map(({ article, beside }) => ({
    ...named(...article),
    beside: beside.flatMap(([law, ...numbers]) => numbers.map((number) => named(law, number))),
  }))
}

/** Notes what stands beside what on the shelf; `settle` says where an article stands in another version. */
export function createCompanions(
  known: readonly Companionship[],
  shelf: Pick<Shelf, 'find' | 'length'>,
  settle: Settle = (slot) => slot,
): Companions {
  const found = new Map<number, Set<number>>()
  const places = (name: ArticleName) => shelf.find(name.law, name.article, name.version ?? '').map((slot) => settle(slot, name))
  for (const { beside, ...name } of known) {
    const slots = places(name)
    if (slots.length === 0) continue
    const others = beside.flatMap(places)
    for (const slot of slots) found.set(slot, new Set([...(found.get(slot) ?? []), ...others.filter((other) => other !== slot)]))
  }
  const starts = new Uint32Array(shelf.length + 1)
  const named: number[] = []
  for (let slot = 0; slot < shelf.length; slot++) {
    named.push(...(found.get(slot) ?? []))
    starts[slot + 1] = named.length
  }
  return over(starts, Uint32Array.from(named))
}

/** Opens what `save` wrote. */
export function openCompanions(path: string): Companions {
  const { starts, named } = openArrays(path).arrays
  return over(starts as Uint32Array, named as Uint32Array)
}

function over(starts: Uint32Array, named: Uint32Array): Companions {
  const counts = new Uint32Array(starts.length)
  for (const slot of named) counts[slot]!++
  const of = (slot: number) => named.subarray(starts[slot] ?? 0, starts[slot + 1] ?? 0)
  // What the last leaders weigh and bring, by slot; `reached` tells which slots to wipe.
  const weights = new Float32Array(counts.length)
  const shares = new Float32Array(counts.length)
  const votes = new Uint8Array(counts.length)
  const gaps = new Float32Array(counts.length)
  let reached: number[] = []

  return {
    of,
    count: (slot) => counts[slot] ?? 0,
    company(leaders, scores) {
      for (const slot of reached) weights[slot] = shares[slot] = votes[slot] = 0
      reached = []
      let total = 0
      for (let i = 0; i < leaders.length; i++) total += weights[leaders[i]!] = Math.exp((scores[i]! - scores[0]!) / reach)
      const slots: number[] = []
      for (let i = 0; i < leaders.length; i++) {
        const leader = leaders[i]!
        reached.push(leader)
        for (const slot of of(leader)) {
          if (votes[slot] === 0) {
            slots.push(slot)
            gaps[slot] = Math.max(alone, scores[i]! - scores[0]!)
          }
          votes[slot]!++
          shares[slot]! += weights[leader]! / total
        }
      }
      reached.push(...slots)
      return {
        slots,
        share: (slot) => shares[slot] ?? 0,
        votes: (slot) => votes[slot] ?? 0,
        gap: (slot) => (votes[slot] ? gaps[slot]! : alone),
        back(slot) {
          let sum = 0
          for (const other of of(slot)) sum += weights[other]!
          return sum / (total || 1)
        },
      }
    },
    save: (path) => saveArrays(path, { kind: 'companions' }, { starts, named }),
  }
}
