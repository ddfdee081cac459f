/** Where a text may be cut, best first: after a paragraph, a line, a sentence. */
const ends = [/\n\s*\n/g, /\n/g, /[。！？!?…；;][”’」』）)]*/g, /[，,、：:\s]/g]

/**
 * Cuts a text into pieces of at most `longest`, at paragraph ends where there are any, then at sentence
 * ends. Nothing is lost but blank space at the cuts. `size` measures for platforms that count bytes.
 */
export function cut(text: string, longest: number, size: (text: string) => number = (piece) => piece.length): string[] {
  const pieces: string[] = []
  let rest = text
  while (size(rest) > longest) {
    const window = longestHead(rest, longest, size)
    const at = ends.map((end) => lastEnd(window, end)).find((index) => index > window.length / 3) ?? window.length
    pieces.push(rest.slice(0, at).trimEnd())
    rest = rest.slice(at).replace(/^\s*\n|^ +/, '')
  }
  return [...pieces, rest].filter((piece, index, all) => piece.trim() !== '' || all.length === 1)
}

/**
 * Sends long texts piece by piece. When a piece is refused, the next try with the same id goes on from that
 * piece: what the platform already showed is not shown again.
 */
export function createPieces(longest: number, size?: (text: string) => number) {
  const shown = new Map<string, number>()

  return async function send(id: string, text: string, sendPiece: (piece: string, place: { first: boolean; last: boolean }) => Promise<void>): Promise<void> {
    const pieces = cut(text, longest, size)
    for (const [index, piece] of pieces.entries()) {
      if (index < (shown.get(id) ?? 0)) continue
      await sendPiece(piece, { first: index === 0, last: index === pieces.length - 1 })
      shown.set(id, index + 1)
    }
    shown.delete(id)
  }
}

/** The longest beginning that fits, never half a character. */
function longestHead(text: string, longest: number, size: (text: string) => number): string {
  let head = ''
  let length = 0
  for (const character of text) {
    length += size(character)
    if (length > longest && head !== '') break
    head += character
  }
  return head
}

function lastEnd(text: string, end: RegExp): number {
  let at = 0
  for (const { index, 0: found } of text.matchAll(end)) at = index + found.length
  return at
}
