import { z } from 'zod'
import { domains, responses, risks } from '../domain/entry.ts'

// What an admin reads is Chinese.
z.config(z.locales.zhCN())

/** 简答 and every other text that is sent as it stands. */
export const longestAnswer = 300

const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, '只用小写字母、数字和连字符')
const words = z.array(z.coerce.string().trim().min(1))
const articleNumber = z.union([z.number().int().positive(), z.string().regex(/^(\d+(之[一二三四五六七八九十]+)?|序言)$/, '写成 33 或 "276之一"')]).transform(String)
const basis = z.array(z.strictObject({ law: z.string().min(1), articles: z.array(articleNumber).min(1) }))
const answer = z.string().trim().min(1).max(longestAnswer, `不超过 ${longestAnswer} 字`)

const common = {
  id,
  title: z.string().trim().min(2),
  checked: z.iso.date('写成 2026-11-22 这样的日期'),
  sources: words.default([]),
}

const branch = z.strictObject({
  ask: z.string().trim().min(4),
  options: z.array(z.strictObject({ label: z.coerce.string().min(1), when: words.default([]), answer })).min(2),
})

const tree = z.strictObject({
  start: z.string(),
  nodes: z.record(
    z.string(),
    z.union([
      z.strictObject({ ask: z.string(), options: z.array(z.strictObject({ label: z.coerce.string(), to: z.string() })).min(2) }),
      z.strictObject({ result: z.string(), text: z.string(), basis: basis.min(1) }),
    ]),
  ),
})

/** The front matter of each kind of entry. */
export const frontMatter = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('guide'),
    domain: z.enum(domains, `只能是：${domains.join('、')}`),
    risk: z.enum(risks, `只能是：${risks.join('、')}`),
    basis: basis.min(1),
    services: z.array(id).default([]),
    questions: words.min(12, '至少 12 句'),
    branch: branch.optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('service'),
    category: z.string().min(2),
    phone: z.coerce.string().optional(),
    basis: basis.default([]),
    guides: z.array(id).default([]),
    questions: words.min(8, '至少 8 句'),
    tree: tree.optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('situation'),
    response: z.enum(responses, `只能是：${responses.join('、')}`),
    hotlines: words.default([]),
    leadsTo: z.array(id).default([]),
    basis: basis.default([]),
    signs: words.default([]),
    questions: words.min(8, '至少 8 句'),
  }),
  z.strictObject({ ...common, kind: z.literal('constitution') }),
])

export type FrontMatter = z.infer<typeof frontMatter>
export type GuideMatter = Extract<FrontMatter, { kind: 'guide' }>
export type Tree = z.infer<typeof tree>
