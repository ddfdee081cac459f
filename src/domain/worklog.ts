import type { ChannelName } from './message.ts'
import type { Signer } from './ticket.ts'

/** One service, as 工作台账 demands it: one record for one matter. */
export type Service = {
  readonly at: string
  /** Id of the village. */
  readonly village: string
  readonly adviser: Signer
  readonly channel: ChannelName
  /** What it was about, masked. */
  readonly content: string
  readonly method: string
  readonly result: string
  readonly minutes: number
  readonly crossRegion: boolean
  readonly ticket?: number
  /** Part of it was written by the assistant. */
  readonly generated: boolean
  /** The adviser put their name to it. */
  readonly signed: boolean
}

/** What became of a service that is in the log already. */
export type ServiceNote = { readonly ticket: number; readonly adviser: string; readonly result: string; readonly minutes?: number }

const shortest = 10
const longest = 60

/** Minutes that an answer is taken to have cost when nobody says: from taking the matter to answering, in steps of five. */
export function estimateMinutes(claimedAt: string, answeredAt: string): number {
  const minutes = (Date.parse(answeredAt) - Date.parse(claimedAt)) / 60_000
  return Math.min(longest, Math.max(shortest, Math.ceil(minutes / 5) * 5))
}

/** A cell that a spreadsheet would take for a formula, made plain text. */
export function harmless(cell: string): string {
  return /^\s*[=+\-@＝＋－＠\t\r]/.test(cell) ? `'${cell}` : cell
}
