/**
 * Reads objects out of JSON that is still coming: `push` gives those that the new piece completed.
 *
 * Only objects without objects inside are given, so `{"sentences":[{…},{…}]}` gives each sentence as it
 * ends. Text around the JSON is passed over; what does not parse is counted in `broken`.
 */
export function createObjectReader() {
  let buffer = ''
  let start = -1
  let inString = false
  let escaped = false
  let position = 0
  let broken = 0

  return {
    push(piece: string): object[] {
      buffer += piece
      const found: object[] = []
      for (; position < buffer.length; position++) {
        const sign = buffer[position]
        if (inString) {
          if (escaped) escaped = false
          else if (sign === '\\') escaped = true
          else if (sign === '"') inString = false
        } else if (sign === '"') inString = start !== -1
        else if (sign === '{') start = position
        else if (sign === '}' && start !== -1) {
          const read = parse(buffer.slice(start, position + 1))
          if (read) found.push(read)
          else broken++
          start = -1
        }
      }
      return found
    },
    get broken(): number {
      return broken
    },
    /** An object began and did not end. */
    get unfinished(): boolean {
      return start !== -1
    },
  }
}

function parse(text: string): object | undefined {
  try {
    return JSON.parse(text) as object
  } catch {
    return undefined
  }
}
