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
  async (db) => {
    await db.schema.alterTable('tickets', (table) => {
      table.integer('version').notNullable().defaultTo(0)
      table.index(['channel', 'resident'])
    })
    await db.schema.alterTable('inbox', (table) => {
      /** When the words were taken out and the person was given another name. */
      table.bigInteger('erased_at')
      table.index(['channel', 'sender'])
    })
    await db.schema.alterTable('outbox', (table) => {
      /** Holds an address that must go once the message is sent. */
      table.boolean('scrub').notNullable().defaultTo(false)
      table.bigInteger('erased_at')
    })
    await db.schema.createTable('reminders', (table) => {
      table.integer('ticket').notNullable()
      table.string('step').notNullable()
      table.bigInteger('at').notNullable()
      table.primary(['ticket', 'step'])
    })
    await db.schema.createTable('worklog', (table) => {
      table.increments('seq')
      table.bigInteger('at').notNullable()
      /** Year and month in China, such as 2026-11. */
      table.string('month').notNullable()
      table.string('village').notNullable()
      table.string('adviser').notNullable()
      table.string('adviser_name').notNullable()
      table.string('adviser_kind').notNullable()
      table.string('licence')
      table.string('channel').notNullable()
      table.text('content').notNullable()
      table.string('method').notNullable()
      table.string('result').notNullable()
      table.integer('minutes').notNullable()
      table.boolean('cross_region').notNullable()
      table.boolean('generated').notNullable()
      table.integer('ticket')
      table.bigInteger('signed_at')
      table.unique(['ticket', 'adviser'])
      table.index(['month', 'village'])
    })
    await db.schema.createTable('people', (table) => {
      table.string('channel').notNullable()
      table.string('person').notNullable()
      /** Where they last spoke one-to-one, and the village of the group they last spoke in. */
      table.string('direct')
      table.string('village')
      table.bigInteger('seen_at').notNullable()
      table.primary(['channel', 'person'])
    })
    await db.schema.createTable('notices', (table) => {
      table.string('channel').notNullable()
      table.string('person').notNullable()
      /** The group, or empty for one-to-one. */
      table.string('place').notNullable()
      table.bigInteger('at').notNullable()
      table.primary(['channel', 'person', 'place'])
    })
    await db.schema.createTable('muted', (table) => {
      table.string('channel').notNullable()
      table.string('conversation').notNullable()
      table.bigInteger('at').notNullable()
      table.primary(['channel', 'conversation'])
    })
    await db.schema.createTable('audit', (table) => {
      table.increments('seq')
      table.bigInteger('at').notNullable()
      table.string('channel').notNullable()
      table.string('person').notNullable()
      table.string('what').notNullable()
    })
    await db.schema.createTable('drafts', (table) => {
      table.integer('ticket').primary()
      table.text('draft').notNullable()
      /** offered → written, or withdrawn */
      table.string('state').notNullable()
      table.bigInteger('at').notNullable()
    })
    await db.schema.createTable('keys', (table) => {
      table.string('name').primary()
      table.string('value').notNullable()
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
