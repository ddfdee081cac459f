import type { Companions, Company } from './companions.ts'
import { segment, termsOf, tokensOf } from './segment.ts'
import type { StatuteIndex } from './statute-index.ts'
import type { Votes, WordingKind, Wordings } from './wordings.ts'

/** A question as the ranking sees it. */
export type Asked = {
  readonly text: string
  /** What BM25 counts. */
  readonly terms: readonly string[]
  readonly vector: Float32Array
  /** What the known wordings vote for. */
  readonly votes: Readonly<Record<WordingKind, Votes>>
}

/** A question cut and encoded, with the votes of all wordings. */
export function askedOf(text: string, encode: (tokens: Iterable<string>) => Float32Array, wordings: Readonly<Record<WordingKind, Wordings>>): Asked {
  const cut = segment(text)
  const vector = encode(tokensOf(cut))
  return { text, terms: termsOf(cut), vector, votes: { asked: wordings.asked.votes(vector), written: wordings.written.votes(vector) } }
}

/** What may come up for a question: slots, best first by the fused score, and the parts of that score. */
export type Candidates = {
  readonly slots: Uint32Array
  readonly fused: Float32Array
  readonly dense: Float32Array
  readonly lexical: Float32Array
  /** What the leading ones bring with them. */
  readonly company: Company
}

/** In the order of the columns; scripts/train-statutes.py reads it with the weights. */
export const featureNames = [
  'fused', 'fusedGap', 'place', 'dense', 'denseGap', 'lexical', 'lexicalShare', 'denseTurn', 'lexicalTurn',
  'section', 'headings', 'lawCount', 'articleCount', 'askedNearest', 'askedShare', 'askedLaw',
  'size', 'laterVersions', 'interpretation', 'lawNamed', 'questionSize',
  'lawInTop', 'lawTurn', 'lawDense', 'lawLexical', 'sectionInTop', 'sectionTurn', 'mostDense', 'mostLexical',
  'denseLead', 'lexicalLead', 'besideDense', 'besideLexical', 'askedMost', 'sizeRatio',
  'writtenNearest', 'writtenShare', 'writtenLaw', 'writtenMost', 'writtenCount', 'writtenGap', 'writtenTurn',
  'companyShare', 'companyVotes', 'companyGap', 'companyBack', 'companyCount',
] as const

/** How widely the first places are looked at for company of the same law or section. */
const topPlaces = 30

/** What the index knows without a question: the statutes, what is cited together, how often laws are asked about, the wordings' counts. */
export type Background = {
  readonly index: StatuteIndex
  readonly companions: Companions
  readonly lawWeight: (law: number) => number
  readonly wordings: Readonly<Record<WordingKind, Wordings>>
}

