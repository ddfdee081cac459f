import { Converter } from 'opencc-js/t2cn'
import { gbkBytes, gbkSign } from './gbk.ts'
import { isEnded } from './lines.ts'

export type Repaired = {
  readonly lines: readonly string[]
  /** Places that were put right. */
  readonly repairs: number
  /** Lines that were not, by their index. */
  readonly doubts: readonly { readonly index: number; readonly what: string; readonly why: string }[]
}

const sound = '[a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿ]{1,7}'
const sounded = new RegExp(`(\\p{Script=Han})[(（](${sound})[)）]`, 'gu')
const cutSound = new RegExp(`[(（]${sound}?$`, 'u')

/**
 * Undoes a conversion that turned simplified characters into traditional ones and put their sound
 * behind them in brackets: 發(fā)展 → 发展. Undefined when the text shows no such damage.
 *
 * That conversion worked on GBK bytes and lost its step now and then: it took the second byte of one
 * character and the first of the next for a character, and put the sound between them, so that all that
 * follows is read a byte off. Which character it took is known where the text has it elsewhere with the same
 * sound; then the bytes can be put together again. Everything else is left as it is and reported.
 */
export function repairText(lines: readonly string[]): Repaired | undefined {
  const marks = lines.flatMap((line) => [...line.matchAll(sounded)])
  if (marks.length < 3) return undefined
  const sounds = new Map<string, Set<string>>()
  for (const [, sign = '', reading = ''] of marks) sounds.set(reading, (sounds.get(reading) ?? new Set()).add(sign))
  const simplify: (text: string) => string = Converter({ from: 't', to: 'cn' })
  const clean = (text: string) => simplify(text.replace(sounded, '$1'))
  const pairs = new Set<string>()
  for (const line of lines) for (const part of clean(line).split(/[^\p{Script=Han}]+/u)) for (let at = 0; at + 1 < part.length; at++) pairs.add(part.slice(at, at + 2))
  const attested = (before: string, sign: string) => pairs.has(clean(before + sign))

  let repairs = 0
  const doubts: Repaired['doubts'][number][] = []
  const mended = lines.map((line, index) => {
    const doubt = (what: string, why: string) => doubts.push({ index, what: `「${what}」`, why })
    const realigned = realign(line, sounds, attested)
    repairs += realigned.repairs
    const cut = cutSound.exec(realigned.text)
    let text = clean(cut ? realigned.text.slice(0, cut.index) : realigned.text)
    repairs += line.match(sounded)?.length ?? 0
    text = text.replace(/\((?=[^\x00-\x7f])|(?<=[^\x00-\x7f])\)|(?<=[^\x00-\x7f]\)?)[,:;!](?=[^\x00-\x7f]|$)/g, (mark: string) => fullWidth[mark] ?? mark)
    const odd = /[\ufffd\ue000-\uf8ffㄅ-ㄩ▁-▏]|(?<=\p{Script=Han})\?(?=\p{Script=Han}|[^\x00-\x7f])/u.exec(text)
    if (odd) doubt(text.slice(Math.max(0, odd.index - 8), odd.index + 8), '这里丢了字，补不准，请对照原件')
    else if (cut || (text.length > 30 && !isEnded(text))) doubt(text.slice(-12), '这一行没有写完就断了，请对照原件')
    return text
  })
  return { lines: mended, repairs, doubts }
}

const fullWidth: Record<string, string> = { '(': '（', ')': '）', ',': '，', ':': '：', ';': '；', '!': '！' }

type Sounds = ReadonlyMap<string, ReadonlySet<string>>

/** Puts the characters of a line together again where its bytes have slipped. */
function realign(line: string, sounds: Sounds, attested: (before: string, sign: string) => boolean): { text: string; repairs: number } {
  const slipped = new RegExp(`\\?(?:(${sound})[)）])?`, 'gu')
  let text = ''
  let repairs = 0
  let at = 0
  for (let match = slipped.exec(line); match; match = slipped.exec(line)) {
    if (match.index < at) continue
    text += line.slice(at, match.index)
    at = match.index
    const before = text.at(-1) ?? ''
    const after = line.slice(match.index + match[0].length)
    const found = match[1] === undefined ? withoutSound(before, after, attested) : withSound(before, match[1], after, sounds)
    if (!found) continue
    text += found.text
    at = match.index + match[0].length + found.used
    slipped.lastIndex = at
    repairs++
  }
  return { text: text + line.slice(at), repairs }
}

/** The sound stands inside the character it was read into: its first byte is the last of the character before. */
function withSound(before: string, reading: string, after: string, sounds: Sounds): { text: string; used: number } | undefined {
  const trail = gbkBytes(before)?.[1]
  const lost = only([...(sounds.get(reading) ?? [])].flatMap((sign) => { const [lead, second] = gbkBytes(sign) ?? []; return lead === trail && second !== undefined ? [second] : [] }))
  return lost === undefined ? undefined : reread(lost, after, sounds)
}

/** A byte was lost without a trace: it is the one that makes a pair of characters the text has elsewhere. */
function withoutSound(before: string, after: string, attested: (before: string, sign: string) => boolean): { text: string; used: number } | undefined {
  const [next] = gbkBytes(after[0] ?? '') ?? []
  if (next === undefined) return undefined
  const leads = Array.from({ length: 0xfe - 0x81 + 1 }, (_, index) => index + 0x81)
  const lead = only(leads.filter((candidate) => { const sign = gbkSign(candidate, next); return sign !== undefined && /\p{Script=Han}/u.test(sign) && attested(before, sign) }))
  return lead === undefined ? undefined : reread(lead, after, new Map())
}

/** Reads on from a byte that is left over until the characters are whole again; undefined when they never are. */
function reread(first: number, after: string, sounds: Sounds): { text: string; used: number } | undefined {
  let pending = first
  let text = ''
  for (let used = 0; used < Math.min(after.length, 40); ) {
    const nested = new RegExp(`^\\?(${sound})[)）]`, 'u').exec(after.slice(used))
    if (nested) {
      const sign = only([...(sounds.get(nested[1] ?? '') ?? [])].filter((candidate) => gbkBytes(candidate)?.[0] === pending))
      return sign === undefined ? undefined : { text: text + sign, used: used + nested[0].length }
    }
    const sign = after[used] ?? ''
    const code = sign.charCodeAt(0)
    const bytes = gbkBytes(sign)
    const joined = gbkSign(pending, bytes ? bytes[0] : code)
    if (joined === undefined || (!bytes && (code < 0x40 || code > 0x7e)) || !/[\p{Script=Han}\u3000-\u303f\uff00-\uff5e“”‘’…]/u.test(joined)) return undefined
    text += joined
    used++
    if (!bytes) return { text, used }
    pending = bytes[1]
  }
  return undefined
}

function only<T>(values: readonly T[]): T | undefined {
  const different = [...new Set(values)]
  return different.length === 1 ? different[0] : undefined
}
