import { articleName, parseNumber, type ArticleRef, type Law } from '../domain/law.ts'
import type { Passage, Sentence } from '../domain/passage.ts'
import { hasForeignFigure } from './figures.ts'
import { forbidden, type Forbidden } from './forbidden.ts'
import { isMoved } from './moved.ts'
import { masks } from './redact.ts'
import { isReversed } from './reversed.ts'
import { pairs, shared } from './support.ts'
import { isTurned } from './turned.ts'

/** Why a sentence is not said. */
export type Objection = Forbidden | 'no-passage' | 'article' | 'law' | 'number' | 'personal-data' | 'unsupported' | 'reversed' | 'too-long'

/** What sentences are checked against; the question is masked as the model saw it. */
export type Grounds = {
  readonly passages: readonly Passage[]
  readonly question: string
  readonly laws: readonly Law[]
  /** Whether an article is in the register and in force. */
  citable(ref: ArticleRef): boolean
  /** Marks of hidden data in the text that stand for nothing. */
  unknownMarks(text: string): readonly string[]
  readonly instructions: readonly string[]
}

/** With one such sentence the whole reply is mistrusted: somebody leads the model. */
const fatal: ReadonlySet<Objection> = new Set<Objection>(['impersonation', 'leak', 'link', 'money', 'personal-data'])

/** A claim may go on at most this long. */
const longestSentence = 160

/** The part of a sentence's pairs that its passages must hold, and how many at least; a sentence with fewer must be theirs for more than half. */
const supportBar = { share: 0.4, count: 3 } as const

/**
 * Checks one sentence that a model wrote: it names passages that exist, and every article, law, number and
 * amount in it stands in them; it promises nothing, plays nobody, and names no personal data of its own.
 */
export function objectionTo({ text, passages: ids }: Sentence, grounds: Grounds): Objection | undefined {
  const cited = grounds.passages.filter(({ id }) => ids.includes(id))
  if (cited.length === 0 || ids.some((id) => !grounds.passages.some((passage) => passage.id === id))) return 'no-passage'
  if (text.length > longestSentence) return 'too-long'
  const source = cited.map((passage) => `${passage.label}\n${passage.text}`).join('\n')
  return (
    forbidden(text, source, grounds.instructions) ??
    personalData(text, source, grounds) ??
    lawObjection(text, cited, source, grounds) ??
    (hasForeignFigure(text, source, cited.map((passage) => passage.text)) ? 'number' : undefined) ??
    supportObjection(text, cited, grounds.question)
  )
}

/** Whether the sentences that passed still answer: the conclusion stands, most of the rest does, and nobody led the model. */
export function stillAnswers(kept: readonly Sentence[], fallen: readonly { readonly objection: Objection; readonly first: boolean }[], passages: readonly Passage[]): boolean {
  if (fallen.some(({ objection, first }) => first || fatal.has(objection))) return false
  if (kept.length === 0 || fallen.length > kept.length) return false
  const length = kept.reduce((sum, { text }) => sum + text.length, 0)
  const rests = kept.some((sentence) => passages.some(({ id, text }) => text !== '' && sentence.passages.includes(id)))
  return rests && length >= shortestAnswer
}

const shortestAnswer = 20

function personalData(text: string, source: string, { unknownMarks }: Grounds): Objection | undefined {
  if (unknownMarks(text).length > 0) return 'personal-data'
  const named = masks.some(([pattern]) => [...text.normalize('NFKC').matchAll(pattern)].some(([value]) => !source.includes(value)))
  return named ? 'personal-data' : undefined
}

const numeral = '[零〇一二两三四五六七八九十百千]+|\\d+'
const generic = /^(?:法律|合法|违法|犯法|办法|方法|做法|说法|想法|宪法条例|本法|该法|此法|新法|旧法|国法|立法|执法|司法|守法|依法|非法|无法|没法|看法|手法|用法|写法|算法|相关法|有关法)$/

