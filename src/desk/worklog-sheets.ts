import { clockOf } from '../domain/person.ts'
import { harmless, type Service } from '../domain/worklog.ts'

export type Cell = string | number
export type WorklogSheet = { readonly name: string; readonly rows: readonly (readonly Cell[])[] }

/** What the sheets call things: villages and channels by the names people know. */
export type Names = { village(id: string): string; channel(name: Service['channel']): string }

/**
 * A month's work log as an adviser signs it: every service, hours and counts by village, and the settlement
 * by adviser, which counts signed entries and nothing else.
 */
export function worklogSheets(services: readonly Service[], month: string, names: Names): WorklogSheet[] {
  return [logSheet(services, month, names), villageSheet(services, names), settlementSheet(services)].map(({ name, rows }) => ({
    name, rows: rows.map((row) => row.map((cell) => (typeof cell === 'string' ? harmless(cell) : cell))),
  }))
}

function logSheet(services: readonly Service[], month: string, names: Names): WorklogSheet {
  const head = ['序号', '时间', '村居', '顾问', '类别', '执业证号', '渠道', '服务内容', '服务方式', '办理结果', '用时（分钟）', '跨区域', '工单', '内容来源', '签字']
  const rows = services.map((service, index) => {
    const { at, village, adviser, channel, content, method, result, minutes, crossRegion, ticket, generated, signed } = service
    return [index + 1, clockOf(new Date(at)), names.village(village), adviser.name, adviser.kind, adviser.licence ?? '', names.channel(channel), content, method, result, minutes, crossRegion ? '是' : '', ticket === undefined ? '' : `#${ticket}`, generated ? '含 AI 生成' : '顾问本人', signed ? '已签' : '未签']
  })
  return { name: '台账', rows: [[`法律顾问服务台账 ${month}`], [notice(services)], head, ...rows, ['合计', '', '', '', '', '', '', '', '', '', sum(services)], [], ['顾问签字：', '', '', '', '日期：']] }
}

function villageSheet(services: readonly Service[], names: Names): WorklogSheet {
  const rows = groups(services, ({ village }) => village).map(([village, own]) => [names.village(village), own.length, sum(own), hours(sum(own)), own.filter(({ signed }) => signed).length, own.filter(({ crossRegion }) => crossRegion).length])
  return { name: '按村居', rows: [['村居', '件数', '用时（分钟）', '小时', '已签件数', '跨区域件数'], ...rows, ['合计', services.length, sum(services), hours(sum(services)), services.filter(({ signed }) => signed).length, services.filter(({ crossRegion }) => crossRegion).length]] }
}

/** For purchased services: what stands here is what was signed, no more. */
function settlementSheet(services: readonly Service[]): WorklogSheet {
  const signed = services.filter((service) => service.signed)
  const rows = groups(signed, ({ adviser }) => adviser.id).map(([, own]) => {
    const adviser = own[0]?.adviser
    return [adviser?.name ?? '', adviser?.kind ?? '', adviser?.licence ?? '', own.length, sum(own), hours(sum(own))]
  })
  return {
    name: '结算单',
    rows: [['顾问', '类别', '执业证号', '已签件数', '用时（分钟）', '小时'], ...rows, ['合计', '', '', signed.length, sum(signed), hours(sum(signed))], [`未签的 ${services.length - signed.length} 件不计入。顾问说「签 年-月」签字后重新导出。`]],
  }
}

function notice(services: readonly Service[]): string {
  return services.some(({ generated }) => generated) ? '标「含 AI 生成」的，答复的草稿由人工智能生成，由顾问看过后发出。' : '本表没有人工智能生成的内容。'
}

function groups<T>(items: readonly T[], keyOf: (item: T) => string): [string, T[]][] {
  const found = new Map<string, T[]>()
  for (const item of items) found.set(keyOf(item), [...(found.get(keyOf(item)) ?? []), item])
  return [...found]
}

function sum(services: readonly Service[]): number {
  return services.reduce((total, { minutes }) => total + minutes, 0)
}

function hours(minutes: number): number {
  return Math.round((minutes / 60) * 100) / 100
}
