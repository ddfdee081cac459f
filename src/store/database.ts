import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import knex, { type Knex } from 'knex'
import { ExpectedError } from '../domain/errors.ts'
import { migrate } from './migrations.ts'

/** The address names no driver that we know. */
export class BadDatabaseAddress extends ExpectedError {
  readonly code = 'bad-database-address'

  constructor(url: string) {
    super(`看不懂数据库地址 ${url.replace(/:[^:@/]*@/, ':***@')}：写成 better-sqlite3:data/village.db 或 sqlite3:data/village.db`)
  }
}

/**
 * Opens the ledger and brings its tables up to date.
 *
 * The address is `driver:file`, the driver `better-sqlite3` or `sqlite3`; `:memory:` keeps nothing.
 */
export async function openDatabase(url: string): Promise<Knex> {
  const [, client, filename] = /^(better-sqlite3|sqlite3):(.+)$/.exec(url) ?? []
  if (!client || !filename) throw new BadDatabaseAddress(url)
  if (filename !== ':memory:') mkdirSync(dirname(filename), { recursive: true })
  const db = knex({
    client,
    connection: { filename },
    useNullAsDefault: true,
    // One connection: SQLite has one writer, and a second one could only wait for it.
    pool: { min: 1, max: 1, idleTimeoutMillis: 2 ** 31 - 1 },
  })
  await db.raw('PRAGMA journal_mode = WAL')
  await db.raw('PRAGMA synchronous = FULL')
  await db.raw('PRAGMA busy_timeout = 5000')
  await migrate(db)
  return db
}
