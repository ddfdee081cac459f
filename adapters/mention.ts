/** A mention typed by hand, or flattened to text by the platform: `@name`, then a space, a stop or the end. */
export function withoutMention(text: string, names: readonly string[]): { text: string; mentioned: boolean } {
  let rest = text
  for (const name of [...names].sort((a, b) => b.length - a.length)) {
    if (name === '') continue
    // A Chinese name of three characters or more is told even when the question sticks to it; 「@小王子」 is not 「小王」.
    const end = name.length < 3 ? '(?=$|[\\s\\u2005\\u00a0,，.。!！?？:：;；、])' : /\w$/.test(name) ? '(?!\\w)' : ''
    rest = rest.replace(new RegExp(`[@＠]${escape(name)}${end}[\\u2005\\u00a0 ]*`, 'gi'), ' ')
  }
  return rest === text ? { text, mentioned: false } : { text: tidy(rest), mentioned: true }
}

/** The text without the given stretches, each of which was a mention. */
export function withoutStretches(text: string, stretches: readonly { readonly offset: number; readonly length: number }[]): string {
  let rest = text
  for (const { offset, length } of [...stretches].sort((a, b) => b.offset - a.offset)) rest = `${rest.slice(0, offset)} ${rest.slice(offset + length)}`
  return stretches.length === 0 ? text : tidy(rest)
}

function tidy(text: string): string {
  return text.replace(/[ \u2005\u00a0]{2,}/g, ' ').trim()
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
