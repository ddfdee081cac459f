import { clauses, pairs, shared, signs } from './support.ts'

const negations = /不|没|无|别|未|非|免|禁|勿|拒/
const negation = new RegExp(negations.source, 'g')

/** What cannot both be meant: who a rule is for, or which way it goes. */
const contraries: readonly (readonly [RegExp, RegExp])[] = [
  [/在职|还在上班|没离职/, /离职|离开|辞职|不干/], [/男方|丈夫|老公/, /女方|妻子|老婆/], [/婚前/, /婚后|结婚以后|婚内/], [/房东|出租/, /租客|承租|租户/], [/单位|公司|老板|用人/, /劳动者|员工|工人|自己|本人/],
  [/借款人|债务人|欠钱/, /债主|债权人|出借/], [/一般保证/, /连带/], [/已满|满了/, /未满|不满|没满/], [/以上|至少|不低于|不少于|最少/, /以下|最多|不超过|不高于|以内|至多/], [/之前|以前|提前/, /之后|以后|后来/],
  [/共同/, /个人|各自/], [/收费|交钱|要钱|花钱/, /免费|不收费|不花钱|不要钱|一分钱不/], [/动产/, /不动产/], [/加重|从重/, /减轻|从轻/], [/有效/, /无效/], [/合法/, /违法|非法|不合法/], [/公开/, /不公开|保密/], [/买/, /卖/],
]

const needless = /不用|不必|无需|无须|不需要|用不着|甭|没必要|不消/
const spared = /不用|不必|无需|无须|不需要|用不着|免|不收|不要|可以不|不强制|不是必|就行|也行|也能|都能|不看|不查/
const barred = /不能|不得|不可以|不准|不许|禁止|不允许/
const unlawful = /不能|不得|不可|不准|不许|禁止|不允许|无效|不合法|违法|别|不要|不算|无权|没权|不行|不批|办不了|不是|才能|必须|只能|罚|不作为|不可抗/

/** Whether a clause of the text says the opposite of the source, or turns a rule on another than it is for. */
export function isReversed(text: string, source: readonly string[]): boolean {
  const parts = source.flatMap(clauses)
  return clauses(text).some((clause) => turned(clause, parts) || unfounded(clause, parts))
}

/** The part that says nearly the same denies what the clause affirms, or speaks of its contrary. */
function turned(clause: string, parts: readonly string[]): boolean {
  const own = pairs(clause.replace(negation, ' '))
  const near = parts.map((part) => ({ part, likeness: shared(own, pairs(part.replace(negation, ' '))) / own.size })).filter(({ likeness }) => likeness >= 0.6)
  const top = Math.max(0, ...near.map(({ likeness }) => likeness))
  const best = near.filter(({ likeness }) => likeness >= top - 0.05).map(({ part }) => part)
  if (own.size >= 3 && top >= 0.75 && best.every((part) => negations.test(part) !== negations.test(clause)) && !near.some(({ part }) => negations.test(part) === negations.test(clause))) return true
  const words = signs(clause)
  if (words.size < 4) return false
  const alike = parts.map((part) => ({ part, likeness: shared(words, signs(part)) / words.size }))
  const most = Math.max(0, ...alike.map(({ likeness }) => likeness))
  if (most < 0.6) return false
  const nearest = alike.filter(({ likeness }) => likeness >= most - 0.05).map(({ part }) => part)
  const hit = contraries.find(([one, other]) => [[one, other], [other, one]].some(([mine, theirs]) => mine?.test(clause) && !theirs?.test(clause) && nearest.every((part) => theirs?.test(part) && !mine?.test(part))))
  if (hit) console.log('   HIT', clause, hit, nearest)
  return hit !== undefined
}

/** 「不用…」 and 「不得…」 need a part that spares or bars, of the same matter. */
function unfounded(clause: string, parts: readonly string[]): boolean {
  const own = pairs(clause)
  const lacks = (wanted: RegExp) => !parts.some((part) => wanted.test(part) && (own.size === 0 || shared(own, pairs(part)) >= 1))
  return (needless.test(clause) && lacks(spared)) || (barred.test(clause) && lacks(unlawful))
}
