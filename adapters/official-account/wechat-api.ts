import { ChannelLost, DeliveryFailed } from '../../src/domain/errors.ts'
import { postJson } from './call.ts'

export type WechatApiOptions = {
  readonly appId: string
  readonly appSecret: string
  readonly apiRoot?: string
  /** Told what an operator should know of. */
  report?(problem: string): void
  readonly callMs?: number
  now?(): Date
}

type Told = { errcode?: number; errmsg?: string }
type Refusal = { readonly retry: boolean; readonly waitMs?: number; readonly remedy?: string; /** Until the resident speaks again. */ readonly heldBack?: true }

const minute = 60_000
/** A new token is fetched this long before the old one ends. */
const spareMs = 5 * minute
const noRightToServe = 48001
const deadToken = new Set([40001, 40014, 41001, 42001])

/** What becomes of a message that WeChat refused; what is not here will not be taken later either. */
const refusals: Readonly<Record<number, Refusal>> = {
  [-1]: { retry: true },
  40001: { retry: true, waitMs: minute }, 40014: { retry: true, waitMs: minute }, 41001: { retry: true, waitMs: minute }, 42001: { retry: true, waitMs: minute },
  40164: { retry: true, waitMs: 10 * minute, remedy: '请把服务器的 IP 加进公众平台「IP白名单」' },
  45009: { retry: true, waitMs: 60 * minute, remedy: '今天调用接口的次数用完了，明天恢复' },
  45011: { retry: true, waitMs: minute },
  45047: { retry: true, heldBack: true, remedy: '居民上次说话后发的条数满了，居民再说话就补发' },
  45015: { retry: false, heldBack: true, remedy: '居民已超过 48 小时没说话（或取消了关注），公众号不能主动发，居民再说话就补发；急事请电话联系' },
  48001: { retry: false, heldBack: true, remedy: '这个公众号没有客服消息权限（一般要认证），来不及当场回的答复要等居民再说话才补得上' },
}
/** Papers that no waiting mends. */
const wrongPapers: Readonly<Record<number, string>> = {
  40013: 'OFFICIAL_ACCOUNT_APP_ID 不对', 40125: 'OFFICIAL_ACCOUNT_APP_SECRET 不对（可能重置过）', 40001: 'OFFICIAL_ACCOUNT_APP_SECRET 不对', 41004: '没有 OFFICIAL_ACCOUNT_APP_SECRET',
  40164: '服务器的 IP 不在公众平台「IP白名单」里', 40243: 'AppSecret 被冻结，请到公众平台解冻', 50007: '公众号被冻结',
}

/** The customer-service message, and the access token that it needs. */
export function createWechatApi(options: WechatApiOptions) {
  const { appId, appSecret, report = () => {}, callMs = 10_000, now = () => new Date() } = options
  const root = (options.apiRoot ?? 'https://api.weixin.qq.com').replace(/\/+$/, '')
  let token: { value: string; until: number } | undefined
  let dead: string | undefined
  let fetching: Promise<string> | undefined
  let noRight = false

  async function fetchToken(force: boolean): Promise<string> {
    const asked = { grant_type: 'client_credential', appid: appId, secret: appSecret, force_refresh: force }
    const { access_token, expires_in = 0, ...told } = await postJson<Told & { access_token?: string; expires_in?: number }>(`${root}/cgi-bin/stable_token`, JSON.stringify(asked), { callMs })
    if (!access_token) throw new Refused(told)
    // WeChat hands out the same token until it ends; one that it refuses itself has to be replaced.
    if (access_token === dead && !force) return fetchToken(true)
    token = { value: access_token, until: now().getTime() + Math.max(expires_in * 1000 - spareMs, minute) }
    return access_token
  }

  /** Several messages at once share one fetch. */
  async function currentToken(): Promise<string> {
    if (token && token.until > now().getTime()) return token.value
    fetching ??= fetchToken(false).finally(() => (fetching = undefined))
    return fetching
  }

  async function sendOnce(to: string, text: string): Promise<Told> {
    const value = await currentToken()
    const told = await postJson<Told>(`${root}/cgi-bin/message/custom/send?access_token=${encodeURIComponent(value)}`, JSON.stringify({ touser: to, msgtype: 'text', text: { content: text } }), { callMs })
    if (deadToken.has(told.errcode ?? 0) && token?.value === value) {
      dead = value
      token = undefined
    }
    return told
  }

  return {
    async send(to: string, text: string): Promise<void> {
      try {
        let told = await sendOnce(to, text)
        if (deadToken.has(told.errcode ?? 0)) told = await sendOnce(to, text)
        noRight = told.errcode === noRightToServe
        if (told.errcode) throw new Refused(told)
      } catch (cause) {
        throw toDeliveryFailed(cause, report)
      }
    },

    /** Whether WeChat said last that this account may not send service messages. */
    onlyWhenCalled: () => noRight,

    /** Fetches a token; rejects only when the papers are wrong, not when WeChat cannot be reached. */
    async check(): Promise<void> {
      try {
        await currentToken()
      } catch (cause) {
        const why = cause instanceof Refused ? wrongPapers[cause.errcode] : undefined
        if (why) throw new ChannelLost(`公众号启动失败：${why}（${String(cause)}）`, { cause })
        report(`连不上微信公众平台，发消息时再试：${String(cause)}`)
      }
    },
  }
}

/** What WeChat answered instead of yes. */
class Refused extends Error {
  readonly errcode: number

  constructor({ errcode = -1, errmsg = '' }: Told) {
    super(`WeChat ${errcode} ${errmsg}`)
    this.errcode = errcode
  }
}

function toDeliveryFailed(cause: unknown, report: (problem: string) => void): DeliveryFailed {
  if (!(cause instanceof Refused)) return new DeliveryFailed('official-account', { retry: true, cause })
  const wrong = wrongPapers[cause.errcode]
  const { retry, waitMs, remedy, heldBack = false } = refusals[cause.errcode] ?? (wrong ? { retry: true, waitMs: 10 * minute, remedy: wrong } : { retry: false } as Refusal)
  if (remedy) report(`公众号消息没发出去：${remedy}（${cause.message}）`)
  return new DeliveryFailed('official-account', { retry, cause, heldBack, ...(waitMs === undefined ? {} : { waitMs }) })
}
