/** What we remember of one person in one conversation, so that the next message is understood. */
export type Conversation = {
  /** The entry last answered from; 「详细」 and follow-ups refer to it. */
  readonly lastEntry?: string
  readonly lastQuestion?: string
  readonly lastAt?: string
  /** What we asked back and wait for: an entry's branch, or which of several entries is meant. `asked` counts questions in a row. */
  readonly pending?: { readonly entry?: string; readonly choices?: readonly { readonly label: string; readonly entry: string }[]; readonly question: string; readonly asked: number }
  /** The ticket whose adviser holds the conversation: the assistant is silent. */
  readonly ticket?: number
}
