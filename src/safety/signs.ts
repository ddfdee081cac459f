import type { Situation } from '../domain/entry.ts'

/** The deterministic net of situations, compiled; a broken sign is reported, not thrown. */
export type Signs = {
  /** The first situation whose signs the text shows; urgent ones are looked at first. */
  spot(text: string, response?: Situation['response']): Situation | undefined
  /** Whether the text shows what a sign of that response begins with: likeness alone proves little. */
  hints(text: string, response: Situation['response']): boolean
  readonly broken: readonly { readonly situation: Situation; readonly sign: string }[]
}

type Sign = { readonly situation: Situation; readonly wanted: readonly RegExp[]; readonly unwanted: readonly RegExp[] }

/**
 * Compiles the `signs` of situations: groups split by spaces must all occur, alternatives inside a group
 * are split by |, a group that starts with - must not occur.
 */
export function compileSigns(situations: readonly Situation[]): Signs {
  const broken: { situation: Situation; sign: string }[] = []
  const signs = situations.flatMap((situation) =>
    situation.signs.flatMap((sign): Sign[] => {
      const groups = sign.trim().split(/\s+/)
      try {
        const wanted = groups.filter((group) => !group.startsWith('-')).map(toPattern)
        const unwanted = groups.filter((group) => group.startsWith('-')).map((group) => toPattern(group.slice(1)))
        if (wanted.length > 0) return [{ situation, wanted, unwanted }]
      } catch {
        // reported below
      }
      broken.push({ situation, sign })
      return []
    }),
  )
  signs.sort((one, other) => rank(one.situation) - rank(other.situation))

  return {
    broken,
    spot(text, response) {
      const plain = plainText(text)
      const hit = signs.find(
        ({ situation, wanted, unwanted }) =>
          (!response || situation.response === response) && wanted.every((pattern) => pattern.test(plain)) && !unwanted.some((pattern) => pattern.test(plain)),
      )
      return hit?.situation
    },
    hints(text, response) {
      const plain = plainText(text)
      return signs.some(({ situation, wanted }) => situation.response === response && wanted[0]!.test(plain))
    },
  }
}

function rank(situation: Situation): number {
  return ['urgent', 'escalate', 'refuse', 'ignore'].indexOf(situation.response)
}

function toPattern(group: string): RegExp {
  return new RegExp(group.toLowerCase(), 'u')
}

/** Half width, lower case, without spaces: how people type must not hide an emergency. */
export function plainText(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, '')
}
