import { expect, test } from 'vitest'
import { dueReminders, usualClocks, workingMs } from '../../src/desk/clocks.ts'
import { combine } from '../../src/desk/gather.ts'
import { createQuota } from '../../src/desk/quota.ts'
import type { Ticket } from '../../src/domain/ticket.ts'
import { inbound } from '../support/messages.ts'

const opened = new Date('2026-11-27T08:00:00Z')
const ticket = (over: Partial<Ticket> = {}): Ticket => ({
  number: 1001, status: 'open', question: '', because: 'unsure', urgency: 'normal', from: { channel: 'web', conversation: 'c' }, resident: 'r', message: 'm', place: 'direct', village: 'a', said: [], openedAt: opened.toISOString(), version: 0, ...over,
})
const due = (minutes: number, over: Partial<Ticket> = {}, done: readonly string[] = [], settings = usualClocks) =>
  dueReminders(ticket(over), { done: new Set(done), onDuty: 2, since: opened }, new Date(opened.getTime() + minutes * 60_000), settings).map(({ step }) => step)

test.each([
  ['nothing before two hours', 119, {}, [], []],
  ['a reminder at two', 120, {}, [], ['remind']],
  ['it once', 130, {}, ['remind'], []],
  ['everyone at five', 300, {}, ['remind'], ['everyone']],
  ['only the last stage after a long stop', 400, {}, [], ['everyone']],
  ['nothing of the earlier stages after the later', 400, {}, ['everyone'], []],
  ['the list at a day', 1440, {}, ['remind', 'everyone'], ['overdue']],
  ['the same for a claimed one', 120, { status: 'claimed' }, [], ['remind']],
  ['nothing for an answered one', 1440, { status: 'answered' }, [], []],
  ['nothing for a closed one', 1440, { status: 'closed' }, [], []],
  ['an urgent one falls on after five minutes', 5, { urgency: 'urgent' }, [], ['next-1']],
  ['and again after ten', 10, { urgency: 'urgent' }, ['next-1'], ['next-2']],
  ['as often as there are people on duty', 60, { urgency: 'urgent' }, ['next-1', 'next-2'], []],
  ['not once it is claimed', 5, { urgency: 'urgent', status: 'claimed' }, [], []],
  ['a reopened one from the start', 120, { reopened: 1 }, ['remind', 'everyone', 'overdue'], ['remind~1']],
] as const)('%s', (_, minutes, over, done, steps) => {
  expect(due(minutes, over, done)).toEqual(steps)
})

test('a weekend is no working time, and an urgent ticket knows no weekend', () => {
  // Friday 16:00 to Monday 16:00 in China.
  expect(workingMs(opened, new Date('2026-11-30T08:00:00Z'))).toBe(24 * 3600_000)
  const settings = { ...usualClocks, workingDaysOnly: true }
  expect(due(20 * 60, {}, [], settings)).toEqual(['everyone'])
  expect(due(60 * 60, {}, ['everyone'], settings)).toEqual([])
  expect(due(20 * 60, { urgency: 'urgent', status: 'claimed' }, [], settings)).toEqual(['everyone'])
  expect(due(60 * 60, { urgency: 'urgent', status: 'claimed' }, ['everyone'], settings)).toEqual(['overdue'])
})

test('a burst reads as one message, under the last one’s id', () => {
  const first = inbound({ id: 'a', text: '老板', addressed: false, quote: '上一句' })
  const burst = combine([first, inbound({ id: 'b', text: '拖我工资。', addressed: false }), inbound({ id: 'c', text: '咋办', addressed: true })])
  expect(burst).toMatchObject({ id: 'c', text: '老板，拖我工资。咋办', addressed: true, quote: '上一句' })
  expect(combine([first])).toEqual(first)
})

test('a share refills by the minute, is told of once, and each key has its own', () => {
  const quota = createQuota(2)
  const at = (seconds: number) => new Date(seconds * 1000)
  expect([quota.take('a', at(0)), quota.take('a', at(0)), quota.take('a', at(0)), quota.take('a', at(1)), quota.take('b', at(1))]).toEqual(['yes', 'yes', 'tell', 'no', 'yes'])
  expect(quota.take('a', at(31))).toBe('yes')
  expect(quota.take('a', at(32))).toBe('no')
  expect(quota.take('a', at(61))).toBe('yes')
})

test('a quota remembers no more keys than it may', () => {
  const quota = createQuota(1, 2)
  for (const key of ['a', 'b', 'c']) quota.take(key, new Date(0))
  expect(quota.take('c', new Date(0))).not.toBe('yes')
  expect(quota.take('a', new Date(0))).toBe('yes')
})
