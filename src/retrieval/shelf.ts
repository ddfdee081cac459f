import { articleKey, type StatuteArticle } from './article.ts'
import { closeSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { openArrays, saveArrays } from './array-file.ts'

/**
 * Articles by slot, with what ranking asks of them in columns.
 *
 * The texts stay in their file and are read when an article is shown: sixty thousand objects would cost a
 * quarter of the memory and most of the time to open.
 */
export type Shelf = {
  readonly length: number
  has(slot: number): boolean
  article(slot: number): StatuteArticle
  add(article: StatuteArticle): number
  remove(slot: number): void
  slotOf(id: number): number | undefined
  id(slot: number): number
  /**
   * Articles of that law and number: of all versions, or of the one named. Where versions tell the days on which they
   * bind, of all of these too: whatever day is asked about, one of them is meant.
   */
  find(law: string, article: string, version?: string): readonly number[]
  version(slot: number): string
  law(slot: number): number
  section(slot: number): number
  readonly laws: readonly string[]
  readonly sections: readonly { readonly law: string; readonly heading: string }[]
  /** Characters of text. */
  size(slot: number): number
  /** How many later versions of its law there are. */
  laterVersions(slot: number): number
  /** Whether it is in force on an ISO day. */
  binds(slot: number, day: string): boolean
  save(path: string): void
}

type Names = { laws: string[]; labels: string[]; versions: string[]; sections: { law: string; heading: string; version: string }[] }

const columnNames = ['id', 'start', 'end', 'law', 'section', 'label', 'version', 'size', 'effective', 'repealed', 'present'] as const
type Columns = Record<(typeof columnNames)[number], number[]>

/** An empty shelf. */
export function createShelf(): Shelf {
  const columns = Object.fromEntries(columnNames.map((name) => [name, []])) as unknown as Columns
  return over(columns, { laws: [], labels: [], versions: [], sections: [] }, undefined)
}

/** Opens what `save` wrote. */
export function openShelf(path: string): Shelf {
  const { meta, arrays } = openArrays(path)
  const columns = Object.fromEntries(columnNames.map((name) => [name, Array.from(arrays[name]!)])) as unknown as Columns
  return over(columns, meta as Names, openSync(textsOf(path), 'r'))
}

function over(columns: Columns, names: Names, file: number | undefined): Shelf {
  const fresh = new Map<number, StatuteArticle>()
  const slots = new Map<number, number>()
  for (const [slot, id] of columns.id.entries()) if (columns.present[slot]) slots.set(id, slot)
  const lawNumber = numbering(names.laws)
  const labelNumber = numbering(names.labels)
  const versionNumber = numbering(names.versions)
  const sectionNumber = numbering(names.sections, ({ law, heading, version }) => `${law}\n${version}\n${heading}`)
  // Made when first asked for: a search needs neither.
  let keys: Map<string, number[]> | undefined
  let versionsOf: Map<number, Set<string>> | undefined

  function article(slot: number): StatuteArticle {
    return fresh.get(slot) ?? (JSON.parse(stored(slot).toString('utf8')) as StatuteArticle)
  }

  function stored(slot: number): Buffer {
    const bytes = Buffer.alloc(columns.end[slot]! - columns.start[slot]!)
    readSync(file!, bytes, 0, bytes.length, columns.start[slot]!)
    return bytes
  }

  function keyed(): Map<string, number[]> {
    if (keys) return keys
    keys = new Map()
    for (let slot = 0; slot < columns.id.length; slot++) {
      const key = articleKey(names.laws[columns.law[slot]!]!, names.labels[columns.label[slot]!]!)
      const same = keys.get(key)
      if (same) same.push(slot)
      else keys.set(key, [slot])
    }
    return keys
  }

  return {
    get length() {
      return columns.id.length
    },
    has: (slot) => columns.present[slot] === 1,
    article,
    add(added) {
      const { law, heading, version } = added
      const slot = columns.id.length
      columns.id.push(added.id)
      columns.start.push(0)
      columns.end.push(0)
      columns.law.push(lawNumber(law))
      columns.section.push(sectionNumber({ law, heading, version }))
      columns.label.push(labelNumber(added.article))
      columns.version.push(versionNumber(version))
      columns.size.push(added.text.length)
      columns.effective.push(dayNumber(added.effective, 0))
      columns.repealed.push(dayNumber(added.repealed, 99999999))
      columns.present.push(1)
      fresh.set(slot, added)
      slots.set(added.id, slot)
      keys = versionsOf = undefined
      return slot
    },
    remove(slot) {
      columns.present[slot] = 0
      if (slots.get(columns.id[slot]!) === slot) slots.delete(columns.id[slot]!)
      versionsOf = undefined
    },
    slotOf: (id) => slots.get(id),
    id: (slot) => columns.id[slot]!,
    find(law, label, version) {
      const same = (keyed().get(articleKey(law, label)) ?? []).filter((slot) => columns.present[slot] === 1)
      if (version === undefined) return same
      const meant = same.filter((slot) => names.versions[columns.version[slot]!] === version || columns.effective[slot]! > 0)
      return meant.length > 0 ? meant : same
    },
    version: (slot) => names.versions[columns.version[slot]!]!,
    law: (slot) => columns.law[slot]!,
    section: (slot) => columns.section[slot]!,
    laws: names.laws,
    sections: names.sections,
    size: (slot) => columns.size[slot]!,
    laterVersions(slot) {
      versionsOf ??= gathered(columns, names)
      const own = names.versions[columns.version[slot]!]!
      let later = 0
      for (const version of versionsOf.get(columns.law[slot]!) ?? []) if (version > own && /^\d/.test(version)) later++
      return later
    },
    binds(slot, day) {
      const number = dayNumber(day, 0)
      return columns.effective[slot]! <= number && number < columns.repealed[slot]!
    },
    save(path) {
      const saved = { ...columns, start: [...columns.start], end: [...columns.end] }
      const texts = openSync(`${textsOf(path)}.part`, 'w')
      let at = 0
      for (let slot = 0; slot < columns.id.length; slot++) {
        const own = fresh.get(slot)
        const bytes = own ? Buffer.from(JSON.stringify(own)) : stored(slot)
        saved.start[slot] = at
        at += writeSync(texts, bytes)
        saved.end[slot] = at
      }
      closeSync(texts)
      // An open shelf goes on reading the file that it opened, whatever takes its name.
      renameSync(`${textsOf(path)}.part`, textsOf(path))
      saveArrays(path, names, Object.fromEntries(columnNames.map((name) => [name, Float64Array.from(saved[name])])))
    },
  }
}

function textsOf(path: string): string {
  return `${path}.texts`
}

function gathered(columns: Columns, names: Names): Map<number, Set<string>> {
  const found = new Map<number, Set<string>>()
  for (const [slot, law] of columns.law.entries()) {
    if (columns.present[slot] !== 1) continue
    const versions = found.get(law) ?? new Set()
    found.set(law, versions.add(names.versions[columns.version[slot]!]!))
  }
  return found
}

/** Gives each value a number, the same for the same value; new ones are put on the list. */
function numbering<T>(list: T[], keyOf: (value: T) => string = String): (value: T) => number {
  const numbers = new Map(list.map((value, number) => [keyOf(value), number]))
  return (value) => {
    const key = keyOf(value)
    let number = numbers.get(key)
    if (number === undefined) {
      numbers.set(key, (number = list.length))
      list.push(value)
    }
    return number
  }
}

/** 2026-01-31 → 20260131. */
function dayNumber(day: string | undefined, absent: number): number {
  return day ? Number(day.replaceAll('-', '')) : absent
}
