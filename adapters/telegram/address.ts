import type { Outbound } from '../../src/domain/message.ts'

/** A chat, or one topic of a group with topics: `-100123` or `-100123/7`. */
export function toConversation(chat: number, topic?: number): string {
  return topic === undefined ? String(chat) : `${chat}/${topic}`
}

export function readConversation(conversation: string): { chat: string; topic?: number } {
  const [chat = '', topic] = conversation.split('/')
  return topic === undefined ? { chat } : { chat, topic: Number(topic) }
}

/** The number of the message to hang a reply on; only ever in the same chat, so that nothing is quoted elsewhere. */
export function readReplyTo({ to, replyTo = '' }: Pick<Outbound, 'to' | 'replyTo'>): number | undefined {
  const [, chat, message] = /^(-?\d+):(\d+)$/.exec(replyTo) ?? []
  return chat === readConversation(to.conversation).chat ? Number(message) : undefined
}
