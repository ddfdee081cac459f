/**
 * A naive Bayes classifier over tokens that learns and forgets at once, so that an edited entry is
 * known the moment it is saved. Classes are named; an example counts with its weight.
 */
export type Bayes = {
  add(label: string, example: Example): void
  /** Takes back an example that was added. */
  remove(label: string, example: Example): void
  /** Log-probability of each class, up to a constant, highest first not promised; empty with nothing learned. */
  score(tokens: readonly string[]): Map<string, number>
  /** Of the Chinese words and pairs, rare ones counting most, the share that each class's examples hold, from 0 to 1; classes that hold none are left out. */
  shares(tokens: readonly string[]): Map<string, number>
}

export type Example = { readonly tokens: readonly string[]; readonly weight: number }

/** Added to every count, so that an unknown word rules nothing out. */
const smoothing = 0.01
/** In so many examples a token counts that stands in none: it is rarer than what stands in one. */
const unseen = 0.5

export function createBayes(): Bayes {
  /** token → class → weight, and in how many examples the token stands. */
  const counts = new Map<string, { classes: Map<string, number>; examples: number }>()
  const totals = new Map<string, number>()
  let examples = 0

  function change(label: string, { tokens, weight }: Example, sign: 1 | -1): void {
    const share = (weight / Math.sqrt(tokens.length || 1)) * sign
    for (const token of tokens) {
      let known = counts.get(token)
      if (!known) counts.set(token, (known = { classes: new Map(), examples: 0 }))
      known.examples += sign
      known.classes.set(label, (known.classes.get(label) ?? 0) + share)
      if (known.examples === 0) counts.delete(token)
    }
    const total = (totals.get(label) ?? 0) + share * tokens.length
    if (total > 1e-6) totals.set(label, total)
    else totals.delete(label)
    examples += sign
  }

  return {
    add: (label, example) => change(label, example, 1),
    remove: (label, example) => change(label, example, -1),

    score(tokens) {
      const weighed = tokens.flatMap((token) => {
        const known = counts.get(token)
        return known ? [{ known, rarity: Math.log(1 + examples / known.examples) }] : []
      })
      const length = Math.sqrt(weighed.reduce((sum, { rarity }) => sum + rarity * rarity, 0)) || 1
      const scores = new Map<string, number>()
      const all = weighed.reduce((sum, { rarity }) => sum + rarity / length, 0)
      for (const [label, total] of totals) scores.set(label, -all * Math.log(total + smoothing * counts.size) + all * Math.log(smoothing))
      for (const { known, rarity } of weighed)
        for (const [label, count] of known.classes) {
          const score = scores.get(label)
          if (score !== undefined) scores.set(label, score + (rarity / length) * Math.log(1 + Math.max(0, count) / smoothing))
        }
      return scores
    },

    shares(tokens) {
      const held = new Map<string, number>()
      let all = 0
      for (const token of tokens) {
        if (token.length < 2 || /\w/.test(token)) continue
        const known = counts.get(token)
        const rarity = Math.log(1 + examples / (known?.examples ?? unseen))
        all += rarity
        for (const [label, count] of known?.classes ?? []) if (count > 1e-9) held.set(label, (held.get(label) ?? 0) + rarity)
      }
      for (const [label, sum] of held) held.set(label, sum / all)
      return held
    },
  }
}
