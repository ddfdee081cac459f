import { stringify } from 'yaml'
import { articleName, shortName, type ArticleRef, type Law } from '../domain/law.ts'
import type { Ticket } from '../domain/ticket.ts'
import { redact } from '../safety/redact.ts'
import { citedIn } from './citing.ts'

/**
 * The entry that a closed ticket offers to the knowledge folder, masked: how it was asked, what the adviser
 * answered, and the articles that the answer names. Undefined when nobody answered.
 */
export function draftEntry(ticket: Ticket, laws: readonly Law[], day: string): { ticket: number; id: string; markdown: string } | undefined {
  const answers = ticket.said.filter(({ reply }) => reply)
  const answer = answers.map(({ text }) => redact(text)).join('\n\n')
  if (answer === '') return undefined
  const named = citedIn(answer, laws).refs
  const basis = named.length > 0 ? named : []
  const id = `ticket-${ticket.number}`
  const questions = [ticket.question, ...ticket.said.filter(({ by }) => by === 'resident').map(({ text }) => redact(text))].filter(Boolean)
  const matter = {
    id, kind: 'guide', title: `（待改）${ticket.question.slice(0, 24)}`, domain: ticket.domain ?? '公共法律服务', risk: 'adviser', checked: day, basis: group(basis), services: ['hotline-12348'], questions,
    draft: { ticket: ticket.number, expires: expiryOf(basis, laws) },
  }
  const markdown = [
    '---', stringify(matter).trim(), '---', '',
    '<!-- 这是草稿，助手不会拿它答复居民。管理员要做的：',
    '1. 核对答复和依据；去掉还能认出人的话；补足 12 句问法；答复改成 300 字以内的大白话。',
    '2. 删掉 draft 两行和这段说明，改好 id 和标题，把文件移到 knowledge/guides/。',
    `3. 跑 npm run check-knowledge，没有问题就生效了。`,
    `   依据的法律被修改、废止或者接替，草稿就过期：npm run drafts 会标出来。 -->`, '',
    '## 简答', '', answer, '', '## 怎么办', '', '1. **（待补）**：', '', '## 依据', '', basis.length > 0 ? basis.map(({ law, article }) => `- 《${law}》${articleName(article)}`).join('\n') : '- （答复里没有写明法条，请补上）', '',
  ].join('\n')
  return { ticket: ticket.number, id, markdown }
}

function group(refs: readonly ArticleRef[]): { law: string; articles: string[] }[] {
  const laws = [...new Set(refs.map(({ law }) => law))]
  return laws.map((law) => ({ law, articles: refs.filter((ref) => ref.law === law).map(({ article }) => article) }))
}

/** What the draft is good for: each law with the version it was checked against. */
function expiryOf(refs: readonly ArticleRef[], laws: readonly Law[]): Record<string, string> {
  const cited = laws.filter((law) => refs.some((ref) => ref.law === shortName(law)))
  return Object.fromEntries(cited.map((law) => [shortName(law), law.amended ?? law.effective]))
}

/** What the imported texts say of a law: the day its version in force was made, and why it may not be cited. */
export type ImportedLaw = { readonly made?: string | undefined; readonly objection?: string | undefined }

/** Why a draft has expired, by the register and the imported texts as they are on an ISO day; undefined while it is good. */
export function expiredBecause(versions: Readonly<Record<string, string>>, laws: readonly Law[], day: string, imported: (law: string) => ImportedLaw = () => ({})): string | undefined {
  for (const [name, version] of Object.entries(versions)) {
    const law = laws.find((known) => shortName(known) === name)
    if (!law) return `《${name}》已经不在登记表里`
    if (law.repealed && law.repealed <= day) return `《${name}》${law.repealed} 废止${law.replacedBy ? `，由《${law.replacedBy}》接替` : ''}`
    if ((law.amended ?? law.effective) !== version) return `《${name}》改成了 ${law.amended ?? law.effective} 的版本`
    const { made, objection } = imported(name)
    if (objection !== undefined) return objection
    if (made !== undefined && made > version) return `《${name}》在导入的法律原文里已经是 ${made} 的版本`
  }
  return undefined
}
