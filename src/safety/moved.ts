import { amounts, kindOf } from './figures.ts'
import { clauses, pairs, shared } from './support.ts'

/** Whether a text keeps its source's frame and puts into it what the source says of something else: another person, another thing, another case's amount. */
export function isMoved(text: string, source: readonly string[]): boolean {
  return fillsOtherwise(text, source) || couplesOtherwise(text, source) || borrowsAmount(text, source)
}

/** A frame must hold this many characters, and this much of the text's. */
const frame = { signs: 5, share: 0.5 } as const

/**
 * 「用工厂是用人单位」 where the source has 派遣公司 in that place and speaks of 用工厂 elsewhere: the one stretch
 * that differs stands in the source, but not there, and what stands there is not said.
 */
function fillsOtherwise(text: string, source: readonly string[]): boolean {
  const parts = source.flatMap((passage) => passage.split(/[。\n；;]/).flatMap((sentence) => units(sentence)))
  const all = source.join('\n')
  return units(text).some((said) => {
    const own = meaning(said)
    if (own.length < frame.signs) return false
    const near = parts.map((part) => ({ part, match: align(own, meaning(part)) })).filter(({ match }) => match.common >= frame.signs && match.common / own.length >= frame.share)
    const most = Math.max(0, ...near.map(({ match }) => match.common))
    const best = near.filter(({ match }) => match.common >= most)
    return best.length > 0 && best.every(({ part, match }) => match.gaps.some((gap) => isHeld(gap, own.length - match.common) && isForeign(gap, part, all, said)))
  })
}

/** The gap is the one difference that counts, and what stands beside it is the same. */
function isHeld({ mine, before, after }: Gap, different: number): boolean {
  return different - mine.length <= 3 && Math.max(before, after) >= 3 && Math.min(before, after) >= 2
}

function isForeign({ mine, theirs }: Gap, part: string, all: string, said: string): boolean {
  if (mine.length < 2 || theirs.length < 2 || Math.abs(mine.length - theirs.length) > 1) return false
  // A term, not a stretch that the alignment happened to cut out.
  const term = all.split(theirs).length > 2 && !/[不没或和]/.test(mine + theirs)
  const there = clauses(part).filter((clause) => meaning(clause).includes(theirs))
  return term && all.includes(mine) && !meaning(said).includes(theirs) && there.length > 0 && !there.some((clause) => shared(pairs(mine), pairs(clause)) > 0)
}

/** Clauses, and each two that follow each other. */
function units(text: string): string[] {
  const parts = clauses(text)
  return [...parts, ...parts.slice(1).map((part, index) => `${parts[index] ?? ''}，${part}`)]
}

const little = /[的了吗呢吧啊就都也还要在是有您你我他她它这那个把被给对到得地所以因为可会能将让请先再应当需才]/g

function meaning(text: string): string {
  return text.normalize('NFKC').replace(/[^\p{Script=Han}\d/%]/gu, '').replace(little, '')
}

type Gap = { readonly mine: string; readonly theirs: string; /** How many characters in a row agree before and after; the ends of the texts agree with each other. */ readonly before: number; readonly after: number }

/** The longest common run of characters in order, and the stretches of both that stand between the same neighbours. */
function align(one: string, other: string): { common: number; gaps: readonly Gap[] } {
  const rows = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1))
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0
  for (let i = one.length - 1; i >= 0; i--) for (let j = other.length - 1; j >= 0; j--) rows[i]![j] = one[i] === other[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const runs: number[] = [atEnd]
  const gaps: [string, string][] = []
  let [i, j, agreed] = [0, 0, false]
  while (i < one.length || j < other.length) {
    if (i < one.length && j < other.length && one[i] === other[j]) {
      if (agreed) runs.push((runs.pop() ?? 0) + 1)
      else runs.push(1)
      if (!agreed && gaps.length < runs.length - 1) gaps.push(['', ''])
      agreed = true
      i++
      j++
      continue
    }
    if (agreed || gaps.length === 0) gaps.push(['', ''])
    const gap = gaps.at(-1)!
    if (j >= other.length || (i < one.length && at(i + 1, j) >= at(i, j + 1))) gap[0] += one[i++]
    else gap[1] += other[j++]
    agreed = false
  }
  if (gaps.length === runs.length) runs.push(atEnd)
  return { common: at(0, 0), gaps: gaps.map(([mine, theirs], index) => ({ mine, theirs, before: runs[index] ?? 0, after: runs[index + 1] ?? 0 })) }
}

const atEnd = 9

const measured = /(?:不满|未满|超过|不到|不足|满|达到)?\s*(?:\d[\d,.]*(?:万|亿)?|[一二两三四五六七八九十百半]+)\s*(?:个月|年|日|天|周岁|岁|元|人|小时)/g

/** 「不满6个月的，给1个月」 where the source, wherever it says 不满6个月, gives something else. */
function couplesOtherwise(text: string, source: readonly string[]): boolean {
  const parts = source.flatMap((passage) => passage.split(/[。\n；;]/).flatMap((sentence) => units(sentence)))
  const said = units(text)
  return said.some((unit) => {
    const [first, ...rest] = [...unit.normalize('NFKC').matchAll(measured)].map(([value]) => value.replace(/\s/g, ''))
    if (first === undefined || !/^\D/.test(first) || rest.length === 0) return false
    const held = parts.filter((part) => part.normalize('NFKC').includes(first))
    const wanted = amounts(unit)
    return held.length > 0 && !held.some((part) => wanted.every((amount) => amounts(part).includes(amount))) && held.some((part) => amounts(part).length > 1)
  })
}

/** The case that the text names stands, in the source, beside another amount of the kind and never beside this one. */
function borrowsAmount(text: string, source: readonly string[]): boolean {
  const parts = source.flatMap((passage) => passage.split(/[。\n；;]/))
  return text.split(/[。；;]/).some((sentence) => {
    const said = clauses(sentence)
    const cases = said.map((clause, index) => ({ words: pairs(clause), index })).filter(({ words, index }) => words.size >= 2 && amounts(said[index] ?? '').length === 0)
    return cases.some(({ words, index }) => {
      const held = parts.filter((part) => shared(words, pairs(part)) === words.size)
      return said.slice(index + 1).flatMap(amounts).some((amount) => held.length > 0 && !held.some((part) => amounts(part).includes(amount)) && held.every((part) => amounts(part).some((other) => kindOf(other) === kindOf(amount))))
    })
  })
}
