import type { Address, Inbound, Outbound } from '../../src/domain/message.ts'

/** The ledger's side of a conversation. */
export type Ledger = {
  history(at: Address, after?: number): Promise<{ seq: number; message: Outbound; at: Date }[]>
  asked(at: Address): Promise<Inbound[]>
  votes(at: Address): Promise<{ message: string; up: boolean }[]>
}

/** One thing that was said, by the resident or by us. */
export type Turn =
  | { readonly kind: 'asked'; readonly id: string; readonly text: string; readonly at: Date; readonly answered: boolean }
  | { readonly kind: 'said'; readonly seq: number; readonly message: Outbound; readonly at: Date; readonly vote?: boolean }

/** A conversation as the page shows it; `earlier` counts the turns before those shown. */
export type Talk = { readonly turns: readonly Turn[]; readonly earlier: number; readonly seq: number }

const mostTurns = 120

/** Both sides in the order they came, the resident's words before ours of the same instant. */
export async function readTalk(ledger: Ledger, conversation: string): Promise<Talk> {
  const at = addressOf(conversation)
  const [said, asked, votes] = await Promise.all([wholeHistory(ledger, conversation), ledger.asked(at), ledger.votes(at)])
  const answered = new Set(said.map(({ message }) => message.replyTo))
  const voted = new Map(votes.map(({ message, up }) => [message, up]))
  const turns: Turn[] = [
    ...asked.map((message): Turn => ({ kind: 'asked', id: idGiven(message), text: message.text, at: message.at, answered: answered.has(message.id) })),
    ...said.map(({ seq, message, at: when }): Turn => {
      const vote = voted.get(message.id)
      return { kind: 'said', seq, message, at: when, ...(vote === undefined ? {} : { vote }) }
    }),
  ]
  turns.sort((a, b) => a.at.getTime() - b.at.getTime())
  return { turns: turns.slice(-mostTurns), earlier: Math.max(0, turns.length - mostTurns), seq: said.at(-1)?.seq ?? 0 }
}

/** Our messages of a conversation, however many, each once. */
export async function wholeHistory(ledger: Pick<Ledger, 'history'>, conversation: string): Promise<{ seq: number; message: Outbound; at: Date }[]> {
  const all = new Map<string, { seq: number; message: Outbound; at: Date }>()
  for (let after = 0; ; ) {
    const rows = await ledger.history(addressOf(conversation), after)
    for (const row of rows) if (!all.has(row.message.id)) all.set(row.message.id, row)
    const last = rows.at(-1)?.seq ?? after
    if (last <= after) return [...all.values()]
    after = last
  }
}

export function addressOf(conversation: string): Address {
  return { channel: 'web', conversation }
}

/** The ledger knows a message by conversation and id together: nobody can use up another's ids. */
export function inboundId(conversation: string, id: string): string {
  return `${conversation}:${id}`
}

/** The id as the sender gave it. */
export function idGiven({ id }: Pick<Inbound, 'id'>): string {
  return id.slice(id.indexOf(':') + 1)
}
