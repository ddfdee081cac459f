import { hasArticle, parseNumber, shortName, type ArticleRef, type Law } from '../domain/law.ts'

const numeral = '[零〇一二两三四五六七八九十百千]+|[0-9０-９]+'

/**
 * Articles that the text names outright: 宪法第三十三条说什么, 民法典1077, 劳动合同法82条.
 *
 * Only articles that the law has; a bare number counts when nothing but the law's name goes before it. A law that
 * is repealed counts only where `day` says that the law of a day before is meant.
 */
export function namedArticles(text: string, laws: readonly Law[], day?: string): ArticleRef[] {
  const found: ArticleRef[] = []
  for (const { name, law } of namesIn(text, laws, day)) {
    const pattern = new RegExp(`${escape(name)}[》”"]?\\s*(?:的|里的?|中的?)?\\s*(第)?\\s*(${numeral})\\s*(条)?(?:之(${numeral}))?`, 'g')
    for (const [, ordinal, digits = '', noun, rest] of text.matchAll(pattern)) {
      const number = parseNumber(digits)
      const article = `${number}${rest ? `之${rest}` : ''}`
      const plainNumber = !ordinal && !noun && !/^[0-9０-９]+$/.test(digits)
      if (number === undefined || plainNumber || !hasArticle(law, article)) continue
      const ref = { law: shortName(law), article }
      if (!found.some((known) => known.law === ref.law && known.article === article)) found.push(ref)
    }
  }
  return found
}

/** The registered names that stand in the text, longest first, none inside another. */
function namesIn(text: string, laws: readonly Law[], day?: string): { name: string; law: Law }[] {
  const names = laws
    .filter((law) => !law.repealed || (day !== undefined && day < law.repealed))
    .flatMap((law) => [law.name, ...law.short].map((name) => ({ name, law })))
    .filter(({ name }) => text.includes(name))
    .sort((one, other) => other.name.length - one.name.length)
  return names.filter(({ name }, index) => !names.slice(0, index).some((longer) => longer.name.includes(name) && text.split(name).length === text.split(longer.name).length))
}

function escape(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
