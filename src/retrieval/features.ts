import type { StatuteIndex } from './statute-index.ts'
import type { Votes, WordingKind, Wordings } from './wordings.ts'

/** A question as the ranking sees it. */
export type Asked = {
  readonly text: string
  readonly vector: Float32Array
  /** What the known wordings vote for. */
  readonly votes: Readonly<Record<WordingKind, Votes>>
}

/** A question with the votes of all wordings. */
export function askedOf(text: string, vector: Float32Array, wordings: Readonly<Record<WordingKind, Wordings>>): Asked {
  const { asked, told, written } = wordings
  return { text, vector, votes: { asked: asked.votes(vector), told: told.votes(vector), written: written.votes(vector) } }
}

/** What may come up for a question: slots, best first by the fused score, and the parts of that score. */
export type Candidates = {
  readonly slots: Uint32Array
  readonly fused: Float32Array
  readonly dense: Float32Array
  readonly lexical: Float32Array
}

/** In the order of the columns; scripts/train-statutes.py reads it with the weights. */
export const featureNames = [
  'fused', 'fusedGap', 'place', 'dense', 'denseGap', 'lexical', 'lexicalShare', 'denseTurn', 'lexicalTurn',
  'body', 'section', 'headings', 'lawCount', 'articleCount', 'askedNearest', 'askedShare', 'askedLaw',
  'toldNearest', 'toldShare', 'toldLaw', 'size', 'laterVersions', 'interpretation', 'lawNamed', 'questionSize',
  'lawInTop', 'lawTurn', 'lawDense', 'lawLexical', 'sectionInTop', 'sectionTurn', 'mostDense', 'mostLexical',
  'denseLead', 'lexicalLead', 'besideDense', 'besideLexical', 'askedMost', 'toldMost', 'sizeRatio',
  'writtenNearest', 'writtenShare', 'writtenLaw', 'writtenMost', 'writtenCount', 'writtenGap', 'writtenTurn',
] as const

/** How widely the first places are looked at for company of the same law or section. */
const company = 30

/** One row a candidate, one column a feature. */
export function featureRows(index: StatuteIndex, counts: Pick<Record<WordingKind, Wordings>, 'asked' | 'written'>, asked: Asked, found: Candidates): Float32Array {
  const { shelf } = index
  const { slots, fused, dense, lexical } = found
  const rows = new Float32Array(slots.length * featureNames.length)
  const most = { fused: max(fused), dense: max(dense), lexical: Math.max(1e-6, max(lexical)) }
  const turns = { dense: turnsOf(dense), lexical: turnsOf(lexical) }
  const leads = { dense: lead(dense), lexical: lead(lexical) }
  const { votes } = asked
  const near = { asked: largest(votes.asked.nearest), told: largest(votes.told.nearest), written: largest(votes.written.nearest) }
  const written = turnsOf(Float32Array.from(slots, (slot) => votes.written.nearest.get(slot) ?? 0))
  const laws = groups(slots, (slot) => shelf.law(slot), dense, lexical)
  const sections = groups(slots, (slot) => shelf.section(slot), dense, lexical)
  const named = lawsNamed(asked.text)

  for (const [i, slot] of slots.entries()) {
    const law = shelf.law(slot)
    const section = shelf.section(slot)
    const lawGroup = laws.get(law)!
    const sectionGroup = sections.get(section)!
    const name = shelf.laws[law]!
    const before = slot > 0 && shelf.law(slot - 1) === law ? slot - 1 : slot
    const after = slot + 1 < shelf.length && shelf.law(slot + 1) === law ? slot + 1 : slot
    rows.set([
      fused[i]!,
      fused[i]! - most.fused,
      Math.log(1 + i),
      dense[i]!,
      dense[i]! - most.dense,
      lexical[i]!,
      lexical[i]! / most.lexical,
      1 / (1 + turns.dense[i]!),
      1 / (1 + turns.lexical[i]!),
      index.bodies.dot(slot, asked.vector),
      index.sections.dot(section, asked.vector),
      index.headings.scoreOf(section),
      Math.log(counts.asked.lawCounts.get(law) ?? 0.05),
      Math.log1p(counts.asked.articleCounts.get(slot) ?? 0),
      votes.asked.nearest.get(slot) ?? 0,
      votes.asked.articles.get(slot) ?? 0,
      votes.asked.laws.get(law) ?? 0,
      votes.told.nearest.get(slot) ?? 0,
      votes.told.articles.get(slot) ?? 0,
      votes.told.laws.get(law) ?? 0,
      Math.log(1 + shelf.size(slot)),
      shelf.laterVersions(slot),
      /解释|最高人民/.test(name) ? 1 : 0,
      named(name) ? 1 : 0,
      asked.text.length,
      lawGroup.inTop,
      turnIn(lawGroup),
      lawGroup.dense,
      lawGroup.lexical / most.lexical,
      sectionGroup.inTop,
      turnIn(sectionGroup),
      most.dense,
      most.lexical,
      leads.dense,
      leads.lexical,
      Math.max(index.whole.dot(before, asked.vector), index.whole.dot(after, asked.vector)),
      Math.max(index.lexical.scoreOf(before), index.lexical.scoreOf(after)) / most.lexical,
      near.asked,
      near.told,
      asked.text.length / (1 + shelf.size(slot)),
      votes.written.nearest.get(slot) ?? 0,
      votes.written.articles.get(slot) ?? 0,
      votes.written.laws.get(law) ?? 0,
      near.written,
      Math.log1p(counts.written.articleCounts.get(slot) ?? 0),
      (votes.written.nearest.get(slot) ?? 0) - near.written,
      1 / (1 + written[i]!),
    ], i * featureNames.length)
  }
  return rows
}

type Group = { seen: number; inTop: number; dense: number; lexical: number }

function groups(slots: Uint32Array, of: (slot: number) => number, dense: Float32Array, lexical: Float32Array): Map<number, Group> {
  const found = new Map<number, Group>()
  for (const [i, slot] of slots.entries()) {
    const key = of(slot)
    let group = found.get(key)
    if (!group) found.set(key, (group = { seen: 0, inTop: 0, dense: -1, lexical: 0 }))
    if (i < company) group.inTop++
    group.dense = Math.max(group.dense, dense[i]!)
    group.lexical = Math.max(group.lexical, lexical[i]!)
  }
  return found
}

/** 1 for the first of its group, 1/2 for the second; ask in the candidates' order. */
function turnIn(group: Group): number {
  return 1 / ++group.seen
}

/** Whether the question names the law, in full or nearly. */
function lawsNamed(question: string): (law: string) => boolean {
  const known = new Map<string, boolean>()
  return (law) => {
    let named = known.get(law)
    if (named === undefined) {
      const stem = law.replace(/法$/, '')
      named = question.includes(law) || (stem.length > 3 && question.includes(stem))
      known.set(law, named)
    }
    return named
  }
}

function max(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, value), -1)
}

function largest(values: ReadonlyMap<number, number>): number {
  let most = 0
  for (const value of values.values()) most = Math.max(most, value)
  return most
}

/** How far the best is ahead of the second, as a share of the best. */
function lead(values: Float32Array): number {
  let first = 0
  let second = 0
  for (const value of values) {
    if (value > first) [first, second] = [value, first]
    else if (value > second) second = value
  }
  return (first - second) / Math.max(1e-6, first)
}

/** Each value's place when all are put in falling order. */
function turnsOf(values: Float32Array): Uint32Array {
  const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b)
  const turns = new Uint32Array(values.length)
  for (const [turn, i] of order.entries()) turns[i] = turn
  return turns
}
