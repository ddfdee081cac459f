import { PuppetMock, mock } from 'wechaty-puppet-mock'

export type Said = { to: string; text: string; mentions: readonly string[] }

/** The mock puppet, mended: it records mentions of what we send, and can be told to refuse. */
export class VillagePuppet extends PuppetMock {
  readonly sent: Said[] = []
  refusals = 0
  /** Who is signed in as soon as it starts; nobody where a test scans first. */
  account: string | undefined = 'wxid_bot'

  /** Requests of friendship and invitations into rooms, and which of them were accepted. */
  readonly asked = new Map<string, object>()
  readonly accepted: string[] = []

  /** Somebody asks to be friends, or is a friend from now on. */
  befriend(id: string, contactId: string, type: 'asks' | 'is'): void {
    this.asked.set(id, { id, contactId, timestamp: 0, hello: '你好', ...(type === 'asks' ? { type: 2, ticket: 't' } : { type: 1 }) })
    this.emit('friendship', { friendshipId: id })
  }

  invite(id: string, inviterId: string, topic: string): void {
    this.asked.set(id, { id, inviterId, topic, avatar: '', invitation: '', memberCount: 3, memberIdList: [], timestamp: 0, receiverId: 'wxid_bot' })
    this.emit('room-invite', { roomInvitationId: id })
  }

  override async friendshipRawPayload(id: string): Promise<never> {
    return this.asked.get(id) as never
  }
  override async friendshipAccept(id: string): Promise<void> {
    this.accepted.push(id)
  }
  override async roomInvitationRawPayload(id: string): Promise<never> {
    return this.asked.get(id) as never
  }
  override async roomInvitationAccept(id: string): Promise<void> {
    this.accepted.push(id)
  }

  override async onStart(): Promise<void> {
    await super.onStart()
    if (this.account !== undefined) this.login(this.account)
  }

  override async messageSendText(to: string, text: string, mentions: readonly string[] = []): Promise<void> {
    if (this.refusals > 0) {
      this.refusals--
      throw new Error('the far end did not take it')
    }
    await super.messageSendText(to, text)
    this.sent.push({ to, text, mentions: [...mentions] })
  }
}

/** A village on WeChat: the assistant's account, one resident who is a friend, one group. */
export function openVillage() {
  const mocker = new mock.Mocker()
  const puppet = new VillagePuppet({ mocker })
  const me = mocker.createContact({ id: 'wxid_bot', name: '法律助手' })
  const li = mocker.createContact({ id: 'wxid_li', name: '李婶' })
  const wang = mocker.createContact({ id: 'wxid_wang', name: '老王' })
  const known = new Set<string>()
  const room = mocker.createRoom({ id: '123@chatroom', topic: '幸福村一组', memberIdList: [me.id, li.id, wang.id] })

  /** Says a message under an id of its own, for a test that brings it twice. */
  function say(payload: { id?: string; text?: string; type?: number; from?: string; room?: string; mentions?: readonly string[] }): void {
    const { id = `m${Math.random()}`, text = '', type = 7, from = li.id } = payload
    const base = { id, talkerId: from, timestamp: Date.now(), type, text }
    if (!known.has(id)) mocker.MessageMock.create(payload.room === undefined ? { ...base, listenerId: me.id } : { ...base, roomId: payload.room, mentionIdList: [...(payload.mentions ?? [])] })
    known.add(id)
    puppet.emit('message', { messageId: id })
  }

  return { mocker, puppet, me, li, wang, room, say }
}
