import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PuppetServer } from 'wechaty-puppet-service'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { wechatyChannel } from '../../adapters/wechaty.ts'
import type { Channel, Inbound } from '../../src/domain/message.ts'
import { openVillage } from '../support/wechat.ts'
import { deskOf } from './contract.ts'

const home = process.env.HOME
const token = `insecure_${randomUUID()}`
let dir = ''
let endpoint = ''
let channel: Channel
let gateway: { server: PuppetServer; village: ReturnType<typeof openVillage> } | undefined
const got: Inbound[] = []
const told: string[] = []

/** The gateway: Wechaty's real gRPC server before the mock account. */
async function startGateway() {
  const village = openVillage()
  const server = new PuppetServer({ endpoint, puppet: village.puppet, token })
  await server.start()
  return { server, village }
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gateway-'))
  process.env.HOME = dir
  endpoint = `127.0.0.1:${await freePort()}`
  // Only the waits between two tries are shortened; gRPC and Wechaty keep their own.
  const clock = { wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 500))), random: () => 0 }
  channel = wechatyChannel({ puppet: 'wechaty-puppet-service', token, endpoint, memory: join(dir, 'wechat'), clock, keepEveryMs: 1000, show: () => {}, tell: (text) => void told.push(text) })
})
afterAll(async () => {
  await channel.stop()
  await gateway?.server.stop()
  process.env.HOME = home
  await rm(dir, { recursive: true, force: true })
})

test('a gateway that comes up after us is taken up, and carries a question and its answer', async () => {
  await channel.start(deskOf({ receive: async (message) => void got.push(message) }))
  gateway = await startGateway()
  const { li, me, room, puppet } = gateway.village
  await vi.waitFor(
    () => {
      li.say('@法律助手\u2005工资不发咋办', [me]).to(room)
      expect(got.length).toBeGreaterThan(0)
    },
    { timeout: 50_000, interval: 1000 },
  )
  expect(got[0]).toMatchObject({ from: { channel: 'wechat', conversation: 'room:123@chatroom' }, senderName: '李婶', text: '工资不发咋办', addressed: true })
  await channel.send({ id: 'o1', to: got[0]!.from, text: '可以申请劳动仲裁。', mention: { id: got[0]!.sender, name: '李婶' } })
  expect(puppet.sent).toEqual([{ to: room.id, text: '@李婶\u2005可以申请劳动仲裁。', mentions: ['wxid_li'] }])
  await expect(channel.send({ id: 'o2', to: { channel: 'wechat', conversation: 'friend:wxid_gone' }, text: '好' })).rejects.toMatchObject({ retry: false })
})

test('a gateway that goes away is told to the admins, and a message then is kept for later', async () => {
  await gateway!.server.stop()
  gateway = undefined
  await expect(channel.send({ id: 'o3', to: got[0]!.from, text: '好' })).rejects.toMatchObject({ retry: true })
  await vi.waitFor(() => expect(told.join()).toContain('连不上微信网关'))
})

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
