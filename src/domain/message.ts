/** The platforms we speak through; each has one adapter. */
export type ChannelName = 'terminal' | 'web' | 'telegram' | 'wechat' | 'wecom' | 'official-account' | 'weibo'

/** Where a message came from, and so where a reply to it goes. */
export type Address = { readonly channel: ChannelName; readonly conversation: string }

/** One message as it came from a platform. */
export type Inbound = {
  /** The platform's own id. The inbox refuses one it has seen, so a webhook may retry freely. */
  readonly id: string
  readonly from: Address
  readonly sender: string
  /** How the platform names the sender, where it does. */
  readonly senderName?: string
  readonly text: string
  /** The words as they were written, where `text` has them in simplified characters. */
  readonly original?: string
  readonly at: Date
  /** A group that others read, or one-to-one. */
  readonly place: 'direct' | 'group'
  /** One-to-one, mentioned, or answering one of our messages: somebody waits for us. */
  readonly addressed: boolean
  /** The text of the message it quotes, where the platform gives it. */
  readonly quote?: string
  /** The sender is a program. */
  readonly fromBot?: boolean
  /** What came instead of text, named for the resident: 图片, 语音, 文件 … */
  readonly attachment?: string
}

/** One message to send. `text` suffices everywhere; `sheet` and `actions` serve channels that can show more. */
export type Outbound = {
  /** Our own id; a channel that can show a message once by id does so. */
  readonly id: string
  readonly to: Address
  readonly text: string
  /** The platform id of the message that this answers. */
  readonly replyTo?: string
  /** Whom a reply in a group is for. */
  readonly mention?: { readonly id: string; readonly name: string }
  readonly sheet?: Sheet
  readonly actions?: readonly Action[]
}

/** A button under a message: what it says, and what a press sends. */
export type Action = { readonly label: string; readonly send: string }

/** An answer laid out: who speaks, the conclusion first, then steps, places and the law. */
export type Sheet = {
  readonly by: 'assistant' | 'adviser'
  readonly kind: 'answer' | 'urgent' | 'escalated' | 'refused' | 'note'
  readonly conclusion: string
  readonly steps?: readonly string[]
  readonly notes?: readonly string[]
  readonly places?: readonly { readonly name: string; readonly phone?: string; readonly about: string }[]
  readonly calls?: readonly { readonly name: string; readonly phone: string }[]
  readonly citations?: readonly { readonly label: string; readonly text: string; readonly verbatim: boolean; readonly status: string }[]
  /** The line that says who made the text, and how far to trust it. */
  readonly label: string
  /** The words are those of the law, or taken from its register: no machine made them. */
  readonly verbatim?: true
  readonly ticket?: number
  readonly signature?: { readonly name: string; readonly licence: string }
}

/** What a channel may tell us: a message came, somebody voted, or the connection is gone for good. */
export type Desk = {
  /** Resolves once the message is safely noted, not when it is answered. */
  readonly receive: (message: Inbound) => Promise<void>
  readonly vote: (vote: Vote) => Promise<void>
  readonly lost: (cause: unknown) => void
}

/** 👍 or 👎 on one of our messages. */
export type Vote = { readonly message: string; readonly from: Address; readonly sender: string; readonly up: boolean }

/** Checked words of an answer that is still being written: all of them so far. `id` is that of the message that will take their place. */
export type Unfinished = { readonly id: string; readonly to: Address; readonly replyTo: string; readonly text: string; readonly label: string }

/** A messaging platform, cut down to what we ask of every one of them. */
export type Channel = {
  readonly name: ChannelName
  /** Characters that one message may hold; longer texts are cut at a paragraph. */
  readonly longestText: number
  start(desk: Desk): Promise<void>
  /** Resolves when the platform took the message; rejects with DeliveryFailed when it did not. */
  send(message: Outbound): Promise<void>
  /** Shows words of an answer that is still being written; what is sent in the end takes their place. Only channels that can take words back have it. */
  update?(words: Unfinished): void
  stop(): Promise<void>
}
