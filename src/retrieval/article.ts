/** One article of a statute as the index takes it. Days are ISO dates; without them it binds on every day. */
export type StatuteArticle = {
  readonly id: number
  readonly law: string
  /** 第一千零七十七条, as the text has it. */
  readonly article: string
  /** Tells the versions of one law apart: the day of the version, or empty. */
  readonly version: string
  /** Book, chapter and section, with spaces between. */
  readonly heading: string
  readonly text: string
  readonly effective?: string
  readonly repealed?: string
}

/** One article by law and number, and the version that was meant where that is known. */
export type ArticleName = { readonly law: string; readonly article: string; readonly version?: string }

/** The law's name without what its versions may differ in: 中华人民共和国民法典 and 民法典 are one. */
export function plainLaw(law: string): string {
  return law.replace(/^中华人民共和国/, '').replace(/[（(]\d{4}.*?[）)]$/, '')
}

/** Names one article whatever its version. */
export function articleKey(law: string, article: string): string {
  return `${plainLaw(law)} ${article}`
}
