/** A line of a document, its marks taken off. `level` is the heading's depth, 0 for text; `line` where it stands in the file. */
export type Line = { readonly text: string; readonly level: number; readonly line: number; readonly table?: true; /** Why it cannot be trusted word for word. */ readonly doubt?: string }

/** Something of a file that was not taken, and why; the words are for admins. `line` is 0 where it concerns the whole file. */
export type Skipped = { readonly line: number; readonly what: string; readonly why: string }

/** A document as lines, with what reading it had to leave out. */
export type Document = { readonly lines: readonly Line[]; readonly skipped: readonly Skipped[] }

/** A file that cannot be taken; the message says why and what to do. */
export class Unreadable extends Error {
  constructor(why: string, remedy: string, options?: ErrorOptions) {
    super(`${why}；怎么办：${remedy}`, options)
  }
}

const ended = /[。！？；：”’）)》】…]$/
const opens = /^(?:第[一二三四五六七八九十百千零〇\d]+(?:条|编|分编|章|节)|[（(]?[一二三四五六七八九十]+[）)、]|\d{1,3}[.．、]|附|　)/

/** Whether a line is a whole sentence, not a heading and not cut off. */
export function isEnded(text: string): boolean {
  return ended.test(text)
}

/** Joins lines that a fixed width has broken; a text whose lines are paragraphs stays as it is. */
export function unwrap(lines: readonly Line[]): Line[] {
  const lengths = lines.map(({ text }) => text.length).filter((length) => length >= 12).sort((one, other) => one - other)
  const width = lengths[Math.floor(lengths.length * 0.9)] ?? 0
  const full = lines.filter(({ text }) => text.length >= width - 2 && text.length <= width + 2)
  const broken = full.filter(({ text }) => !isEnded(text)).length
  if (width > 60 || full.length < lengths.length * 0.25 || broken < full.length * 0.5) return [...lines]
  const joined: Line[] = []
  for (const next of lines) {
    const last = joined.at(-1)
    const before = lines[lines.indexOf(next) - 1]
    if (last && before && before.text.length >= width - 4 && !isEnded(before.text) && !opens.test(next.text)) joined[joined.length - 1] = { ...last, text: last.text + next.text.trim() }
    else joined.push(next)
  }
  return joined
}
