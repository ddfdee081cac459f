import type { Address, Channel, Inbound, Outbound } from '../src/domain/message.ts'
import type { Result } from '../src/domain/result.ts'

export type WebOptions = {
  port: number
  host: string
  history(at: Address, after?: number): Promise<{ seq: number; message: Outbound; at: Date }[]>
  asked(at: Address): Promise<Inbound[]>
  ask(message: Inbound): Promise<Result | undefined>
}

/** The resident's page and the HTTP API. */
export function webChannel(_options: WebOptions): Channel {
  return { name: 'web', longestText: 8000, start: async () => {}, send: async () => {}, stop: async () => {} }
}
