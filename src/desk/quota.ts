/** May it be served; the first refusal of a while is worth a word, the next ones are not. */
export type Share = 'yes' | 'tell' | 'no'

/**
 * One pace for everybody: so many a minute, by key. At most `most` keys are remembered; those that have
 * their full share again are forgotten first.
 */
export function createQuota(perMinute: number, most = 10_000) {
  const buckets = new Map<string, { left: number; at: number; told: number }>()

  function sweep(now: number): void {
    for (const [key, { left, at }] of buckets) if (left + ((now - at) / 60_000) * perMinute >= perMinute) buckets.delete(key)
    for (const key of buckets.keys()) {
      if (buckets.size < most) return
      buckets.delete(key)
    }
  }

  return {
    take(key: string, now: Date): Share {
      const time = now.getTime()
      if (buckets.size >= most && !buckets.has(key)) sweep(time)
      const before = buckets.get(key) ?? { left: perMinute, at: time, told: -Infinity }
      const left = Math.min(perMinute, before.left + (Math.max(0, time - before.at) / 60_000) * perMinute)
      buckets.delete(key)
      if (left >= 1) {
        buckets.set(key, { left: left - 1, at: time, told: before.told })
        return 'yes'
      }
      const tell = time - before.told >= 60_000
      buckets.set(key, { left, at: time, told: tell ? time : before.told })
      return tell ? 'tell' : 'no'
    },
  }
}

export type Quota = ReturnType<typeof createQuota>
