import type { Knex } from 'knex'

/** An entry that a closed ticket offers to the knowledge folder. */
export type OfferedDraft = { readonly ticket: number; readonly id: string; readonly markdown: string }

/** Notes an offer; writing the file comes after, and again if the process dies in between. */
export async function offerDraft(db: Knex, { ticket, id, markdown }: OfferedDraft, now: Date): Promise<void> {
  await db('drafts').insert({ ticket, draft: JSON.stringify({ id, markdown }), state: 'offered', at: now.getTime() }).onConflict('ticket').merge()
}

export function createDrafts(db: Knex) {
  return {
    /** Offers whose file is not written yet. */
    async offered(): Promise<OfferedDraft[]> {
      const rows = await db('drafts').where({ state: 'offered' }).orderBy('ticket').select<{ ticket: number; draft: string }[]>('ticket', 'draft')
      return rows.map(({ ticket, draft }) => ({ ticket, ...(JSON.parse(draft) as Omit<OfferedDraft, 'ticket'>) }))
    },
    async written(ticket: number): Promise<void> {
      await db('drafts').where({ ticket, state: 'offered' }).update({ state: 'written' })
    },
    /** Offers that were taken back, because the resident had it all erased. */
    async withdrawn(): Promise<number[]> {
      const rows = await db('drafts').where({ state: 'withdrawn' }).select<{ ticket: number }[]>('ticket')
      return rows.map(({ ticket }) => ticket)
    },
    async removed(ticket: number): Promise<void> {
      await db('drafts').where({ ticket, state: 'withdrawn' }).delete()
    },
  }
}
