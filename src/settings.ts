import { join } from 'node:path'
import type { Config } from './config.ts'
import { usualClocks, type ClockSettings } from './desk/clocks.ts'

/** How the desk behaves; config.ts reads each from the environment. */
export type DeskSettings = {
  /** Quiet after which a burst in a group is taken as whole; 0 answers every message by itself. */
  readonly gatherSeconds: number
  /** How long an answer in a group is pointed to, not repeated. */
  readonly repeatMinutes: number
  /** Answers a minute that one person, and one group, may have in a group. */
  readonly perPersonPerMinute: number
  readonly perGroupPerMinute: number
  readonly retentionDays: number
  readonly clocks: ClockSettings
  /** Where closed tickets offer entries; without it they offer none. */
  readonly draftsDir?: string
}

export const usualSettings: DeskSettings = { gatherSeconds: 8, repeatMinutes: 10, perPersonPerMinute: 6, perGroupPerMinute: 30, retentionDays: 180, clocks: usualClocks }

/** The desk's settings as the environment gives them. */
export function deskSettings(config: Config): DeskSettings {
  return {
    gatherSeconds: config.GATHER_SECONDS, repeatMinutes: config.REPEAT_MINUTES, perPersonPerMinute: config.PACE_PERSON_PER_MINUTE, perGroupPerMinute: config.PACE_GROUP_PER_MINUTE,
    retentionDays: config.RETENTION_DAYS, draftsDir: config.DRAFTS_DIR ?? join(config.KNOWLEDGE_DIR, 'drafts'),
    clocks: { remindHours: config.REMIND_HOURS, everyoneHours: config.EVERYONE_HOURS, overdueHours: config.OVERDUE_HOURS, urgentMinutes: config.URGENT_MINUTES, workingDaysOnly: config.WORKING_DAYS_ONLY },
  }
}
