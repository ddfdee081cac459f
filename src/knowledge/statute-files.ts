import { z } from 'zod'

/**
 * How imported statutes lie on disk: `index.json` names every law and version, and each version has a file
 * of JSON lines in `texts/`, its head on the first line and an article on each that follows.
 */
export const indexName = 'index.json'
export const textsFolder = 'texts'

const day = z.iso.date()
const version = z.object({
  /** Adopted or last amended. */
  day,
  from: day,
  until: day.optional(),
  adopted: day.optional(),
  amended: day.optional(),
  effective: day.optional(),
  /** Whether `from` was stated beside the text, and is not read out of it. */
  stated: z.boolean().optional(),
  file: z.string(),
  hash: z.string(),
  /** How many articles were taken. */
  size: z.number(),
  articles: z.array(z.string()),
  /** Articles that the text has, but that could not be taken. */
  doubted: z.array(z.string()),
  repeals: z.array(z.string()),
  source: z.string(),
})
const law = z.object({ name: z.string(), key: z.string(), versions: z.array(version), repealed: day.optional(), replacedBy: z.string().optional() })
export const statuteIndex = z.object({ format: z.literal(1), nextId: z.number(), laws: z.array(law) })

export type StatuteVersion = z.infer<typeof version>
export type StatuteLaw = z.infer<typeof law>
export type StatuteIndex = z.infer<typeof statuteIndex>

export const emptyIndex: StatuteIndex = { format: 1, nextId: 1, laws: [] }

/** An article as it lies in a version's file; the id stays the same through re-imports. */
export type StoredArticle = { readonly id: number; readonly article: string; readonly heading: string; readonly text: string }
export type StoredHead = { readonly law: string; readonly title: string; readonly preamble: string; readonly appendices: readonly { heading: string; text: string }[] }
export type StoredStatute = { readonly head: StoredHead; readonly articles: readonly StoredArticle[] }

export function parseStored(source: string): StoredStatute {
  const [head = '{}', ...lines] = source.split('\n').filter(Boolean)
  return { head: JSON.parse(head) as StoredHead, articles: lines.map((line) => JSON.parse(line) as StoredArticle) }
}

export function writeStored({ head, articles }: StoredStatute): string {
  return `${[head, ...articles].map((part) => JSON.stringify(part)).join('\n')}\n`
}
