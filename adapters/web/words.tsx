/** @jsxRuntime automatic @jsxImportSource hono/jsx */

/** Text with its line breaks, and hotlines that can be pressed. */
export function Words({ text }: { text: string }) {
  return <>{text.split('\n').map((line, index) => <>{index > 0 ? <br /> : null}{withHotlines(line)}</>)}</>
}

/** A heading that a reader takes in at a glance, and the rest. */
export function splitConclusion(text: string): { head: string; rest: string } {
  const sentence = /^[^。！？\n]*[。！？]?[”」）]?/.exec(text)?.[0] ?? text
  const clause = sentence.length > longestHead ? (/^[^：；\n]{4,36}[：；]/.exec(sentence)?.[0] ?? sentence) : sentence
  return { head: clause.trim(), rest: text.slice(clause.length).trim() }
}

/** A step's opening words, where they end in a colon. */
export function splitStep(text: string): { lead: string; rest: string } {
  const lead = /^[^：。；]{2,24}：/.exec(text)?.[0] ?? ''
  return { lead, rest: text.slice(lead.length) }
}

const longestHead = 48
const hotline = /(?<![\d.])(12[13]\d{2}|96110)(?![\d.]|\s*[元万个名人天日])/

function withHotlines(line: string) {
  return line.split(hotline).map((part, index) => (index % 2 === 1 ? <a href={`tel:${part}`}>{part}</a> : part))
}

/** A number that a phone can dial, or undefined. */
export function dialled(phone: string): string | undefined {
  const number = phone.replace(/[^\d+]/g, '')
  return /^\+?\d{3,15}$/.test(number) ? number : undefined
}
