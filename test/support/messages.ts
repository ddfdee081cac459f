import type { Inbound, Outbound } from '../../src/domain/message.ts'

/** A resident's message; the edge that a test is about is named. */
export function inbound(over: Partial<Inbound> & { conversation?: string } = {}): Inbound {
  const { conversation, ...rest } = over
  return { id: 'm1', from: { channel: 'web', conversation: conversation ?? 'c1' }, sender: 'resident', text: '厂里拖工资咋办', at: new Date('2026-11-22T08:00:00Z'), place: 'direct', addressed: true, ...rest }
}

export function outbound(over: Partial<Outbound> = {}): Outbound {
  return { id: 'o1', to: { channel: 'web', conversation: 'c1' }, text: '好的', ...over }
}
