import { articleKey, plainLaw, type StatuteArticle } from './article.ts'

/**
 * Articles by slot, with what ranking asks of them in arrays.
 *
 * The texts stay as JSON in one buffer and are parsed when an article is shown: sixty thousand objects would
 * cost five times the memory and most of the time to open.
 */
export type Shelf = {
  readonly length: number
  has(slot: number): boolean
  article(slot: number): StatuteArticle
  add(article: StatuteArticle): number
  remove(slot: number): void
  slotOf(id: number): number | undefined
  /** Articles of that law and number: of the version named, or else of all. */
  find(law: string, article: string, version?: string): readonly number[]
  law(slot: number): number
  section(slot: number): number
  readonly lawNames: readonly string[]
  readonly sectionNames: readonly { readonly law: string; readonly heading: string }[]
  /** Characters of text. */
  size(slot: number): number
  /** How many later versions of its law there are. */
  laterVersions(slot: number): number
  /** The whole, as JSON lines. */
  bytes(): Buffer
}

export function createShelf(bytes: Buffer = Buffer.alloc(0)): Shelf {
  const starts: number[] = []
  const ends: number[] = []
  const fresh = new Map<number, StatuteArticle>()
  const present: boolean[] = []
  const slots = new Map<number, number>()
  const laws: number[] = []
  const sections: number[] = []
  const sizes: number[] = []
  const lawNumbers = new Map<string, number>()
  const sectionNumbers = new Map<string, number>()
  const lawNames: string[] = []
  const sectionNames: { law: string; heading: string }[] = []
  const versions: string[] = []
  const versionsOf = new Map<number, Set<string>>()
  const keys = new Map<string, number[]>()

  function register(article: StatuteArticle): number {
    const slot = laws.length
    const law = numbered(lawNumbers, article.law, () => lawNames.push(article.law))
    const { heading } = article
    sections.push(numbered(sectionNumbers, `${article.law}\n${article.version}\n${heading}`, () => sectionNames.push({ law: article.law, heading })))
    laws.push(law)
    sizes.push(article.text.length)
    versions.push(article.version)
    versionsOf.set(law, (versionsOf.get(law) ?? new Set()).add(article.version))
    const key = articleKey(article.law, article.article)
    const same = keys.get(key)
    if (same) same.push(slot)
    else keys.set(key, [slot])
    present.push(true)
    slots.set(article.id, slot)
    return slot
  }

  function read(slot: number): StatuteArticle {
    return fresh.get(slot) ?? (JSON.parse(bytes.toString('utf8', starts[slot], ends[slot])) as StatuteArticle)
  }

  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(10, at)
    const end = newline < 0 ? bytes.length : newline
    if (end > at) {
      starts.push(at)
      ends.push(end)
      register(read(starts.length - 1))
    }
    at = end + 1
  }

  return {
    get length() {
      return laws.length
    },
    has: (slot) => present[slot] === true,
    article: read,
    add(article) {
      const slot = register(article)
      fresh.set(slot, article)
      return slot
    },
    remove(slot) {
      present[slot] = false
      slots.delete(read(slot).id)
    },
    slotOf: (id) => slots.get(id),
    find(law, article, version) {
      const same = (keys.get(articleKey(plainLaw(law), article)) ?? []).filter((slot) => present[slot])
      const exact = version === undefined ? [] : same.filter((slot) => versions[slot] === version)
      return exact.length > 0 ? exact : same
    },
    law: (slot) => laws[slot]!,
    section: (slot) => sections[slot]!,
    lawNames,
    sectionNames,
    size: (slot) => sizes[slot]!,
    laterVersions(slot) {
      let later = 0
      for (const version of versionsOf.get(laws[slot]!)!) if (version > versions[slot]! && /^\d/.test(version)) later++
      return later
    },
    bytes() {
      const lines: Buffer[] = []
      for (let slot = 0; slot < laws.length; slot++) {
        if (!present[slot]) continue
        lines.push(fresh.has(slot) ? Buffer.from(JSON.stringify(fresh.get(slot))) : bytes.subarray(starts[slot], ends[slot]), Buffer.from('\n'))
      }
      return Buffer.concat(lines)
    },
  }
}

function numbered(numbers: Map<string, number>, name: string, arrived: () => void): number {
  const known = numbers.get(name)
  if (known !== undefined) return known
  numbers.set(name, numbers.size)
  arrived()
  return numbers.size - 1
}
