import type { Words } from './consult/wording.ts'
import type { ConstitutionArticle, StatuteArticleEntry } from './domain/entry.ts'
import { articleLabel, inForce, shortName, type ArticleRef, type Law } from './domain/law.ts'
import type { LikelyArticle, StatuteText } from './domain/statute.ts'
import { plainLawName } from './knowledge/import/marks.ts'
import type { LawRegister } from './knowledge/laws.ts'
import type { Statutes } from './knowledge/statutes.ts'

/** The law as the assistant may cite and quote it: the register of laws, and the imported texts where there are any. */
export type Library = {
  /** Whether an article may be cited today: the register knows it, and the imported text in force has it. */
  citable(ref: ArticleRef): boolean
  /** The article word for word, as of the day; undefined where no text of that day was imported. */
  article(ref: ArticleRef, day?: string): StatuteArticleEntry | undefined
  /** The same for a search's findings: the law under the name that residents know, the text alone. */
  likely(ref: ArticleRef, day: string): LikelyArticle | undefined
  /** The entry of an id that `article` gave. */
  entry(id: string): StatuteArticleEntry | undefined
  /** Every law that may be named, as it stood on the day. */
  laws(day?: string): readonly Law[]
  /** What stands under a citation. */
  words: Words['article']
}

/** `constitution` finds what we wrote about an article of it; `today` is an ISO day, asked for every time. */
export function createLibrary(parts: { register(): LawRegister; statutes: Statutes; constitution(article: string): ConstitutionArticle | undefined; today(): string }): Library {
  const { register, statutes, constitution, today } = parts
  let known: { of: string; register: LawRegister; laws: readonly Law[] } | undefined

  /** The register's short name becomes the full one, under which texts are filed. */
  const full = (name: string) => register().find(name)?.name ?? name

  function article(ref: ArticleRef, day = today()): StatuteArticleEntry | undefined {
    const text = statutes.article({ law: full(ref.law), article: ref.article }, day)
    return text && toEntry(ref, text, day)
  }

  function one(id: string): StatuteArticleEntry | undefined {
    const [, name = '', number = '', day] = /^statute:(.+):([^:@]+)(?:@(\d{4}-\d\d-\d\d))?$/.exec(id) ?? []
    const law = register().find(name)
    return name === '' ? undefined : article({ law: law ? shortName(law) : name, article: number }, day)
  }

  function toEntry(ref: ArticleRef, text: StatuteText, day: string): StatuteArticleEntry {
    const past = day < today() && text.until !== undefined && text.until <= today()
    const plain = ref.law === '宪法' && !past ? constitution(ref.article) : undefined
    return {
      kind: 'statute', id: `statute:${plainLawName(text.law)}:${ref.article}${past ? `@${day}` : ''}`, title: articleLabel(ref), questions: [], basis: [ref], file: '', checked: today(),
      answer: past ? `${day} 有效的文本，${text.until} 起已不适用：\n${text.text}` : text.text,
      sections: plain ? [{ heading: '大白话', text: plain.answer }, ...plain.sections] : [],
      law: ref.law, version: text.version, quoted: [{ law: ref.law, version: text.version, from: text.from }], from: text.from, ...(text.until ? { until: text.until } : {}),
    }
  }

  return {
    article,

    likely({ law: name, article: number }, day) {
      const law = register().find(name)
      const text = statutes.article({ law: law?.name ?? name, article: number }, day)
      return text && { law: law ? shortName(law) : name, article: number, text: text.text }
    },

    citable(ref) {
      const law = register().find(ref.law)
      if (!law) return article(ref) !== undefined
      return register().objection(ref, today()) === undefined && statutes.objection({ law: law.name, article: ref.article }, today()) === undefined
    },

    entry(id) {
      const entries = id.split('+').map(one)
      const [first] = entries
      const all = entries.filter((entry) => entry !== undefined)
      if (!first || all.length < entries.length) return undefined
      return all.length === 1 ? first : { ...first, id, title: all.map(({ title }) => title).join('、'), basis: all.flatMap(({ basis }) => basis), quoted: all.flatMap(({ quoted }) => quoted), sections: [], answer: all.map(({ title, answer }) => `${title}\n${answer}`).join('\n\n') }
    },

    laws(day) {
      if (statutes.size === 0) return register().laws
      const of = `${day ?? ''} ${today()} ${statutes.stamp}`
      if (known?.of !== of || known.register !== register()) known = { of, register: register(), laws: merged(day) }
      return known.laws
    },

    words(ref) {
      const law = register().find(ref.law)
      const text = statutes.article({ law: full(ref.law), article: ref.article }, today())
      if (text) return { text: text.text, verbatim: true, status: `现行有效，${text.version} 版，${text.from} 起施行${text.until ? `，${text.until} 起换新文本` : ''}` }
      const status = law && inForce(law, today()) ? `现行有效，${law.amended ?? law.effective} 版` : '请核实是否有效'
      return { text: (ref.law === '宪法' ? constitution(ref.article)?.answer : undefined) ?? '', verbatim: false, status }
    },
  }

  /** The register speaks for today; for a day in the past the imported text of that day does. */
  function merged(day: string | undefined): Law[] {
    const imported = new Map(statutes.laws(day ?? today()).map((law) => [plainLawName(law.name), law]))
    const registered = register().laws.map((law) => {
      const own = imported.get(plainLawName(law.name))
      imported.delete(plainLawName(law.name))
      return day !== undefined && own ? { ...own, short: law.short } : law
    })
    return [...registered, ...imported.values()]
  }
}
