/** How many at once, and how long until there is room for one more. */
export type Limit = { readonly burst: number; readonly everyMs: number }

export type Pace = {
  /** Takes one from the key's share: 0 when there was one left, else the seconds to wait. */
  take(key: string): number
}

/** Paces senders by token buckets; at most `most` of them are remembered, the fullest forgotten first. */
export function createPace({ burst, everyMs }: Limit, now: () => number = () => performance.now(), most = 10_000): Pace {
  const buckets = new Map<string, { left: number; at: number }>()

  function sweep(at: number): void {
    for (const [key, bucket] of buckets) if (bucket.left + (at - bucket.at) / everyMs >= burst) buckets.delete(key)
    // Still too many: the ones that were idle longest go.
    for (const key of buckets.keys()) {
      if (buckets.size < most) return
      buckets.delete(key)
    }
  }

  return {
    take(key) {
      const at = now()
      const before = buckets.get(key)
      if (!before && buckets.size >= most) sweep(at)
      const left = before ? Math.min(burst, before.left + (at - before.at) / everyMs) : burst
      const allowed = left >= 1
      buckets.delete(key)
      buckets.set(key, { left: allowed ? left - 1 : left, at })
      return allowed ? 0 : Math.max(1, Math.ceil(((1 - left) * everyMs) / 1000))
    },
  }
}

/** The part of an address that one household or office holds: all of an IPv4 address, the /64 of an IPv6 one. */
export function neighbourhood(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return mapped
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('%')[0]!.split('::')
  const groups = head.split(':').filter(Boolean)
  const rest = tail === undefined ? [] : tail.split(':').filter(Boolean)
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0')
  return `${[...groups, ...zeros, ...rest].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, '').toLowerCase()).join(':')}::/64`
}