/** Every article named is the article of a cited passage or stands in its text, and is in force; every law named is one of theirs. */
function lawObjection(text: string, cited: readonly Passage[], source: string, { laws, citable }: Grounds): Objection | undefined {
  const plain = text.normalize('NFKC')
  const refs = cited.flatMap(({ ref }) => ref ?? [])
  const knownArticles = new Set([...refs.map(({ article }) => article), ...articlesIn(source)])
  if (refs.some((ref) => plain.includes(articleName(ref.article)) && !citable(ref))) return 'article'
  if (articlesIn(plain).some((article) => !knownArticles.has(article))) return 'article'
  if (/(?:第(?:[零〇一二两三四五六七八九十百千]+|\d+)(?:款|项|号))/.test(plain) && [...plain.matchAll(/第(?:[零〇一二两三四五六七八九十百千]+|\d+)(?:款|项|号)/g)].some(([part]) => !source.includes(part))) return 'article'

  const mine = refs.map(({ law }) => law)
  const stands = (name: string) => {
    const wanted = plainName(name)
    const law = laws.find((known) => [known.name, ...known.short].some((one) => plainName(one) === wanted))
    const names = law ? [law.name, ...law.short].map(plainName) : [wanted]
    return mine.some((one) => names.includes(plainName(one))) || names.some((one) => plainName(source).includes(one))
  }
  for (const [, name = ''] of plain.matchAll(/[《〈]([^》〉]{1,40})[》〉]?/g)) if (!stands(name)) return 'law'
  const bare = plain.replace(/[《〈][^》〉]*[》〉]/g, ' ')
  for (const name of laws.flatMap((law) => [law.name, ...law.short])) {
    if (name.length < 3 || !bare.includes(name)) continue
    const after = bare.slice(bare.indexOf(name) + name.length)
    if (!/^(?:律|院|官|庭|规|人|学|理|定)/.test(after) && !stands(name)) return 'law'
  }
  for (const [, name = ''] of bare.matchAll(/(?:根据|依据|按照|依照|按|违反了?|触犯了?)([一-龥]{1,20}?(?:法|法典|条例|司法解释|细则))(?=[，,。第规中里的]|$)/g)) {
    if (!generic.test(name) && !stands(name)) return 'law'
  }
  // 劳动法第三十条 with a passage of another law's article 30.
  for (const [, name = '', value = '', rest = ''] of plain.matchAll(new RegExp(`([一-龥]{2,20}(?:法|法典|条例|解释)(?:（[^）]*）)?)[》〉]?第(${numeral})条(?:之([一二三四五六七八九十]))?`, 'g'))) {
    const article = `${parseNumber(value)}${rest ? `之${rest}` : ''}`
    const right = refs.some((ref) => ref.article === article && (plainName(name).endsWith(plainName(ref.law)) || sameLaw(ref.law, name, laws)))
    if (!right && !plainName(source).includes(plainName(`${name}第${value}条`))) return 'article'
  }
  return undefined
}

function sameLaw(law: string, name: string, laws: readonly Law[]): boolean {
  const known = laws.find((one) => [one.name, ...one.short].some((each) => plainName(each) === plainName(law)))
  return known !== undefined && [known.name, ...known.short].some((each) => plainName(name).endsWith(plainName(each)))
}

function articlesIn(text: string): string[] {
  const found: string[] = []
  for (const [list] of text.normalize('NFKC').matchAll(new RegExp(`第(?:${numeral})(?:条|(?=[、,，和至到]第?(?:${numeral})条))(?:之[一二三四五六七八九十])?(?:[、,，和至到](?:第(?:${numeral})条?|(?:${numeral})条)(?:之[一二三四五六七八九十])?)*`, 'g'))) {
    if (!list.includes('条')) continue
    for (const [, value = '', rest = ''] of list.matchAll(new RegExp(`(${numeral})(?:条)?(?:之([一二三四五六七八九十]))?`, 'g'))) found.push(`${parseNumber(value)}${rest ? `之${rest}` : ''}`)
  }
  for (const [, value = ''] of text.normalize('NFKC').matchAll(/(?:法|法典|条例|解释)[》〉]?的?(\d{1,4})条/g)) found.push(value)
  return found
}

function plainName(name: string): string {
  return name.normalize('NFKC').replace(/中华人民共和国|[《》〈〉\s()（）]/g, '').replace(/最高人民法院关于/g, '')
}

/** The passages speak of what the sentence says, and where they say nearly the same they do not say the opposite. */
function supportObjection(text: string, cited: readonly Passage[], question: string): Objection | undefined {
  const own = pairs(text)
  const source = pairs(cited.map(({ label, text: words }) => `${label}\n${words}`).join('\n'))
  const asked = pairs(question)
  const held = shared(own, source)
  const retold = [...own].filter((pair) => asked.has(pair) && !source.has(pair)).length
  // Words of the resident's own story count neither way, but they cannot make up the sentence.
  const rest = own.size - Math.min(retold, Math.floor(own.size / 3))
  const enough = held >= supportBar.count ? held / rest >= supportBar.share : held > own.size / 2
  if (held === 0 || !enough) return 'unsupported'
  const words = cited.map((passage) => passage.text)
  return isReversed(text, words) || isTurned(text, words) || isMoved(text, words) ? 'reversed' : undefined
}
