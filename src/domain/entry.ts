import type { ArticleRef } from './law.ts'

/** The fields of life that guides are sorted by; the bars of confidence are set per domain. */
export const domains = [
  '婚姻家庭', '继承', '劳动用工', '工伤社保', '农村土地', '房屋物业', '借贷合同', '消费诈骗', '侵权人身', '交通事故',
  '相邻环境', '老人妇女儿童残疾人', '行政治安', '刑事社矫', '诉讼执行', '公共法律服务', '经营知产',
] as const
export type Domain = (typeof domains)[number]

/** How much rides on a right answer: the resident can act alone, should ask an adviser, or must act now. */
export const risks = ['self-help', 'adviser', 'urgent'] as const
export type Risk = (typeof risks)[number]

/** A named part of an entry, such as 怎么办; Markdown. */
export type Section = { readonly heading: string; readonly text: string }

/** A fact that the answer hinges on: asked back as `ask`, answered by one of the options. */
export type Branch = {
  readonly ask: string
  readonly options: readonly { readonly label: string; readonly when: readonly string[]; readonly answer: string }[]
}

type Common = {
  readonly id: string
  readonly title: string
  /** Wordings that residents use; retrieval matches them. */
  readonly questions: readonly string[]
  /** 简答: what is sent, at most 300 characters. */
  readonly answer: string
  readonly sections: readonly Section[]
  readonly basis: readonly ArticleRef[]
  /** ISO day on which the facts were checked against the law in force. */
  readonly checked: string
  /** Where it stands in the knowledge folder, for messages to admins. */
  readonly file: string
}

export type Guide = Common & {
  readonly kind: 'guide'
  readonly domain: Domain
  readonly risk: Risk
  /** Ids of the services it leads to. */
  readonly services: readonly string[]
  readonly branch?: Branch
}

export type Service = Common & {
  readonly kind: 'service'
  readonly category: string
  readonly phone?: string
  /** Ids of the guides that lead here. */
  readonly guides: readonly string[]
  readonly tree?: Tree
}

/** A decision tree, such as who may have legal aid: asked node by node until a result. */
export type Tree = {
  readonly start: string
  readonly nodes: Readonly<Record<string, TreeNode>>
}
export type TreeNode =
  | { readonly ask: string; readonly options: readonly { readonly label: string; readonly to: string }[] }
  | { readonly result: string; readonly text: string; readonly basis: readonly ArticleRef[] }

/** What a message that asks no plain legal question calls for. */
export const responses = ['urgent', 'refuse', 'ignore', 'escalate'] as const
export type Response = (typeof responses)[number]

export type Situation = Common & {
  readonly kind: 'situation'
  readonly response: Response
  readonly hotlines: readonly string[]
  readonly leadsTo: readonly string[]
  /** The deterministic net, read by safety/signs. */
  readonly signs: readonly string[]
}

/** One article of the constitution, or a part of its preamble (article 序言). */
export type ConstitutionArticle = Common & {
  readonly kind: 'constitution'
  readonly article: string
}

/** An article of an imported statute, word for word; made when it is asked for, and never searched by its wording. */
export type StatuteArticleEntry = Common & {
  readonly kind: 'statute'
  /** The first day of the text, and the first on which it no longer binds. */
  readonly from: string
  readonly until?: string
  /** The law under the name that residents know, and the day of its version. */
  readonly law: string
  readonly version: string
  /** Each law and version that the text is from, where it holds several articles. */
  readonly quoted: readonly { readonly law: string; readonly version: string; readonly from: string }[]
}

export type Entry = Guide | Service | Situation | ConstitutionArticle | StatuteArticleEntry
/** The kinds that the knowledge folder holds and that are searched by their wording. */
export type EntryKind = Exclude<Entry['kind'], 'statute'>