/** One row a candidate, one column a feature. */
export function featureRows({ index, companions, lawWeight, wordings }: Background, asked: Asked, found: Candidates): Float32Array {
  const { shelf } = index
  const { slots, fused, dense, lexical, company } = found
  const rows = new Float32Array(slots.length * featureNames.length)
  const { votes, vector } = asked
  const written = Float32Array.from(slots, votes.written.nearest)
  const most = { fused: max(fused), dense: max(dense), lexical: Math.max(1e-6, max(lexical)) }
  const turns = { dense: turnsOf(dense), lexical: turnsOf(lexical), written: turnsOf(written) }
  const leads = { dense: lead(dense), lexical: lead(lexical) }
  const laws = groups(slots, shelf.law, found)
  const sections = groups(slots, shelf.section, found)
  const ofLaw = new Map<number, { weight: number; interpretation: number; named: number }>()
  for (const law of laws.keys()) {
    const name = shelf.laws[law]!
    ofLaw.set(law, { weight: lawWeight(law), interpretation: Number(/解释|最高人民/.test(name)), named: Number(isNamed(name, asked.text)) })
  }
  const ofSection = new Map<number, { dense: number; headings: number }>()
  for (const section of sections.keys()) {
    ofSection.set(section, { dense: index.sections.dot(section, vector), headings: index.headings.scoreOf(section) })
  }

  let at = 0
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!
    const law = shelf.law(slot)
    const section = shelf.section(slot)
    const lawGroup = laws.get(law)!
    const sectionGroup = sections.get(section)!
    const { weight, interpretation, named } = ofLaw.get(law)!
    const about = ofSection.get(section)!
    const before = slot > 0 && shelf.law(slot - 1) === law ? slot - 1 : slot
    const after = slot + 1 < shelf.length && shelf.law(slot + 1) === law ? slot + 1 : slot
    // One by one, in the order of the names: an array of them a row would cost as much as all the rest.
    rows[at++] = fused[i]!
    rows[at++] = fused[i]! - most.fused
    rows[at++] = Math.log(1 + i)
    rows[at++] = dense[i]!
    rows[at++] = dense[i]! - most.dense
    rows[at++] = lexical[i]!
    rows[at++] = lexical[i]! / most.lexical
    rows[at++] = 1 / (1 + turns.dense[i]!)
    rows[at++] = 1 / (1 + turns.lexical[i]!)
    rows[at++] = about.dense
    rows[at++] = about.headings
    rows[at++] = weight
    rows[at++] = Math.log1p(wordings.asked.articleCount(slot))
    rows[at++] = votes.asked.nearest(slot)
    rows[at++] = votes.asked.share(slot)
    rows[at++] = votes.asked.lawShare(law)
    rows[at++] = Math.log(1 + shelf.size(slot))
    rows[at++] = shelf.laterVersions(slot)
    rows[at++] = interpretation
    rows[at++] = named
    rows[at++] = asked.text.length
    rows[at++] = lawGroup.inTop
    rows[at++] = turnIn(lawGroup)
    rows[at++] = lawGroup.dense
    rows[at++] = lawGroup.lexical / most.lexical
    rows[at++] = sectionGroup.inTop
    rows[at++] = turnIn(sectionGroup)
    rows[at++] = most.dense
    rows[at++] = most.lexical
    rows[at++] = leads.dense
    rows[at++] = leads.lexical
    rows[at++] = Math.max(index.whole.dot(before, vector), index.whole.dot(after, vector))
    rows[at++] = Math.max(index.lexical.scoreOf(before), index.lexical.scoreOf(after)) / most.lexical
    rows[at++] = votes.asked.most
    rows[at++] = asked.text.length / (1 + shelf.size(slot))
    rows[at++] = written[i]!
    rows[at++] = votes.written.share(slot)
    rows[at++] = votes.written.lawShare(law)
    rows[at++] = votes.written.most
    rows[at++] = Math.log1p(wordings.written.articleCount(slot))
    rows[at++] = written[i]! - votes.written.most
    rows[at++] = 1 / (1 + turns.written[i]!)
    rows[at++] = company.share(slot)
    rows[at++] = company.votes(slot)
    rows[at++] = company.gap(slot)
    rows[at++] = company.back(slot)
    rows[at++] = Math.log1p(companions.count(slot))
  }
  return rows
}

type Group = { seen: number; inTop: number; dense: number; lexical: number }

function groups(slots: Uint32Array, of: (slot: number) => number, { dense, lexical }: Candidates): Map<number, Group> {
  const found = new Map<number, Group>()
  for (let i = 0; i < slots.length; i++) {
    const key = of(slots[i]!)
    let group = found.get(key)
    if (!group) found.set(key, (group = { seen: 0, inTop: 0, dense: -1, lexical: 0 }))
    if (i < topPlaces) group.inTop++
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
function isNamed(law: string, question: string): boolean {
  const stem = law.replace(/法$/, '')
  return question.includes(law) || (stem.length > 3 && question.includes(stem))
}

function max(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, value), -1)
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

/** Each value's place when all are put in falling order; of equal ones the first goes first. */
function turnsOf(values: Float32Array): Uint32Array {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b)
  const turns = new Uint32Array(values.length)
  for (let turn = 0; turn < order.length; turn++) turns[order[turn]!] = turn
  return turns
}
