import type { Counsel } from './assistant.ts'
import { likelyOnCard } from './consult/likely.ts'
import { phrase, plain } from './consult/wording.ts'
import type { Inbound } from './domain/message.ts'
import type { Outcome } from './domain/outcome.ts'

/** A text for an adviser to go over and paste; `found` says whether there was anything to make it of. */
export type PastedDraft = { readonly text: string; readonly found: boolean }

/** What the assistant would answer one-to-one, in the model's words where one is configured, ready to paste. */
export function createDrafting({ assistant, now }: { assistant: Counsel; now(): Date }) {
  return async function draft(question: string): Promise<PastedDraft> {
    const asked: Inbound = { id: 'draft', from: { channel: 'terminal', conversation: 'draft' }, sender: 'draft', text: question, at: now(), place: 'direct', addressed: true }
    const decided = await assistant.decide(asked, {})
    const outcome = (await assistant.word?.(decided, asked, {})) ?? decided
    const sheet = phrase(withoutBranch(outcome), asked, assistant.words)[0]?.sheet
    if (outcome.kind === 'answered' && sheet) return { found: true, text: `【草稿，看过再粘贴】\n${plain({ ...sheet, steps: [] })}` }
    const { draft: nearest, likely } = outcome.kind === 'escalated' ? outcome.ticket : {}
    const where = likely ? `\n\n【只给您看，别粘贴】${likelyOnCard(likely)}` : ''
    if (nearest) return { found: true, text: `【草稿，把握只有 ${Math.round(nearest.confidence * 100)}%，请改过再粘贴】\n${nearest.text}\n（AI 生成，仅供参考，不代替律师意见）${where}` }
    if (outcome.kind === 'refused') return { found: false, text: '这句不像要答复的法律问题。把居民的问题贴给我，我拟一段答复；说「帮助」看别的写法。' }
    return { found: false, text: outcome.kind === 'told' ? outcome.text : `这件事我没查到能用的，拟不出来，得您自己写。${where}` }
  }
}

/** Pasted elsewhere nobody could answer what we would ask back. */
function withoutBranch(outcome: Outcome): Outcome {
  if (outcome.kind !== 'answered') return outcome
  const { branch: _unasked, ...answer } = outcome.answer
  return { ...outcome, answer }
}
