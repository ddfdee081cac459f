import type { Writer } from '../domain/passage.ts'
import { openBudget, type Limits, type Prices } from './budget.ts'
import { openChatModel, type ChatModelOptions } from './chat-model.ts'
import { createWriter } from './writer.ts'

export type WriterOptions = Omit<ChatModelOptions, 'longestReply'> & { readonly budgetFile: string; readonly limits: Limits; readonly prices: Prices; readonly today: () => string }

/** Tokens of a reply: eight sentences with their marks fit twice. */
const longestReply = 1200

/** Opens the configured model, with the prompts read and the budget as the last run left it. */
export async function openWriter({ budgetFile, limits, prices, today, ...chat }: WriterOptions): Promise<Writer> {
  const model = await openChatModel({ ...chat, longestReply })
  return createWriter({ model, budget: openBudget({ file: budgetFile, limits, prices, today }), longestReply })
}
