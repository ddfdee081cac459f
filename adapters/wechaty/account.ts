import type { Wechaty } from 'wechaty'
import { renderUnicodeCompact } from 'uqr'

/** Where news of the account goes: admins who must act, the log, the terminal. */
export type News = { tell(text: string): void; report(problem: string): void; show(code: string): void }

const connectionLost = /UNAVAILABLE|ECONNREFUSED|Connection dropped|watchdog/i

/**
 * Watches over the account: shows the sign-in code, and says once, not at every beat, that it is signed out,
 * unreachable or back.
 */
export function watchAccount(bot: Wechaty, { tell, report, show }: News): void {
  let lastCode = ''
  let away: 'unreachable' | 'signed-out' | undefined

  bot.on('scan', (code, status) => {
    if (code === '' || code === lastCode) return
    lastCode = code
    report(`请用微信扫码登录（状态 ${status}）：${code}`)
    show(`\n请用要当助手的那个微信号扫码登录：\n${renderUnicodeCompact(code)}\n`)
    if (away === 'signed-out') return
    away = 'signed-out'
    tell('微信助手需要扫码登录：请到服务器上看终端或日志里的二维码，用助手的微信号扫。')
  })

  bot.on('login', (user) => {
    report(`微信已登录：${user.name()}`)
    if (away) tell(`微信助手「${user.name()}」已恢复。断开期间的群消息收不到，请顾问翻看群里有没有漏掉的。`)
    away = undefined
    lastCode = ''
  })

  bot.on('logout', (user, reason) => {
    // Wechaty's own restart of the connection, after which it signs in by itself.
    if (reason === 'puppet stop()') return
    report(`微信已退出：${user.name()} ${reason ?? ''}`)
    if (away !== 'signed-out') tell(`微信助手「${user.name()}」退出了登录（可能在别处登录，或被微信限制），群里暂时收发不了消息。请到服务器上扫码重新登录。`)
    away = 'signed-out'
  })

  bot.on('error', (cause) => {
    report(`微信出错：${String(cause)}`)
    if (away || !connectionLost.test(String(cause))) return
    away = 'unreachable'
    tell('微信助手连不上微信网关，会自动重连，大约要一分钟；其间的群消息收不到。')
  })
}

/**
 * Begins the connection again whenever Wechaty has given it up, as it does for good when a gateway is away
 * at the start or for more than a minute. Call what it returns to end that.
 */
export function keepConnected(bot: Wechaty, everyMs: number, report: News['report']): () => void {
  const timer = setInterval(() => {
    if (bot.puppet.state.inactive() === true) bot.puppet.start().catch((cause: unknown) => report(`微信还连不上：${String(cause)}`))
  }, everyMs)
  return () => clearInterval(timer)
}
