import type { Inbound } from '../domain/message.ts'

/** One person's burst of short messages as the one they meant; the last one's id stands for it. */
export function combine(messages: readonly [Inbound, ...Inbound[]]): Inbound {
  const last = messages.at(-1) ?? messages[0]
  if (messages.length === 1) return last
  const quote = messages.find((message) => message.quote !== undefined)?.quote
  const attachment = messages.find((message) => message.attachment !== undefined)?.attachment
  return {
    ...last,
    text: join(messages.map(({ text }) => text.trim()).filter(Boolean)),
    addressed: messages.some(({ addressed }) => addressed),
    ...(quote === undefined ? {} : { quote }),
    ...(attachment === undefined ? {} : { attachment }),
  }
}

/** Fragments of one sentence, so that they read as one. */
function join(texts: readonly string[]): string {
  return texts.map((text, index) => (index < texts.length - 1 && !/[，,。.！!？?；;：:、~～…]$/.test(text) ? `${text}，` : text)).join('')
}
