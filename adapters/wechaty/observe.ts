import type { Message, Wechaty } from 'wechaty'
import { attachments, type Kind, type Said } from './said.ts'

/** Asks Wechaty for all that a message means; what it cannot tell (an alias, a name) falls back to less. */
export async function observe(bot: Wechaty, message: Message): Promise<Said> {
  const talker = message.talker()
  const room = message.room()
  const us = bot.currentUser
  const alias = async (contact: typeof talker) => (room ? await room.alias(contact).catch(() => undefined) : undefined)
  const name = (await alias(talker)) ?? talker.name()
  const names = [us.name(), await alias(us)].filter((known) => known !== undefined && known !== '') as string[]
  const mentions = room ? await message.mentionList().catch(() => []) : []
  return {
    id: message.id,
    kind: kindOf(bot, message),
    text: message.text(),
    at: message.date(),
    talker: { id: talker.id, name: name || talker.id, official: talker.type() === bot.Contact.Type.Official },
    ...(room ? { room: room.id } : {}),
    mentions: mentions.map(({ id }) => id),
    us: { id: us.id, names },
  }
}

function kindOf(bot: Wechaty, message: Message): Kind {
  const name = bot.Message.Type[message.type()] ?? ''
  return name === 'Text' || name in attachments ? (name as Kind) : 'Other'
}
