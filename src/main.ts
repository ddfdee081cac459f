import { resolve } from 'node:path'
import { webChannel } from '../adapters/web.ts'
import { officialAccounts, type OfficialAccountsOptions } from '../adapters/official-account.ts'
import { telegramChannel, type TelegramOptions } from '../adapters/telegram.ts'
import { terminalChannel } from '../adapters/terminal.ts'
import { wechatyChannel } from '../adapters/wechaty.ts'
import { wecomChannel, type WecomOptions } from '../adapters/wecom.ts'
import { startApp } from './app.ts'
import { openAssistant } from './assistant.ts'
import { loadEnvFile, readConfig, type Config } from './config.ts'
import { ExpectedError } from './domain/errors.ts'
import { rolesOf } from './domain/person.ts'
import { createLog } from './log.ts'
import { openPeople } from './people.ts'
import { deskSettings } from './settings.ts'
import { openDatabase } from './store/database.ts'

/** Brings everything up; a setting that is wrong ends it with one error that lists them all. */
async function main(): Promise<void> {
  loadEnvFile()
  const config = readConfig(process.env)
  const log = createLog(config.LOG_LEVEL)
  const assistant = await openAssistant(config, log)
  const unwatch = await assistant.watch()
  const db = await openDatabase(config.DATABASE_URL)
  const people = await openPeople({ file: config.PEOPLE_FILE, telegramAdviserChat: config.TELEGRAM_ADVISER_CHAT, log, watch: true })
  const app = await startApp({
    assistant, db, log, roster: people.roster, settings: deskSettings(config),
    channels: (ports) => [
      webChannel({ port: config.PORT, host: config.HOST, trustProxy: config.TRUST_PROXY, report: (cause) => log.error({ cause: String(cause) }, '网页出错'), ...ports }),
      ...(config.TELEGRAM_BOT_TOKEN ? [telegramChannel({ token: config.TELEGRAM_BOT_TOKEN, apiRoot: config.TELEGRAM_API_ROOT, report: (problem) => log.warn({}, problem), ...telegramWebhook(config) })] : []),
      ...(config.WECHATY_PUPPET ? [wechatyChannel({ puppet: config.WECHATY_PUPPET, ...given('token', config.WECHATY_TOKEN), ...given('endpoint', config.WECHATY_ENDPOINT), memory: resolve(config.DATA_DIR, 'wechat'), report: (problem) => log.warn({}, problem), acceptFriends: config.WECHATY_ACCEPT_FRIENDS, trusts: (id) => Object.keys(rolesOf(people.roster(), 'wechat', id)).length > 0, tell: (text) => void ports.tell('wechat', text) })] : []),
      ...officialAccounts({ port: config.OFFICIAL_ACCOUNT_PORT, host: config.HOST, ...accountsOf(config), report: (problem) => log.warn({}, problem) }).channels,
      ...(config.WECOM_BOT_ID || config.WECOM_GROUP_WEBHOOK ? [wecomChannel({ ...wecomBot(config), ...given('groupWebhook', config.WECOM_GROUP_WEBHOOK), report: (problem) => log.warn({}, problem) })] : []),
      ...(config.TERMINAL ? [terminalChannel({ input: process.stdin, output: process.stdout })] : []),
    ],
    lost: () => process.exit(1),
  })
  log.info({ url: `http://${config.HOST}:${config.PORT}` }, '助手已就绪')

  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    await unwatch()
    await people.close()
    await app.stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop())
}

/** An option that is absent, not undefined, where a setting is not given. */
function given<K extends string, V>(name: K, value: V | undefined): { [name in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [name in K]: V })
}

function telegramWebhook({ TELEGRAM_WEBHOOK_URL: url, TELEGRAM_WEBHOOK_PORT: port, TELEGRAM_WEBHOOK_SECRET: secret, HOST: host }: Config): Pick<TelegramOptions, 'webhook'> {
  return url === undefined ? {} : { webhook: { url, port, host, ...given('secret', secret) } }
}

function accountsOf(config: Config): Pick<OfficialAccountsOptions, 'wechat' | 'weibo'> {
  const { OFFICIAL_ACCOUNT_TOKEN: token, OFFICIAL_ACCOUNT_APP_ID: appId, OFFICIAL_ACCOUNT_APP_SECRET: appSecret, WEIBO_APP_SECRET: weiboSecret, WEIBO_ACCESS_TOKEN: accessToken } = config
  return {
    ...(token && appId && appSecret ? { wechat: { token, appId, appSecret, apiRoot: config.OFFICIAL_ACCOUNT_API_ROOT, ...given('aesKey', config.OFFICIAL_ACCOUNT_AES_KEY) } } : {}),
    ...(weiboSecret && accessToken ? { weibo: { appSecret: weiboSecret, accessToken, apiRoot: config.WEIBO_API_ROOT } } : {}),
  }
}

function wecomBot({ WECOM_BOT_ID: id, WECOM_BOT_SECRET: secret, WECOM_BOT_NAME: name, WECOM_WS_URL: wsUrl }: Config): Pick<WecomOptions, 'bot'> {
  return id && secret ? { bot: { id, secret, ...given('name', name), ...given('wsUrl', wsUrl) } } : {}
}

main().catch((cause: unknown) => {
  console.error(cause instanceof ExpectedError ? cause.message : cause)
  process.exit(1)
})
