import type { Inbound } from '../domain/message.ts'

let simple: Set<string> | undefined
let convert: ((text: string) => string) | undefined

/**
 * The message as it is looked up: in simplified characters, its own words kept as `original`. One that is
 * written in simplified characters comes back as it is, and nothing is loaded for it.
 */
export async function inSimplified(message: Inbound): Promise<Inbound> {
  if (!isTraditional(message.text)) return message
  const text = await toSimplified(message.text)
  return text === message.text ? message : { ...message, text, original: message.original ?? message.text }
}

/** Traditional characters turned into simplified ones; a text without any stays as it is, 著作权 too. */
export async function toSimplified(text: string): Promise<string> {
  if (!isTraditional(text)) return text
  const converted = convert ?? (await import('opencc-js/t2cn')).Converter({ from: 't', to: 'cn' })
  convert = converted
  return converted(text)
}

/** Whether the text holds Chinese characters outside the 6,763 of GB 2312, which mainland writing keeps to. */
function isTraditional(text: string): boolean {
  const signs = text.match(/[\u4e00-\u9fff]/g)
  if (!signs) return false
  simple ??= gb2312()
  return signs.some((sign) => !simple!.has(sign))
}

function gb2312(): Set<string> {
  const bytes: number[] = []
  for (let lead = 0xb0; lead <= 0xf7; lead++) for (let trail = 0xa1; trail <= 0xfe; trail++) bytes.push(lead, trail)
  return new Set(new TextDecoder('gbk').decode(new Uint8Array(bytes)).match(/[\u4e00-\u9fff]/g))
}
