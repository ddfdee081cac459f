import { PuppetMock, mock } from 'wechaty-puppet-mock'

export type Said = { to: string; text: string; mentions: readonly string[] }

/** The mock puppet, mended: it records mentions of what we send, and can be told to refuse. */
export class VillagePuppet extends PuppetMock {
  readonly sent: Said[] = []
  refusals = 0
  /** Who is signed in as soon as it starts; nobody where a test scans first. */
  account: string | undefined = 'wxid_bot'

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
