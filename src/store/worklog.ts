import type { Knex } from 'knex'
import { dayOf } from '../domain/person.ts'
import type { Service, ServiceNote } from '../domain/worklog.ts'

type WorklogRow = {
  seq: number; at: number; village: string; adviser: string; adviser_name: string; adviser_kind: string; licence: string | null; channel: string
  content: string; method: string; result: string; minutes: number; cross_region: boolean | number; generated: boolean | number; ticket: number | null; signed_at: number | null
}

export type WorklogEntry = Service & { readonly seq: number }

/** Writes a service, or what became of one. An adviser's services on one ticket are one entry. */
export async function writeService(db: Knex, log: Service | ServiceNote, now: Date): Promise<void> {
  if (!('content' in log)) {
    await db('worklog').where({ ticket: log.ticket, adviser: log.adviser }).update({ result: log.result, ...(log.minutes === undefined ? {} : { minutes: log.minutes }) })
    return
  }
  const at = new Date(log.at)
  const fresh = { method: log.method, result: log.result, minutes: log.minutes, generated: log.generated, signed_at: log.signed ? now.getTime() : null }
  const row = {
    ...fresh, at: at.getTime(), month: dayOf(at).slice(0, 7), village: log.village, adviser: log.adviser.id, adviser_name: log.adviser.name, adviser_kind: log.adviser.kind,
    licence: log.adviser.licence ?? null, channel: log.channel, content: log.content, cross_region: log.crossRegion, ticket: log.ticket ?? null,
  }
  const insert = db('worklog').insert(row)
  await (log.ticket === undefined ? insert : insert.onConflict(['ticket', 'adviser']).merge(fresh))
}

/** The entries of a month such as 2026-11, in the order of service; of one village where it is named. */
export async function readWorklog(db: Knex, { month, village, adviser }: { month: string; village?: string; adviser?: string }): Promise<WorklogEntry[]> {
  const rows = await db('worklog')
    .where({ month, ...(village === undefined ? {} : { village }), ...(adviser === undefined ? {} : { adviser }) })
    .orderBy([{ column: 'at' }, { column: 'seq' }])
    .select<WorklogRow[]>('*')
  return rows.map((row) => ({
    seq: row.seq, at: new Date(Number(row.at)).toISOString(), village: row.village,
    adviser: { id: row.adviser, name: row.adviser_name, kind: row.adviser_kind, ...(row.licence === null ? {} : { licence: row.licence }) },
    channel: row.channel as Service['channel'], content: row.content, method: row.method, result: row.result, minutes: row.minutes,
    crossRegion: Boolean(row.cross_region), generated: Boolean(row.generated), signed: row.signed_at !== null, ...(row.ticket === null ? {} : { ticket: row.ticket }),
  }))
}

/** The adviser signs what stands in their log for a month. */
export async function signWorklog(db: Knex, adviser: string, month: string, now: Date): Promise<number> {
  return db('worklog').where({ adviser, month }).whereNull('signed_at').update({ signed_at: now.getTime() })
}
