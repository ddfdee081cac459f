/** What a statute says of its days; ISO, absent where it does not say. */
export type Days = {
  readonly adopted?: string
  readonly amended?: string
  /** The first day the law took effect, or the day its last rewriting does. */
  readonly effective?: string
  /** The first day of this text, as far as it can be told. */
  readonly from?: string
}

const day = '(\\d{4})\\s*年\\s*(\\d{1,2})\\s*月\\s*(\\d{1,2})\\s*日'
const binds = '(?:正式)?(?:施行|生效|实施|执行)'

/** Adopted and amended stand before the articles; in effect stands there too, or at the end. */
export function daysOf(head: readonly string[], body: string): Days {
  const changed: string[] = []
  const inEffect: string[] = []
  for (const line of head.join('\n').split(/\n|[;；]|(?<=[过正订布])\s+(?=\d{4}\s*年|根据)/)) {
    if (line.length > 400) continue
    const starts = [...line.matchAll(new RegExp(`${day}\\s*起?\\s*${binds}`, 'g'))]
    inEffect.push(...starts.map(toDay))
    const rest = starts.reduce((text, [whole]) => text.replace(whole, ''), line)
    if (/通过|公布|发布|批准|颁布|修正|修订|修改|印发|公告|^\D{0,3}\d{4}\s*年[^，。]*$/.test(rest)) changed.push(...[...rest.matchAll(new RegExp(day, 'g'))].map(toDay))
  }
  const days = changed.filter(isDay).sort()
  const stated = [...inEffect, ...[...body.matchAll(new RegExp(`自\\s*${day}\\s*(?:起|开始)\\s*${binds}`, 'g'))].map(toDay)].filter(isDay)
  const adopted = days[0]
  const amended = days.at(-1)
  const effective = stated.at(-1) ?? amended
  const from = amended === undefined ? effective : [...stated.filter((start) => start >= amended).sort(), amended][0]
  return {
    ...(adopted ? { adopted } : {}),
    ...(amended && amended !== adopted ? { amended } : {}),
    ...(effective ? { effective } : {}),
    ...(from ? { from } : {}),
  }
}

/** Names of the laws that the statute repeals as a whole on taking effect. */
export function repealsOf(body: string): string[] {
  const sentences = body.split(/[。\n]/).filter((sentence) => /废止$/.test(sentence) && !/中的|中有关|有关.{0,12}规定|相?抵触|不一致|第[一二三四五六七八九十百\d]+[条章]|可以|应当/.test(sentence))
  return [...new Set(sentences.flatMap((sentence) => [...sentence.matchAll(/《([^《》]{3,60})》/g)].map(([, name = '']) => name)))]
}

function toDay([, year = '', month = '', date = '']: RegExpMatchArray): string {
  return `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`
}

/** A day that the calendar has, of a time that has statutes. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) && text >= '1911' && text < '2100'
}
