import { expect, test } from 'vitest'
import { createDispatch, type Outbox } from '../../src/desk/dispatch.ts'
import { createReception } from '../../src/desk/reception.ts'
import { DeliveryFailed } from '../../src/domain/errors.ts'
import type { Channel, Inbound, Outbound } from '../../src/domain/message.ts'
import { inbound, outbound } from '../support/messages.ts'

function reception(consult: (message: Inbound) => Promise<string>) {
  const recorded: string[] = []
  const seen = new Set<string>()
  const front = createReception<string>({
    accept: async ({ id }) => (seen.has(id) ? 'repeat' : (seen.add(id), 'new')),
    consult,
    broken: () => '抱歉',
    record: async (message, outcome) => void recorded.push(`${message.id}:${outcome}`),
    dispatch: async () => {},
    report: () => {},
  })
  return { ...front, recorded }
}

test('a repeat is not served twice', async () => {
  const { receive, idle, recorded } = reception(async () => '答')
  await receive(inbound())
  await receive(inbound())
  await idle()
  expect(recorded).toEqual(['m1:答'])
})

test('one person is served in order, another does not wait', async () => {
  const { receive, idle, recorded } = reception(async ({ id }) => {
    await new Promise((resolve) => setTimeout(resolve, id === 'slow' ? 40 : 1))
    return '答'
  })
  await receive(inbound({ id: 'slow' }))
  await receive(inbound({ id: 'after' }))
  await receive(inbound({ id: 'other', sender: 'neighbour' }))
  await idle()
  expect(recorded).toEqual(['other:答', 'slow:答', 'after:答'])
})

test('an exception while serving a resident is an apology, never silence', async () => {
  const { receive, idle, recorded } = reception(async () => { throw new Error('坏了') })
  await receive(inbound())
  await idle()
  expect(recorded).toEqual(['m1:抱歉'])
})

test('a burst waits for quiet, each message begins the wait anew, and is recorded with the last', async () => {
  let quiet: (() => void) | undefined
  const recorded: string[][] = []
  const front = createReception<string>({
    accept: async () => 'new', consult: async ({ text }) => text, broken: () => '', dispatch: async () => {}, report: () => {},
    record: async (message, outcome, gathered) => void recorded.push([...gathered.map(({ id }) => id), message.id, outcome]),
    gatherMs: ({ text }) => (text === '救命' ? 0 : 8000), later: (run) => ((quiet = run), () => (quiet = undefined)),
  })
  await front.receive(inbound({ id: 'a', text: '老板' }))
  await front.receive(inbound({ id: 'b', text: '拖工资' }))
  await front.receive(inbound({ id: 'c', sender: 'other', text: '救命' }))
  await expect.poll(() => recorded).toEqual([['c', '救命']])
  await front.receive(inbound({ id: 'd', text: '咋办' }))
  quiet?.()
  await expect.poll(() => recorded).toEqual([['c', '救命'], ['a', 'b', 'd', '老板，拖工资，咋办']])
})

test('a decision that the ledger refuses is written again after a wait, without being decided again', async () => {
  const waits: number[] = []
  const unwritten: string[] = []
  let consulted = 0
  let refusals = 2
  const recorded: string[] = []
  const front = createReception<string>({
    accept: async () => 'new', broken: () => '抱歉', dispatch: async () => {}, report: () => {},
    consult: async () => `答${++consulted}`,
    record: async (_message, outcome) => {
      if (refusals-- > 0) throw new Error('disk I/O error')
      recorded.push(outcome)
    },
    unwritten: (cause) => void unwritten.push(String(cause)),
    later: (run, ms) => (waits.push(ms), queueMicrotask(run), () => {}),
  })
  await front.receive(inbound())
  await front.idle()
  expect({ recorded, consulted, waits, unwritten: unwritten.length }).toEqual({ recorded: ['答1'], consulted: 1, waits: [500, 1000], unwritten: 2 })
})

test('a ledger that refuses for long is left in the end, and the message is taken up when it is found undecided', async () => {
  let broken = true
  let tries = 0
  const recorded: string[] = []
  const front = createReception<string>({
    accept: async () => 'new', consult: async () => '答', broken: () => '抱歉', dispatch: async () => {}, report: () => {},
    record: async ({ id }, outcome) => {
      tries++
      if (broken) throw new Error('disk I/O error')
      recorded.push(`${id}:${outcome}`)
    },
    later: (run) => (queueMicrotask(run), () => {}),
  })
  await front.receive(inbound())
  await front.idle()
  expect([tries, recorded]).toEqual([9, []])
  broken = false
  front.resume([inbound()])
  front.resume([inbound()])
  await front.idle()
  expect(recorded).toEqual(['m1:答'])
})

