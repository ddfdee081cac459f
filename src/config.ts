import { z } from 'zod'
import { BadSettings } from './domain/errors.ts'

/** Settings that do nothing without another. */
const together = [
  ['TELEGRAM_ADVISER_CHAT', 'TELEGRAM_BOT_TOKEN'], ['TELEGRAM_WEBHOOK_URL', 'TELEGRAM_BOT_TOKEN'], ['TELEGRAM_WEBHOOK_SECRET', 'TELEGRAM_WEBHOOK_URL'],
  ['WECHATY_TOKEN', 'WECHATY_PUPPET'], ['WECHATY_ENDPOINT', 'WECHATY_PUPPET'],
  ['LLM_BASE_URL', 'LLM_MODEL'], ['LLM_API_KEY', 'LLM_MODEL'], ['LLM_YUAN_PER_DAY', 'LLM_PRICE_OUTPUT'], ['LLM_YUAN_PER_PERSON', 'LLM_PRICE_OUTPUT'],
  ['LLM_PRICE_INPUT', 'LLM_PRICE_OUTPUT'], ['LLM_PRICE_OUTPUT', 'LLM_PRICE_INPUT'],
] as const

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
  TRUST_PROXY: z.stringbool('写 true 或 false').default(false),
  PEOPLE_FILE: z.string().min(1).default('people.yaml'),
  DRAFTS_DIR: z.string().min(1).optional(),
  GATHER_SECONDS: z.coerce.number('要是一个数').min(0).max(60).default(8),
  REPEAT_MINUTES: z.coerce.number('要是一个数').min(0).max(1440).default(10),
  PACE_PERSON_PER_MINUTE: z.coerce.number('要是一个数').int().min(1).default(6),
  PACE_GROUP_PER_MINUTE: z.coerce.number('要是一个数').int().min(1).default(30),
  RETENTION_DAYS: z.coerce.number('要是一个数').int().min(1).default(180),
  REMIND_HOURS: z.coerce.number('要是一个数').positive().default(2),
  EVERYONE_HOURS: z.coerce.number('要是一个数').positive().default(5),
  OVERDUE_HOURS: z.coerce.number('要是一个数').positive().default(24),
  URGENT_MINUTES: z.coerce.number('要是一个数').positive().default(5),
  WORKING_DAYS_ONLY: z.stringbool('写 true 或 false').default(false),
  TERMINAL: z.stringbool('写 true 或 false').default(false),
  TELEGRAM_BOT_TOKEN: z.string().regex(/^\d+:[\w-]+$/, '形如 123456:ABC-DEF，向 @BotFather 要').optional(),
  TELEGRAM_API_ROOT: z.url({ protocol: /^https?$/, message: '写成网址，如 https://api.telegram.org' }).default('https://api.telegram.org'),
  TELEGRAM_ADVISER_CHAT: z.string().regex(/^-?\d+(\/\d+)?$/, '写群的编号，如 -1001234567890').optional(),
  TELEGRAM_WEBHOOK_URL: z.url({ protocol: /^https?$/, message: '写成 Telegram 能访问的网址，如 https://example.cn/telegram' }).optional(),
  TELEGRAM_WEBHOOK_PORT: z.coerce.number('要是一个数').int().min(1).max(65535).default(8443),
  TELEGRAM_WEBHOOK_SECRET: z.string().regex(/^[\w-]{16,256}$/, '用 16 到 256 个字母、数字、_ 或 -').optional(),
  WECHATY_PUPPET: z.string().regex(/^(@[\w.-]+\/)?[\w.-]*wechaty-puppet[\w.-]*$/, '写 npm 包名，如 wechaty-puppet-service').optional(),
  WECHATY_TOKEN: z.string().min(1).optional(),
  WECHATY_ENDPOINT: z.string().regex(/^[\w.-]+:\d+$/, '写成 主机:端口，如 127.0.0.1:8788').optional(),
  LLM_MODEL: z.string().regex(/^[a-z][a-z0-9_-]*:.+$/, '写成 供应方:模型名，如 openai:deepseek-chat').optional(),
  LLM_BASE_URL: z.url({ protocol: /^https?$/, message: '写成网址，如 https://api.deepseek.com/v1' }).optional(),
  LLM_API_KEY: z.string().min(1).optional(),
  LLM_STRUCTURE: z.enum(['tool', 'json'], '写 tool 或 json').default('tool'),
  LLM_TIMEOUT_MS: z.coerce.number('要是一个数').int().min(500).max(60_000).default(8000),
  LLM_TOKENS_PER_DAY: z.coerce.number('要是一个数').int().min(0).default(2_000_000),
  LLM_TOKENS_PER_PERSON: z.coerce.number('要是一个数').int().min(0).default(60_000),
  LLM_YUAN_PER_DAY: z.coerce.number('要是一个数').min(0).optional(),
  LLM_YUAN_PER_PERSON: z.coerce.number('要是一个数').min(0).optional(),
  LLM_PRICE_INPUT: z.coerce.number('要是一个数').min(0).optional(),
  LLM_PRICE_OUTPUT: z.coerce.number('要是一个数').min(0).optional(),
}).superRefine((given, context) => {
  for (const [name, needs] of together) {
    if (given[name] !== undefined && given[needs] === undefined) context.addIssue({ code: 'custom', path: [name], message: `还要写 ${needs}，否则不起作用` })
  }
})

export type Config = Readonly<z.infer<typeof settings>> & { readonly DATABASE_URL: string }

/** Reads the settings; everything missing or wrong comes in one BadSettings. Empty values count as absent. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))
  const read = settings.safeParse(given)
  if (!read.success) throw new BadSettings(read.error.issues.map(({ path, message }) => `${path.join('.')}=${shown(String(path[0]), given)}：${message}`))
  return { ...read.data, DATABASE_URL: read.data.DATABASE_URL ?? `better-sqlite3:${read.data.DATA_DIR}/village.db` }
}

/** A wrong value as the error may show it: the log is no place for a token. */
function shown(name: string, given: Readonly<Record<string, string | undefined>>): string {
  return /TOKEN|SECRET|PASSWORD|KEY/.test(name) ? '…' : (given[name] ?? '')
}
