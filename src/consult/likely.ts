import { articleLabel, articleName, type ArticleRef } from '../domain/law.ts'
import type { Action, Sheet } from '../domain/message.ts'
import type { Passage } from '../domain/passage.ts'
import type { LikelyArticle, LikelyArticles } from '../domain/statute.ts'
import type { EscalationReason, TicketDraft } from '../domain/ticket.ts'

/** Articles offered to a resident: more would not be read, and that one of so many is right is what was measured. */
const mostOffered = 3
const mostOnCard = 3
/** Less likely articles than these would keep an adviser reading for nothing. */
const leastOnCard = 0.25
const startLength = 36

/** Escalations for whose question the articles are looked up: not for an emergency, another country's law or our own failure. */
const lookedUp: ReadonlySet<EscalationReason> = new Set(['nothing-found', 'unsure', 'out-of-date', 'asked-for-a-person'])
/** Those of them where a resident who waits may be shown where to look. */
const offered: ReadonlySet<EscalationReason> = new Set(['nothing-found', 'unsure', 'out-of-date'])

/** Whether an escalated question is searched in the imported articles. */
export function isLookedUp(because: EscalationReason): boolean {
  return lookedUp.has(because)
}

/** The articles as far as a resident may see them: sure enough, and of a message that plainly is a question. */
export function offerable(likely: LikelyArticles | undefined, because: EscalationReason, question: number): LikelyArticles | undefined {
  return likely?.sure && offered.has(because) && question >= 0.5 ? { ...likely, articles: [likely.articles[0], ...likely.articles.slice(1, mostOffered)] } : undefined
}

/** What the ticket keeps of them, for the adviser's card; nothing where none is likely enough. */
export function likelyForTicket({ articles, confidence, day }: LikelyArticles): TicketDraft['likely'] {
  return confidence < leastOnCard ? undefined : { day, confidence, articles: articles.map(({ law, article, text }) => ({ law, article, start: startOf(text) })) }
}

/** The lines of the card. */
export function likelyOnCard({ articles, confidence, day }: NonNullable<TicketDraft['likely']>): string {
  const lines = articles.slice(0, mostOnCard).map(({ law, article, start }, index) => `${index + 1}. ${articleLabel({ law, article })}「${start}」`)
  return [`可能有关的法条（机器检索 ${day} 有效的法律，不是答复；其中有对得上的把握 ${Math.round(confidence * 100)}%）：`, ...lines].join('\n')
}

/** What a resident reads under the notice that an adviser was asked, each article to be unfolded. */
export function likelyForResident({ articles }: LikelyArticles): { note: string; citations: NonNullable<Sheet['citations']>; actions: Action[] } {
  const lines = articles.map((ref) => `· ${articleLabel(ref)}：${startOf(ref.text)}`)
  return {
    note: ['可能有关的法条（机器找的，还不是答复，以顾问说的为准）：', ...lines, `要看全文，回「${callOf(articles[0])}」这样的条号，或回「原文」。`].join('\n'),
    citations: articles.map((ref) => ({ label: articleLabel(ref), text: ref.text, verbatim: true, status: '可能有关，还不是答复' })),
    actions: articles.map((ref) => ({ label: `看${callOf(ref)}`, send: callOf(ref) })),
  }
}

/** The same articles as passages for a model; they are what was found, not what was asked for. */
export function likelyPassages({ articles }: LikelyArticles): Passage[] {
  return articles.map(({ law, article, text }, index) => ({ id: `l${index + 1}`, label: articleLabel({ law, article }), text, ref: { law, article } }))
}

/** Words that bring an article when they are sent back. */
export function callOf({ law, article }: ArticleRef): string {
  return `${law}${/^\d+$/.test(article) ? `${article}条` : articleName(article)}`
}

function startOf(text: LikelyArticle['text']): string {
  const line = text.replace(/\s+/g, '')
  return line.length > startLength ? `${line.slice(0, startLength)}…` : line
}
