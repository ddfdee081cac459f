import { createHash } from 'node:crypto'
import type { Friendship, RoomInvitation, Wechaty } from 'wechaty'
import type { Inbound } from '../../src/domain/message.ts'
import { greeting } from '../greeting.ts'
import { toConversation } from './said.ts'

export type DoorOptions = {
  /** Whether everybody may be our friend. */
  readonly acceptFriends: boolean
  /** Whether an account is an adviser's or an admin's. */
  trusts(id: string): boolean
  /** Does it when a person would: in turn with what is being sent. */
  inTurn(work: () => Promise<void>): Promise<void>
  /** Takes a newcomer's hello like any message. */
  receive(hello: Inbound): Promise<void>
  tell(text: string): void
  report(problem: string): void
  now(): Date
}

/**
 * Opens to friends, each of whom is welcomed once, and goes only into groups that an adviser or admin invites
 * us to: anybody may add an account to a group, and in a strange one we have nothing to say.
 */
export function keepDoor(bot: Wechaty, { acceptFriends, trusts, inTurn, receive, tell, report, now }: DoorOptions): void {
  const declined = new Set<string>()

  async function befriend(friendship: Friendship): Promise<void> {
    const { Receive, Confirm } = bot.Friendship.Type
    const contact = friendship.contact()
    if (friendship.type() === Receive) {
      if (!acceptFriends) return report(`有人加微信好友，按设置没有通过：${contact.id}`)
      await inTurn(() => friendship.accept())
    } else if (friendship.type() !== Confirm) return
    await receive({
      // Some gateways tell of one friendship twice, under two ids.
      id: `hello:${createHash('sha256').update(`${bot.currentUser.id} ${contact.id}`).digest('base64url').slice(0, 22)}`,
      from: { channel: 'wechat', conversation: toConversation({ kind: 'friend', id: contact.id }) },
      sender: contact.id, senderName: contact.name() || contact.id, text: greeting, at: now(), place: 'direct', addressed: true,
    })
  }

  async function invited(invitation: RoomInvitation): Promise<void> {
    const { inviterId, topic } = await bot.puppet.roomInvitationPayload(invitation.id)
    if (trusts(inviterId)) {
      await inTurn(() => bot.puppet.roomInvitationAccept(invitation.id))
      return report(`已应邀进微信群「${topic}」`)
    }
    report(`没有进微信群「${topic}」：邀请人 ${inviterId} 不在名册里`)
    if (declined.has(`${inviterId} ${topic}`)) return
    declined.add(`${inviterId} ${topic}`)
    const name = (await bot.Contact.find({ id: inviterId }).catch(() => undefined))?.name()
    tell(`有人（${name || inviterId}）请微信助手进群「${topic}」，没有进：邀请人不是名册里的顾问或管理员。要让助手进这个群，请顾问或管理员来邀请。`)
  }

  // A handler that throws would end the process; wrapAsync turns that into an `error` event.
  bot.on('friendship', bot.wrapAsync(befriend))
  bot.on('room-invite', bot.wrapAsync(invited))
}