test('what is in hand is not taken up a second time', async () => {
  const recorded: string[] = []
  let quiet = () => {}
  const front = createReception<string>({
    accept: async () => 'new', consult: async ({ text }) => text, broken: () => '', dispatch: async () => {}, report: () => {}, gatherMs: () => 8000,
    record: async ({ id }, outcome) => void recorded.push(`${id}:${outcome}`), later: (run) => ((quiet = run), () => {}),
  })
  await front.receive(inbound({ text: '工资' }))
  front.resume([inbound({ text: '工资' })])
  quiet()
  await front.idle()
  expect(recorded).toEqual(['m1:工资'])
})

test('at the stop a waiting write is given up at once', async () => {
  const unwritten: string[] = []
  const front = createReception<string>({
    accept: async () => 'new', consult: async () => '答', broken: () => '', dispatch: async () => {}, report: () => {}, unwritten: (cause) => void unwritten.push(String(cause)),
    record: async () => { throw new Error('disk I/O error') }, later: () => () => {},
  })
  await front.receive(inbound())
  await expect.poll(() => unwritten.length).toBe(1)
  front.close()
  await front.idle()
  expect(unwritten).toHaveLength(2)
})

test('what was decided on a ticket that changed meanwhile is decided again', async () => {
  const seen: string[] = []
  let version = 1
  const front = createReception<number>({
    accept: async () => 'new', consult: async () => version, broken: () => 0, dispatch: async () => {}, report: () => {},
    record: async (_message, outcome) => {
      seen.push(`on ${outcome}`)
      if (seen.length === 1) return void (version = 2), 'stale'
    },
  })
  await front.receive(inbound())
  await front.idle()
  expect(seen).toEqual(['on 1', 'on 2'])
})

test('a channel begins one message at a time, and one that hangs does not hold the others up for good', async () => {
  const begun: string[] = []
  let take = () => {}
  const { dispatch } = dispatching(({ id }) => (begun.push(id), id === 'hangs' ? new Promise(() => {}) : new Promise((resolve) => (take = resolve))), [outbound({ id: 'first' }), outbound({ id: 'hangs', to: { channel: 'web', conversation: 'c2' } }), outbound({ id: 'third', to: { channel: 'web', conversation: 'c3' } })])
  await dispatch()
  await dispatch()
  await dispatch()
  await expect.poll(() => begun).toEqual(['first'])
  take()
  await expect.poll(() => begun, { timeout: 10_000 }).toEqual(['first', 'hangs', 'third'])
})

function dispatching(send: (message: Outbound) => Promise<void>, queue: Outbound[]) {
  const log: string[] = []
  const waits: (number | undefined)[] = []
  const now = new Date(0)
  const outbox: Outbox = {
    due: async () => queue.splice(0, 1),
    sending: async (id) => void log.push(`sending ${id}`),
    sent: async (id) => void log.push(`sent ${id}`),
    failed: async (id, _problem, again) => void (log.push(`failed ${id}`), waits.push(again instanceof Date ? again.getTime() : undefined)),
    attempts: async () => 3,
  }
  const channel: Channel = { name: 'web', longestText: 100, start: async () => {}, stop: async () => {}, send }
  return { ...createDispatch(new Map([['web', channel]]), outbox, { now: () => now, report: () => {} }), log, waits }
}

test('a message is noted before the platform is asked, and after it took it', async () => {
  const { idle, log } = dispatching(async () => {}, [outbound()])
  await idle()
  expect(log).toEqual(['sending o1', 'sent o1'])
})

test.each([
  ['is tried again later and later', new DeliveryFailed('web', { retry: true, cause: '500' }), 4000],
  ['waits as long as the platform says', new DeliveryFailed('web', { retry: true, cause: '429', waitMs: 7000 }), 7000],
  ['is given up where trying again cannot help', new DeliveryFailed('web', { retry: false, cause: '403' }), undefined],
  ['is tried again after an error that nobody foresaw', new Error('?'), 4000],
])('a refused message %s', async (_, cause, wait) => {
  const { idle, waits } = dispatching(async () => { throw cause }, [outbound()])
  await idle()
  expect(waits).toEqual([wait])
})

test('a message for a channel that does not run here is kept', async () => {
  const { idle, waits } = dispatching(async () => {}, [outbound({ to: { channel: 'telegram', conversation: 'c' } })])
  await idle()
  expect(waits).toEqual([4000])
})
