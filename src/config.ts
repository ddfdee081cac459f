import { z } from 'zod'
import { BadSettings } from './domain/errors.ts'

/** Settings come from the environment; `.env.example` names each with its default and meaning. */
const settings = z.object({
  PORT: z.coerce.number('要是一个数').int().min(0).max(65535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  DATA_DIR: z.string().min(1).default('data'),
  KNOWLEDGE_DIR: z.string().min(1).default('knowledge'),
  DATABASE_URL: z.string().regex(/^(better-sqlite3|sqlite3):.+/, '写成 better-sqlite3:data/village.db 或 sqlite3:data/village.db').optional(),
  EMBEDDING_MODEL: z.string().min(1).default('models/lay-law-zh'),
  EMBEDDING_DOWNLOAD: z.stringbool('写 true 或 false').default(false),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  TERMINAL: z.stringbool('写 true 或 false').default(false),
})

export type Config = Readonly<z.infer<typeof settings>> & { readonly DATABASE_URL: string }

/** Reads the settings; everything missing or wrong comes in one BadSettings. Empty values count as absent. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))
  const read = settings.safeParse(given)
  if (!read.success) throw new BadSettings(read.error.issues.map(({ path, message }) => `${path.join('.')}=${String(given[String(path[0])] ?? '')}：${message}`))
  return { ...read.data, DATABASE_URL: read.data.DATABASE_URL ?? `better-sqlite3:${read.data.DATA_DIR}/village.db` }
}
