import type { ChannelName, Inbound } from '../../src/domain/message.ts'

export type Query = Readonly<Record<string, string>>

/** A call as it came to us: something said, with how to answer it at once, or nothing for us. */
export type Came = { readonly kind: 'message'; readonly message: Inbound; wrap(text: string): Letter } | { readonly kind: 'nothing' }

/** The body of an answer. */
export type Letter = { readonly body: string; readonly type: string }

/** One platform's way of calling us and of being called. */
export type Dialect = {
  readonly name: ChannelName
  /** Where the platform calls. */
  readonly path: string
  readonly longestText: number
  /** The body that means: taken, nothing to say, do not come again. */
  readonly done: string
  /** What to answer to the call that tests our address; undefined when it is not from the platform. */
  echo(query: Query): string | undefined
  /** `forged` for a call that is not from the platform, `unreadable` for one we cannot make sense of. */
  read(query: Query, body: string, now: Date): Came | 'forged' | 'unreadable'
  /** Rejects with ChannelLost when our own papers are wrong. */
  check(): Promise<void>
  /** Writes to somebody by ourselves; rejects with DeliveryFailed. */
  send(to: string, text: string): Promise<void>
  /** Whether the account, as far as we know, can speak only when it is called. */
  onlyWhenCalled?(): boolean
}
