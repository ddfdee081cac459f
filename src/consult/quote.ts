import type { Entry, StatuteArticleEntry } from '../domain/entry.ts'
import { articleLabel, articleName, chineseNumber, inForce, shortName, type ArticleRef, type Law } from '../domain/law.ts'
import { dayBefore, namedDay, paragraphsOf, ruleDay } from '../domain/statute.ts'
import { citedIn, type Cited } from './citing.ts'

/** What quoting needs: the laws that may be named on a day, and the text of an article as of it. */
export type QuotePorts = {
  laws(day?: string): readonly Law[]
  article(ref: ArticleRef, day?: string): { readonly entry: Entry } | undefined
}

/**
 * What a message that names articles gets: their texts as an entry, or words on why there is none. `asked` says
 * that the text itself is asked for, and not something else in whose telling a law is named.
 */
export type Quote = { readonly asked: boolean; readonly refs: readonly ArticleRef[] } & ({ readonly kind: 'text'; readonly entry: Entry } | { readonly kind: 'none'; readonly text: string })

/** Where every law can be read. */
export const database = '国家法律法规数据库 https://flk.npc.gov.cn'
const mostAtOnce = 5
const asksText = /说(?:的|了)?(?:是)?[什啥]|怎么说|咋说|讲(?:的|了)?(?:是)?[什啥]|内容|原文|全文|条文|法条|规定(?:的|了)?(?:是)?[什啥]|怎么规定|咋规定|是[什啥]|[看查]一?[下看]|念|发给?我/
const fewWords = 6

/** Reads a message for articles that it names; undefined where it names none. `today` is an ISO day. */
export function quoteFor(text: string, today: string, ports: QuotePorts): Quote | undefined {
  const day = ruleDay(text, today) ?? namedDay(text, today) ?? dayBefore(text.slice(0, citedIn(text, ports.laws()).at), today)
  const cited = citedIn(text, ports.laws(day), day)
  const { refs, beyond, ended, unknown, rest } = cited
  if (refs.length + beyond.length + ended.length + unknown.length === 0) return undefined
  const asked = rest.length <= fewWords || (asksText.test(rest) && rest.length <= 24)
  const found = refs.flatMap((ref) => {
    const known = ports.article(ref, day)?.entry
    return known ? [{ ref, entry: known }] : []
  })
  const notes = notesOn(cited, refs.filter((ref) => !found.some((one) => one.ref === ref)), day, ports)
  const [only] = found
  if (!only) return { kind: 'none', asked, refs, text: notes.join('\n') }
  return { kind: 'text', asked, refs, entry: entryOf(found, notes) }
}

/** The texts of several articles, five in full and the rest by name; articles that are not held say where they can be read. */
export function articleTexts(refs: readonly ArticleRef[], ports: QuotePorts, day?: string): { readonly text: string; readonly verbatim: readonly StatuteArticleEntry[]; readonly ours: boolean } {
  const known = refs.map((ref) => ({ ref, entry: ports.article(ref, day)?.entry }))
  const texts = known.slice(0, mostAtOnce).map(({ ref, entry }) => `${articleLabel(ref)}\n${entry?.answer ?? `这里没有导入它的原文，请看${database}`}`)
  const more = known.slice(mostAtOnce).map(({ ref }) => articleLabel(ref))
  const shown = known.slice(0, mostAtOnce).flatMap(({ entry }) => entry ?? [])
  return {
    text: [...texts, ...(more.length > 0 ? [restLine(more)] : [])].join('\n\n'),
    verbatim: shown.filter((entry) => entry.kind === 'statute'), ours: shown.some((entry) => entry.kind !== 'statute'),
  }
}

/** What stands under verbatim text: no machine wrote it. Names each version. */
export function verbatimLabel(versions: readonly Pick<StatuteArticleEntry, 'law' | 'version' | 'from'>[]): string {
  const seen = [...new Map(versions.map((one) => [`${one.law} ${one.version}`, one])).values()]
  const [only, ...others] = seen
  const dates = only && others.length === 0 ? `${only.version} 版，${only.from} 起施行` : seen.map(({ law, version }) => `《${law}》${version} 版`).join('、')
  return `法律原文（${dates}），逐字照录，不是 AI 生成`
}

type Found = { readonly ref: Cited['refs'][number]; readonly entry: Entry }

