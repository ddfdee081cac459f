import type { Inbound } from '../domain/message.ts'
import type { Reply } from './wording.ts'

/** What a first contact is told, in two lines: who answers, what is kept and for how long, how to object. */
export function noticeLines(retentionDays: number): readonly [string, string] {
  return [
    '第一次跟您说话，先说清楚：我是 AI 助手，不是律师；拿不准的会去掉个人信息后转给村里的法律顾问。',
    `您说的话存 ${retentionDays} 天用来答复和改进；想看回「我的记录」，不同意或想删回「删除我的记录」。`,
  ]
}

/** Puts the notice under the first reply that goes to the resident; an emergency's first words stay first. */
export function withNotice(replies: readonly Reply[], message: Inbound, retentionDays: number): Reply[] {
  const index = replies.findIndex(({ to }) => to.channel === message.from.channel && to.conversation === message.from.conversation)
  const lines = noticeLines(retentionDays)
  return replies.map((reply, at) => {
    if (at !== index) return reply
    const sheet = reply.sheet ? { sheet: { ...reply.sheet, notes: [...(reply.sheet.notes ?? []), ...lines] } } : {}
    return { ...reply, ...sheet, text: `${reply.text}\n\n${lines.join('\n')}` }
  })
}
