import type { Sheet } from '../domain/message.ts'
import type { Village } from '../domain/person.ts'
import { plain, type Reply } from './wording.ts'

type Place = NonNullable<Sheet['places']>[number]

/** The three levels of the service network that serve a village, the nearest first. */
export function pointsOf({ points = {}, township, county }: Village): Place[] {
  const levels = [[points.village, '村里'], [points.township, township ?? '乡镇'], [points.county, county ?? '县里']] as const
  return levels.flatMap(([point, where]) => (point ? [{ name: point.name, about: point.address ?? `${where}的公共法律服务`, ...(point.phone === undefined ? {} : { phone: point.phone }) }] : []))
}

/** Names the village's service points in what a resident reads when an adviser takes over. */
export function withPoints(replies: readonly Reply[], village: Village): Reply[] {
  const places = pointsOf(village)
  return replies.map((reply) => {
    if (reply.sheet?.kind !== 'escalated' || !reply.sheet.places || places.length === 0) return reply
    const sheet = { ...reply.sheet, places: [...places, ...reply.sheet.places] }
    return { ...reply, sheet, text: plain(sheet) }
  })
}