function entryOf(found: readonly Found[], notes: readonly string[]): Entry {
  const [only, ...others] = found
  if (!only) throw new Error('a quote needs an article')
  const shown = found.slice(0, mostAtOnce)
  if (others.length === 0 && notes.length === 0) return { ...only.entry, answer: excerpt(only) }
  const texts = shown.map((one) => `${articleLabel(one.ref)}\n${excerpt(one)}`)
  const more = found.slice(mostAtOnce).map(({ ref }) => articleLabel(ref))
  const answer = [...texts, ...(more.length > 0 ? [restLine(more)] : []), ...notes].join('\n\n')
  const quoted = shown.flatMap(({ entry }) => (entry.kind === 'statute' ? entry.quoted : []))
  const common = { id: [...new Set(shown.map(({ entry }) => entry.id))].join('+'), answer, title: shown.map(({ ref }) => articleLabel(ref)).join('、'), basis: shown.map(({ ref: { law, article } }) => ({ law, article })), sections: [] }
  // In our own words where one of them is: the label must not claim more.
  const lead = shown.find(({ entry }) => entry.kind !== 'statute')?.entry ?? only.entry
  return lead.kind === 'statute' ? { ...lead, ...common, quoted } : { ...lead, ...common, id: lead.id }
}

/** The part that was asked for, or the whole article. */
function excerpt({ ref: { paragraph, item }, entry }: Found): string {
  if ((paragraph === undefined && item === undefined) || entry.kind !== 'statute') return entry.answer
  const [, lead = '', text = entry.answer] = /^(\d{4}-\d\d-\d\d 有效的文本[^\n]*\n)?([\s\S]*)$/.exec(entry.answer) ?? []
  const paragraphs = paragraphsOf(text)
  const own = paragraph === undefined ? paragraphs.filter(({ items }) => items.length > 0) : paragraphs.filter(({ number }) => number === paragraph)
  if (own.length !== 1 || !own[0]) return `${lead}${paragraph === undefined ? '这一条没有分项' : `这一条一共 ${paragraphs.length} 款，没有第${chineseNumber(paragraph)}款`}，整条如下：\n${text}`
  const where = paragraph === undefined ? '' : `第${chineseNumber(paragraph)}款`
  if (item === undefined) return `${lead}${where}：${[own[0].text, ...own[0].items.map((one) => one.text)].join('\n')}`
  const chosen = own[0].items.find(({ number }) => number === item)
  if (!chosen) return `${lead}${where || '这一条'}一共 ${own[0].items.length} 项，没有第${chineseNumber(item)}项，整条如下：\n${text}`
  return `${lead}${where}第${chineseNumber(item)}项：${own[0].text}\n${chosen.text}`
}

function notesOn({ beyond, ended, unknown }: Cited, notHeld: readonly ArticleRef[], day: string | undefined, ports: QuotePorts): string[] {
  const laws = new Map(ports.laws(day).map((law) => [shortName(law), law]))
  const absent = notHeld.map((ref) => {
    const law = laws.get(ref.law)
    const early = day !== undefined && law !== undefined && !inForce(law, day)
    return early ? `${day} 那天《${ref.law}》还没有施行（${law.effective} 起施行），没有当时的${articleName(ref.article)}。` : `${articleLabel(ref)}${day === undefined ? '' : ` ${day} 时`}的原文我这里没有。`
  })
  return [
    ...beyond.map(({ law, article }) => (law.missing.includes(Number(article)) ? `《${shortName(law)}》里没有${articleName(article)}（这个条号空着）。` : `《${shortName(law)}》一共 ${law.articles} 条，没有${articleName(article)}。`)),
    ...ended.map(({ law, article }) => `《${shortName(law)}》已于 ${law.repealed} 废止${law.replacedBy ? `，由《${law.replacedBy}》接替` : ''}，${articleName(article)}现在不能用了。要看当时的，说「${Number(law.repealed?.slice(0, 4)) - 1}年的${shortName(law)}${articleName(article)}」。`),
    ...absent,
    ...unknown.map(({ law, article }) => `《${law}》我这里没有，看不到${articleName(article)}。`),
    ...(absent.length + unknown.length > 0 ? [`官方文本在${database}，搜法律的名称就能看到。`] : []),
  ]
}

function restLine(labels: readonly string[]): string {
  return `还有：${labels.join('、')}。一次最多看 ${mostAtOnce} 条，要看哪条单独说。`
}
