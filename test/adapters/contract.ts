import { afterEach, expect, test, vi } from 'vitest'
import type { Channel, Desk, Inbound, Outbound } from '../../src/domain/message.ts'

/** A channel over a far end that a test holds: push a message in as the platform would, read what came out. */
export type Platform = {
  channel: Channel
  /** Brings a one-to-one text in; twice the same id is the same message again. */
  push(text: string, id: string): Promise<void>
  /** How the far end treats the next message that we send. */
  refuseNext(how: 'for now' | 'for good'): void
  /** Texts that the far end took, in order. */
  sent(): readonly string[]
  /** A conversation that exists there, as an address names it. */
  readonly conversation: string
  /** The far end goes away, after the channel. */
  close(): Promise<void>
  /** Where a platform has no lasting refusal. */
  readonly neverForGood?: boolean
}

export const deskOf = (over: Partial<Desk> = {}): Desk => ({
  receive: async () => {},
  vote: async () => {},
  lost: (cause) => {
    throw cause
  },
  ...over,
})

/** Every channel passes this, or it is not a channel. */
export function behavesLikeAChannel(open: () => Promise<Platform>) {
  let opened: Platform[] = []

  async function openOne(): Promise<Platform> {
    const platform = await open()
    opened.push(platform)
    return platform
  }

  afterEach(async () => {
    for (const { channel, close } of opened) {
      await channel.stop()
      await close()
    }
    opened = []
  })

  const outbound = (platform: Platform, over: Partial<Outbound> = {}): Outbound => ({ id: 'o1', to: { channel: platform.channel.name, conversation: platform.conversation }, text: '好', ...over })

  test('hands over text untouched, and a repeat under the same id', async () => {
    const platform = await openOne()
    const got: Inbound[] = []
    await platform.channel.start(deskOf({ receive: async (message) => void got.push(message) }))
    await platform.push('  试用期多久？\n第二行', 'm1')
    await platform.push('  试用期多久？\n第二行', 'm1')
    await platform.push('还有一句', 'm2')
    await vi.waitFor(() => expect(got.at(-1)?.text).toBe('还有一句'))
    expect(got[0]?.text).toBe('  试用期多久？\n第二行')
    expect(new Set(got.map(({ id }) => id)).size).toBe(2)
    expect(got[0]).toMatchObject({ place: 'direct', addressed: true, from: { channel: platform.channel.name } })
  })

  test('sends to where a message came from', async () => {
    const platform = await openOne()
    const got: Inbound[] = []
    await platform.channel.start(deskOf({ receive: async (message) => void got.push(message) }))
    await platform.push('在吗', 'm1')
    await vi.waitFor(() => expect(got).toHaveLength(1))
    await platform.channel.send(outbound(platform, { to: got[0]!.from, replyTo: got[0]!.id, text: '在的' }))
    expect(platform.sent()).toEqual(['在的'])
  })

  test('says whether a refused message is worth trying again', async () => {
    const platform = await openOne()
    await platform.channel.start(deskOf())
    platform.refuseNext('for now')
    await expect(platform.channel.send(outbound(platform))).rejects.toMatchObject({ code: 'delivery-failed', retry: true })
    if (!platform.neverForGood) {
      platform.refuseNext('for good')
      await expect(platform.channel.send(outbound(platform))).rejects.toMatchObject({ code: 'delivery-failed', retry: false })
    }
    await platform.channel.send(outbound(platform))
    expect(platform.sent()).toEqual(['好'])
  })

  test('cuts what is too long, loses nothing of it, and after a refusal goes on where it was', async () => {
    const platform = await openOne()
    await platform.channel.start(deskOf())
    const text = Array.from({ length: Math.ceil((platform.channel.longestText * 2.5) / 30) }, (_, line) => `第${line}条：用人单位应当按照约定和规定及时足额支付报酬。`).join('\n')
    platform.refuseNext('for now')
    await expect(platform.channel.send(outbound(platform, { text }))).rejects.toMatchObject({ retry: true })
    await platform.channel.send(outbound(platform, { text }))
    const sent = platform.sent()
    expect(sent.length).toBeGreaterThan(1)
    expect(Math.max(...sent.map((piece) => piece.length))).toBeLessThanOrEqual(platform.channel.longestText)
    expect(sent.join('\n')).toBe(text)
  })

  test('sends nothing before the start, and says to try later', async () => {
    const platform = await openOne()
    await expect(platform.channel.send(outbound(platform))).rejects.toMatchObject({ code: 'delivery-failed', retry: true })
    expect(platform.sent()).toEqual([])
  })

  test('does not count a message as handed over when it could not be noted', async () => {
    const platform = await openOne()
    const tries: string[] = []
    await platform.channel.start(
      deskOf({
        receive: async ({ id }) => {
          tries.push(id)
          if (tries.length === 1) throw new Error('disk full')
        },
      }),
    )
    const pushed = platform.push('厂里欠薪', 'm1')
    const refused = await pushed.then(() => false, () => true)
    if (!refused) await vi.waitFor(() => expect(tries).toHaveLength(2), { timeout: 10_000 })
    expect(new Set(tries).size).toBe(1)
  })

  test('stops cleanly, twice too, and hands nothing over afterwards', async () => {
    const platform = await openOne()
    const got: Inbound[] = []
    await platform.channel.start(deskOf({ receive: async (message) => void got.push(message) }))
    await platform.channel.stop()
    await platform.channel.stop()
    await platform.push('还在吗', 'm1').catch(() => {})
    expect(got).toEqual([])
  })
}
