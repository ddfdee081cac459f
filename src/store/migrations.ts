import type { Knex } from 'knex'

/** Numbered, forward only; a step that has run is never changed. Times are milliseconds since 1970. */
const steps: readonly ((db: Knex) => Promise<void>)[] = [
  async (db) => {
    await db.schema.createTable('inbox', (table) => {
      table.increments('seq')
      table.string('channel').notNullable()
      table.string('id').notNullable()
      table.string('conversation').notNullable()
      table.string('sender').notNullable()
      table.text('message').notNullable()
      table.bigInteger('accepted_at').notNullable()
      table.bigInteger('decided_at')
      table.string('kind')
      table.text('outcome')
      table.unique(['channel', 'id'])
      table.index(['decided_at', 'seq'])
      table.index(['channel', 'conversation', 'seq'])
    })
    await db.schema.createTable('outbox', (table) => {
      table.increments('seq')
      table.string('id').notNullable().unique()
      table.string('channel').notNullable()
      table.string('conversation').notNullable()
      table.string('answers')
      table.text('message').notNullable()
      /** pending → sending → sent, or given-up */
      table.string('state').notNullable().defaultTo('pending')
      table.integer('attempts').notNullable().defaultTo(0)
      table.bigInteger('due_at').notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('sent_at')
      table.text('problem')
      table.index(['state', 'due_at'])
      table.index(['channel', 'conversation', 'seq'])
    })
    await db.schema.createTable('conversations', (table) => {
      table.string('channel').notNullable()
      table.string('conversation').notNullable()
      table.string('sender').notNullable()
      table.text('state').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.primary(['channel', 'conversation', 'sender'])
    })
    await db.schema.createTable('tickets', (table) => {
      table.integer('number').primary()
      table.string('status').notNullable()
      table.string('urgency').notNullable()
      table.string('channel').notNullable()
      table.string('conversation').notNullable()
      table.string('resident').notNullable()
      table.string('village').notNullable().defaultTo('')
      table.text('ticket').notNullable()
      table.bigInteger('opened_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.index(['status', 'opened_at'])
      table.index(['channel', 'conversation'])
    })
    await db.schema.createTable('votes', (table) => {
      table.string('message').notNullable()
      table.string('sender').notNullable()
      table.boolean('up').notNullable()
      table.bigInteger('at').notNullable()
      table.primary(['message', 'sender'])
    })
  },
]

/** Runs the steps that this database has not seen, each in a transaction. */
export async function migrate(db: Knex): Promise<void> {
  if (!(await db.schema.hasTable('migrations'))) await db.schema.createTable('migrations', (table) => table.integer('step').primary())
  const row = await db('migrations').max<{ last: number | null }[]>('step as last')
  const done = row[0]?.last ?? 0
  for (const [index, step] of steps.entries()) {
    if (index < done) continue
    await db.transaction(async (trx) => {
      await step(trx)
      await trx('migrations').insert({ step: index + 1 })
    })
  }
}
