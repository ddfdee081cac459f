/** How far texts speak of the same things, by the pairs of characters they share. Pure, quick, and blind to meaning: a net, not a judge. */

const empty = new Set('的了吗呢吧啊呀嘛就也都还要在和与或是有您你我他她它这那个把被给对从向到着过得地所以因为如果要是可以一般应当能会将让请先再后前时候上下里中内外等及其')

/** Pairs of neighbouring Chinese characters that carry meaning. */
export function pairs(text: string): Set<string> {
  const found = new Set<string>()
  for (const run of text.normalize('NFKC').match(/\p{Script=Han}+/gu) ?? []) {
    const signs = [...run]
    for (let index = 0; index + 1 < signs.length; index++) {
      const [one = '', other = ''] = [signs[index], signs[index + 1]]
      if (!empty.has(one) && !empty.has(other)) found.add(one + other)
    }
  }
  return found
}

/** Characters that carry meaning. */
export function signs(text: string): Set<string> {
  return new Set([...(text.normalize('NFKC').match(/\p{Script=Han}/gu) ?? [])].filter((sign) => !empty.has(sign)))
}

export function shared<T>(one: ReadonlySet<T>, other: ReadonlySet<T>): number {
  let count = 0
  for (const item of one) if (other.has(item)) count++
  return count
}

/** A text cut at its commas and stops. */
export function clauses(text: string): string[] {
  return text.split(/[，,。；;：:！!？?\n]+/).map((clause) => clause.trim()).filter(Boolean)
}

/** What a question is about, without the manner of asking, which is the same for everything. */
export function matterOf(question: string): string {
  return question.replace(/[该应]?(?:怎么(?:办|样|才)?|咋(?:办|样)?|如何)|[去找上到](?:哪里?儿?|谁)|(?:能|行|可|合|算|给|要|是)不(?:能|行|可以?|合法|算|给|要|是)|有没有/g, ' ')
}
