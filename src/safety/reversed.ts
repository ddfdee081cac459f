import { clauses, pairs, shared, signs } from './support.ts'

/** What cannot both be meant: who a rule is for, or which way it goes. */
const contraries: readonly (readonly [RegExp, RegExp])[] = [
  [/在职|还在上班|没离职/, /离职|离开|辞职|不干/], [/男方|丈夫|老公|男的/, /女方|妻子|老婆|女的/], [/婚前/, /婚后|结婚以后|婚内/], [/房东|出租/, /租客|承租|租户/], [/单位|公司|老板|用人/, /劳动者|员工|工人|自己|本人/],
  [/借款人|债务人|欠钱/, /债主|债权人|出借/], [/一般保证/, /连带/], [/已满|满了/, /未满|不满|没满/], [/以上|至少|不低于|不少于|最少/, /以下|最多|不超过|不高于|以内|至多/], [/之前|以前|提前/, /之后|以后|后来/],
  [/共同/, /个人|各自/], [/一个人去|单独|独自|一方就/, /双方|两人都|一起去/], [/收费|交钱|要钱|花钱/, /免费|不收费|不花钱|不要钱|一分钱不/], [/(?<!不)动产/, /不动产/], [/加重|从重/, /减轻|从轻/], [/有效/, /无效/], [/合法/, /违法|非法|不合法/],
  [/(?<!不)可以|(?<!不)能(?!力)|照样|也有份/, /不了|不行|不能|不可以|不得|没有份|没份/],
]

/** Turns of phrase that only look like a denial. */
const noDenial = /别(?=处|人|的|家)|不动产|未成年|除非|无论|不管|不过|不少|不仅|不但|是不是|能不能|要不要|不同|不足|不满|不久|没准|无因|非婚生|非法|无效|不服|不等于没有|不是没有|不能不|不得不/g
/** A denial and the first character of what is denied. */
const denial = /[不没未别无勿](?:能够|能|会|可以|可|得|要|用|必|需要|需|应当|应该|是|有)?(\p{Script=Han})/gu

/** A denial close by, or one that a list carries on: 不能代管、强占、偷拿. */
const deniedBefore = /[不没未别无勿].{0,2}$|[不没未别无勿].{0,12}、.*$/

/** Heads that say nothing by themselves. */
const empty = new Set('有是能会可要得了就都也还在再到')

const needless = /不用|不必|无需|无须|不需要|用不着|甭|没必要|不消/
const spared = /不用|不必|无需|无须|不需要|用不着|免|不收|不要|可以不|不强制|不是必|就行|也行|也能|都能|不看|不查/
const barred = /不能|不得|不可以|不准|不许|禁止|不允许/
const unlawful = /不能|不得|不可|不准|不许|禁止|不允许|无效|不合法|违法|别|不要|不算|无权|没权|不行|不批|办不了|不是|才能|必须|只能|罚|不作为|不可抗/

const bound = /必须|只能|一律|非要|非得/
const binding = /必须|只能|应当|应该|才|不得|不能|不可|一律|不作数|无效|先得|得先|都要|都得/

/** Whether a clause of the text says the opposite of the source, or turns a rule on another than it is for. */
export function isReversed(said: string, source: readonly string[]): boolean {
  // 不能少于 says no more than 不少于.
  const text = said.replace(/不[能得](?=少于|低于|超过|高于|多于)/g, '不')
  const parts = source.flatMap((passage) => clauses(passage))
  // A sentence may join what the source says in two clauses.
  const joined = [...parts, ...parts.slice(1).map((part, index) => `${parts[index] ?? ''}，${part}`)]
  return clauses(text).some((clause) => denies(clause, parts) || swaps(clause, nearest(clause, parts).length > 0 ? parts : joined) || unfounded(clause, parts))
}

/** The parts nearest to the clause, if they say nearly the same. */
function nearest(clause: string, parts: readonly string[]): string[] {
  const words = signs(clause)
  if (words.size < 4) return []
  const near = parts.map((part) => ({ part, likeness: shared(words, signs(part)) / words.size }))
  const most = Math.max(0, ...near.map(({ likeness }) => likeness))
  return most < 0.6 ? [] : near.filter(({ likeness }) => likeness >= most - 0.05).map(({ part }) => part)
}

/** What is denied here is affirmed there, or the other way round. */
function denies(clause: string, parts: readonly string[]): boolean {
  // 「没签合同的，…」 is the case that is spoken of, not what is said of it.
  const near = clause.endsWith('的') ? [] : nearest(clause, parts)
  return near.length > 0 && near.every((part) => against(clause, part) || against(part, clause))
}

function against(one: string, other: string): boolean {
  const plain = other.replace(noDenial, ' ')
  return denials(one).some((head) => !empty.has(head) && affirms(plain, head))
}

/** Whether the character stands somewhere with no denial shortly before it. */
function affirms(plain: string, head: string): boolean {
  for (let at = plain.indexOf(head); at !== -1; at = plain.indexOf(head, at + 1)) if (!deniedBefore.test(plain.slice(0, at))) return !denials(plain).includes(head)
  return false
}

function denials(clause: string): string[] {
  return [...clause.replace(noDenial, ' ').matchAll(denial)].map(([, head = '']) => head)
}

/** The part that says nearly the same speaks of the contrary. */
function swaps(clause: string, parts: readonly string[]): boolean {
  const near = nearest(clause, parts)
  const swapped = (mine: RegExp, theirs: RegExp) => mine.test(clause) && !theirs.test(clause) && near.every((part) => theirs.test(part) && !mine.test(part))
  return near.length > 0 && contraries.some(([one, other]) => swapped(one, other) || swapped(other, one))
}

/** 「不用…」, 「不得…」 and 「必须…」 need a part that spares, bars or binds, of the same matter. */
function unfounded(clause: string, parts: readonly string[]): boolean {
  const own = pairs(clause)
  const lacks = (wanted: RegExp) => !parts.some((part) => wanted.test(part) && (own.size === 0 || shared(own, pairs(part)) >= 1))
  return (needless.test(clause) && lacks(spared)) || (barred.test(clause) && lacks(unlawful)) || (bound.test(clause) && lacks(binding))
}
