import { clauses, pairs, shared, signs } from './support.ts'

/** Whether a text turns what its source says around: who comes first, who has to prove, whose a thing is, or what follows from the same premise. */
export function isTurned(text: string, source: readonly string[]): boolean {
  return outOfOrder(text, source) || provesWrongSide(text, source) || givesElsewhere(text, source) || saysWhatIsCorrected(text, source) || concludesOtherwise(text, source)
}

const order = /先(?:由|找|让|向)?(.{2,24}?)[，,。；;].*?(?:才轮到|再由|再找|再让|再向|再轮到|然后由)(.{2,24}?)(?=[，,。；;]|$)/

/** 「先由甲，不够再由乙」 where the source has 乙 first. */
function outOfOrder(text: string, source: readonly string[]): boolean {
  const [, first = '', second = ''] = order.exec(text) ?? []
  const [one, other] = [new Set(pairs(first)), new Set(pairs(second))]
  for (const pair of [...one]) if (other.delete(pair)) one.delete(pair)
  if (one.size === 0 || other.size === 0) return false
  const rulings = source.flatMap((passage) => passage.split(/[。\n]/)).filter((sentence) => /先|才轮到|第一顺序/.test(sentence))
  const orders = rulings.map((sentence) => [placeOf(one, sentence), placeOf(other, sentence)] as const).filter(([mine, theirs]) => mine >= 0 && theirs >= 0 && mine !== theirs)
  return orders.length > 0 && orders.every(([mine, theirs]) => theirs < mine)
}

/** The first clause of the sentence that speaks of most of it; -1 where none does. */
function placeOf(words: ReadonlySet<string>, sentence: string): number {
  const fits = clauses(sentence).map((clause) => shared(words, pairs(clause)))
  const most = Math.max(0, ...fits)
  return most * 2 >= words.size && most > 0 ? fits.indexOf(most) : -1
}

const proof = /(?:由|要|让|得)(?!求)([^，,。；;由要让]{1,12}?)(?:自己|来|先|去)?(?:拿出?\S{0,4}证据|证明|举证)/g
const prover = /([^，,。；;：:由要让得应]{1,8})(?:得|应当|应|要)(?:自己)?(?:拿出?\S{0,4}证据|证明|举证)/g
const ours = /您|你|受害|劳动者|员工|工人|居民|村民|借款的|自己/
const theirs = /对方|他|她|它|店|厂|公司|单位|老板|政府|机关|学校|经营|排污|供电|银行|平台|商家|物业/

/** 「由您证明」 where the source leaves the proof to the other side, or the other way round. */
function provesWrongSide(text: string, source: readonly string[]): boolean {
  const said = sidesOf(text)
  const known = source.flatMap(sidesOf)
  return said.length > 0 && known.length > 0 && said.some((side) => !known.includes(side))
}

function sidesOf(text: string): ('ours' | 'theirs')[] {
  return [...text.matchAll(proof), ...text.matchAll(prover)].flatMap(([, who = '']) => (ours.test(who) ? ['ours' as const] : theirs.test(who) ? ['theirs' as const] : []))
}

const owner = /归((?!还|到|类|案|入|责|集|功|咎|谁|哪|不归)[^，,。；;、的]{1,8})/g

/** 「归物业」 where the source has it go to the residents alone. */
function givesElsewhere(text: string, source: readonly string[]): boolean {
  const said = [...text.matchAll(owner)].map(([, who = '']) => who)
  const known = source.flatMap((passage) => [...passage.matchAll(owner)].map(([, who = '']) => who))
  return known.length > 0 && said.some((who) => !known.some((one) => shared(signs(one), signs(who)) * 2 >= signs(who).size))
}

const corrected = /[「“"]([^」”"]{4,30})[」”"](?:这?(?:种说法)?)(?:不对|是错的|没有用|都?不合法)/g

/** What the source quotes only to say that it is wrong. */
function saysWhatIsCorrected(text: string, source: readonly string[]): boolean {
  return source.some((passage) => [...passage.matchAll(corrected)].some(([, wrong = '']) => clauses(text).some((clause) => {
    const words = pairs(wrong)
    return words.size >= 3 && verdictOf(clause) !== 'no' && !/不对|别信|错/.test(text) && shared(words, pairs(clause)) / words.size >= 0.6
  })))
}

const yes = /有效|(?<!没)有用|(?<!^)就算|就当|(?<!不)算数|[就也]行|(?<!不)可以(?!不)|(?<!不)能(?!力|不能)|要还|要赔|要给|照样/
const no = /没有?用|无效|不够|不再|不算|不行|不能|不可以|不得|不了|不到人|算不(?!算)|视为不|不用|不必|可以不/
/** Advice against something: it denies what the source allows not, but said oneself it is a warning beside the rule. */
const against = /(?<![分区特个级差告离判类性辨])别(?!处|人|的|家|墅|忘)/
/** What is neither: a question, and the manner of hedging. */
const open = /能不能|可不可以|行不行|算不算|(?<!^)说不准/g
const twice = /不一定(?:就)?不(?:用|能|行|算)?/g

/** From nearly the same premise the source concludes that it does, and the text that it does not, or the other way round. */
function concludesOtherwise(text: string, source: readonly string[]): boolean {
  const parts = source.flatMap((passage) => neighbours(clauses(passage)))
  return neighbours(clauses(text)).some((said) => {
    const verdict = verdictOf(said)
    const own = signs(said)
    if (verdict === undefined || own.size < 5) return false
    const near = parts.filter((part) => likenessOf(own, signs(part)) >= 0.55).map((part) => ({ part, common: shared(own, signs(part)) }))
    const most = Math.max(0, ...near.map(({ common }) => common))
    const best = near.filter(({ common }) => common >= most - 1).map(({ part }) => verdictOf(against.test(part) && !against.test(text) ? part.replace(against, '不能') : part))
    return best.some((other) => other !== undefined && other !== verdict) && !best.includes(verdict)
  })
}

/** Every clause, and every two that follow each other. */
function neighbours(parts: readonly string[]): string[] {
  return [...parts, ...parts.slice(1).map((part, index) => `${parts[index] ?? ''}，${part}`)]
}

function verdictOf(text: string): 'yes' | 'no' | undefined {
  const plain = text.replace(open, ' ').replace(twice, '可以').replace(/不(?:等于|代表|是说)(?:就)?(?:不用|不必|不能)/g, '可以').replace(/不(?:等于|代表|是说)(?:就)?(?:可以|能)/g, '不能').replace(/不[能得](?=少于|低于|超过|高于|多于)/g, '不')
  const [affirms, denies] = [yes.test(plain), no.test(plain.replace(/可以不/g, '不用'))]
  return affirms === denies ? undefined : affirms ? 'yes' : 'no'
}

function likenessOf(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const smaller = Math.min(one.size, other.size)
  return smaller < 5 ? 0 : shared(one, other) / smaller
}
