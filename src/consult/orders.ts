/** What an adviser may tell the assistant to do, as they type it. */
export type Order =
  | { readonly kind: 'claim' | 'experts'; readonly ticket: number }
  | { readonly kind: 'close'; readonly ticket: number; readonly minutes?: number }
  | { readonly kind: 'answer' | 'ask'; readonly ticket: number; readonly text: string; /** Found in the quote, not typed. */ readonly quoted: boolean }
  | { readonly kind: 'hand-on'; readonly ticket: number; readonly to: string }
  | { readonly kind: 'mute' | 'unmute'; readonly village?: string }
  | { readonly kind: 'draft'; readonly text: string }
  | { readonly kind: 'sign'; readonly month: string }
  | { readonly kind: 'list'; readonly village?: string }
  | { readonly kind: 'help' }
  /** The words of an order without the number or text that it needs. */
  | { readonly kind: 'incomplete'; readonly order: string }

const number = '[#＃]?\\s*(\\d{4,9})'
const typed = '[#＃]\\s*(\\d{4,9})'

/**
 * Reads an adviser's message: `接 #1042`, `#1042 回复…`, `问 #1042 …`. A number in the quoted card or answer
 * stands for one that was not typed. Anything else is talk among advisers: undefined.
 */
export function readOrder(text: string, quote = ''): Order | undefined {
  const plain = text.trim().replace(/^@\S+\s+/, '')
  const quoted = Number(new RegExp(typed).exec(quote)?.[1] ?? Number.NaN)
  const inQuote = Number.isInteger(quoted) ? quoted : undefined

  const [listed, listedFor] = /^(?:列表|清单|工单列表)(?:\s+(\S+))?$/.exec(plain) ?? []
  if (listed) return { kind: 'list', ...(listedFor ? { village: listedFor } : {}) }
  if (/^(?:帮助|help|\/help|\/start)$/i.test(plain)) return { kind: 'help' }
  const [, hush, place] = /^(闭嘴|开口)\s*(\S+)?$/.exec(plain) ?? []
  if (hush) return { kind: hush === '闭嘴' ? 'mute' : 'unmute', ...(place ? { village: place } : {}) }
  const [, month] = /^签(?:字)?\s*(\d{4}-(?:0[1-9]|1[0-2]))$/.exec(plain) ?? []
  if (month) return { kind: 'sign', month }
  if (/^签(?:字)?(?:\s*\d{4}|\s*\d{1,2}\s*月?|\s*\d{4}\D\d{1,2}\D?)?$/.test(plain)) return { kind: 'incomplete', order: '签' }
  if (plain === '拟') return { kind: 'incomplete', order: '拟' }
  const [, pasted] = /^拟(?:\s+|[:：])\s*([\s\S]+)$/.exec(plain) ?? []
  if (pasted) return { kind: 'draft', text: pasted.trim() }

  const [, verb, given, rest = ''] = new RegExp(`^请?(接|追?问|转|专家|办?结|答复?|回复)(?:一下|单|给|案|束)?\\s*(?:${number})?(?=\\s|[:：,，@]|$)[\\s:：,，]*([\\s\\S]*)$`).exec(plain) ?? []
  const ticket = given === undefined ? inQuote : Number(given)
  if (verb && (given !== undefined || inQuote !== undefined || rest === '')) return ticket === undefined ? { kind: 'incomplete', order: verb } : withVerb(verb, ticket, rest.trim(), given === undefined)

  const [, direct, said = ''] = new RegExp(`^${typed}[\\s:：,，]*([\\s\\S]*)$`).exec(plain) ?? []
  if (direct) return said.trim() === '' ? { kind: 'incomplete', order: `#${direct}` } : { kind: 'answer', ticket: Number(direct), text: withoutLabel(said), quoted: false }
  return inQuote === undefined || plain === '' ? undefined : { kind: 'answer', ticket: inQuote, text: withoutLabel(plain), quoted: true }
}

function withVerb(verb: string, ticket: number, rest: string, quoted: boolean): Order {
  switch (verb) {
    case '答':
    case '答复':
    case '回复':
      return rest === '' ? { kind: 'incomplete', order: `#${ticket}` } : { kind: 'answer', ticket, text: withoutLabel(rest), quoted }
    case '接':
      return { kind: 'claim', ticket }
    case '专家':
      return { kind: 'experts', ticket }
    case '办结':
    case '结': {
      const minutes = Number(/^(\d{1,3})\s*分/.exec(rest)?.[1] ?? Number.NaN)
      return { kind: 'close', ticket, ...(Number.isInteger(minutes) && minutes > 0 ? { minutes } : {}) }
    }
    case '转':
      return rest === '' ? { kind: 'incomplete', order: `转 #${ticket}` } : { kind: 'hand-on', ticket, to: rest }
    default:
      return rest === '' ? { kind: 'incomplete', order: `问 #${ticket}` } : { kind: 'ask', ticket, text: rest, quoted }
  }
}

/** 「#1042 回复：可以…」: the label is not part of what the resident reads. */
function withoutLabel(text: string): string {
  return text.trim().replace(/^(?:回复|答复|答)\s*[:：]\s*/, '')
}
