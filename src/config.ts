import { existsSync } from 'node:fs'
import { z } from 'zod'
import { BadSettings } from './domain/errors.ts'

/** Settings that do nothing without another. */
const together = [
  ['TELEGRAM_ADVISER_CHAT', 'TELEGRAM_BOT_TOKEN'], ['TELEGRAM_WEBHOOK_URL', 'TELEGRAM_BOT_TOKEN'], ['TELEGRAM_WEBHOOK_SECRET', 'TELEGRAM_WEBHOOK_URL'],
  ['WECHATY_TOKEN', 'WECHATY_PUPPET'], ['WECHATY_ENDPOINT', 'WECHATY_PUPPET'],
  ['OFFICIAL_ACCOUNT_TOKEN', 'OFFICIAL_ACCOUNT_APP_ID'], ['OFFICIAL_ACCOUNT_APP_ID', 'OFFICIAL_ACCOUNT_APP_SECRET'], ['OFFICIAL_ACCOUNT_APP_SECRET', 'OFFICIAL_ACCOUNT_TOKEN'],
  ['OFFICIAL_ACCOUNT_AES_KEY', 'OFFICIAL_ACCOUNT_TOKEN'], ['WEIBO_APP_SECRET', 'WEIBO_ACCESS_TOKEN'], ['WEIBO_ACCESS_TOKEN', 'WEIBO_APP_SECRET'],
  ['WECOM_BOT_ID', 'WECOM_BOT_SECRET'], ['WECOM_BOT_SECRET', 'WECOM_BOT_ID'], ['WECOM_BOT_NAME', 'WECOM_BOT_ID'], ['WECOM_WS_URL', 'WECOM_BOT_ID'],
  ['LLM_BASE_URL', 'LLM_MODEL'], ['LLM_API_KEY', 'LLM_MODEL'], ['LLM_YUAN_PER_DAY', 'LLM_PRICE_OUTPUT'], ['LLM_YUAN_PER_PERSON', 'LLM_PRICE_OUTPUT'],
  ['LLM_PRICE_INPUT', 'LLM_PRICE_OUTPUT'], ['LLM_PRICE_OUTPUT', 'LLM_PRICE_INPUT'],
] as const

/** Settings come from the environment; `.env.example` names each with its default and meaning. */
const settings = z.object({
  PORT: z.coerce.number('要是一个数').int().min(0).max(65535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  DATA_DIR: z.string().min(1).default('data'),
  KNOWLEDGE_DIR: z.string().min(1).default('knowledge'),
  STATUTES_DIR: z.string().min(1).optional(),
  STATUTES_URLS: z.string().default('https://codeload.github.com/ImCa0/just-laws/zip/HEAD https://codeload.github.com/LawRefBook/Laws/zip/HEAD')
    .transform((list) => list.split(/[\s,]+/).filter(Boolean)).pipe(z.array(z.url({ protocol: /^https?$/, message: '写成网址，几个之间空格隔开' }))),
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
  WECHATY_ACCEPT_FRIENDS: z.stringbool('写 true 或 false').default(true),
  OFFICIAL_ACCOUNT_TOKEN: z.string().regex(/^[A-Za-z0-9]{3,32}$/, '与公众平台「服务器配置」里的令牌一样，3 到 32 个字母或数字').optional(),
  OFFICIAL_ACCOUNT_APP_ID: z.string().regex(/^wx[0-9a-f]{16}$/, '形如 wx0123456789abcdef，在公众平台「基本配置」里').optional(),
  OFFICIAL_ACCOUNT_APP_SECRET: z.string().regex(/^[0-9a-f]{32}$/i, '32 个字符，在公众平台「基本配置」里').optional(),
  OFFICIAL_ACCOUNT_AES_KEY: z.string().regex(/^[A-Za-z0-9]{43}$/, '43 个字母或数字，是「服务器配置」里的 EncodingAESKey').optional(),
  OFFICIAL_ACCOUNT_PORT: z.coerce.number('要是一个数').int().min(1).max(65535).default(8090),
  OFFICIAL_ACCOUNT_API_ROOT: z.url({ protocol: /^https?$/, message: '写成网址，如 https://api.weixin.qq.com' }).default('https://api.weixin.qq.com'),
  WEIBO_APP_SECRET: z.string().min(1).optional(),
  WEIBO_ACCESS_TOKEN: z.string().min(1).optional(),
  WEIBO_API_ROOT: z.url({ protocol: /^https?$/, message: '写成网址，如 https://m.api.weibo.com' }).default('https://m.api.weibo.com'),
  WECOM_BOT_ID: z.string().min(1).optional(),
  WECOM_BOT_SECRET: z.string().min(1).optional(),
  WECOM_BOT_NAME: z.string().min(1).optional(),
  WECOM_WS_URL: z.url({ protocol: /^wss?$/, message: '写成 wss:// 开头的网址' }).optional(),
  WECOM_GROUP_WEBHOOK: z.url({ protocol: /^https?$/, message: '把群机器人的 Webhook 地址整个抄来' }).optional(),
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

export type Config = Readonly<z.infer<typeof settings>> & { readonly DATABASE_URL: string; readonly STATUTES_DIR: string }

/** Reads the settings; everything missing or wrong comes in one BadSettings. Empty values count as absent. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))
  const read = settings.safeParse(given)
  if (!read.success) throw new BadSettings(read.error.issues.map(({ path, message }) => `${path.join('.')}=${shown(String(path[0]), given)}：${message}`))
  return { ...read.data, DATABASE_URL: read.data.DATABASE_URL ?? `better-sqlite3:${read.data.DATA_DIR}/village.db`, STATUTES_DIR: read.data.STATUTES_DIR ?? `${read.data.KNOWLEDGE_DIR}/statutes` }
}

/** Takes in `.env`, as the assistant and every command beside it do; what the environment already says goes first. */
export function loadEnvFile(): void {
  // Older Node 20 has no such call.
  if (existsSync('.env')) process.loadEnvFile?.('.env')
}

/** A wrong value as the error may show it: the log is no place for a token. */
function shown(name: string, given: Readonly<Record<string, string | undefined>>): string {
  return /TOKEN|SECRET|PASSWORD|KEY|GROUP_WEBHOOK/.test(name) ? '…' : (given[name] ?? '')
}
