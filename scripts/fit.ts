/** One choice: the features of each option, and which options are right. */
export type Choice = { readonly options: readonly (readonly number[])[]; readonly right: readonly boolean[]; readonly weight?: number }

/** Conditional logit: weights under which a right option has the greatest share. Deterministic; L2 keeps weights small. */
export function fitChoice(choices: readonly Choice[], width: number, ridge = 0.3): number[] {
  const usable = choices.filter(({ right }) => right.some(Boolean) && !right.every(Boolean))
  return descend(width, (weights, slope) => {
    let loss = 0
    for (const { options, right, weight = 1 } of usable) {
      const scores = options.map((option) => dot(option, weights))
      const best = Math.max(...scores)
      const powers = scores.map((score) => Math.exp(score - best))
      const total = powers.reduce((sum, power) => sum + power, 0)
      const won = powers.reduce((sum, power, index) => sum + (right[index] ? power : 0), 0)
      loss -= weight * Math.log(won / total)
      options.forEach((option, index) => {
        const power = powers[index] ?? 0
        const pull = weight * (power / total - (right[index] ? power / won : 0))
        if (Math.abs(pull) > 1e-9) for (let i = 0; i < width; i++) slope[i]! += pull * (option[i] ?? 0)
      })
    }
    return loss
  }, ridge)
}

/** Logistic regression; `counts` says how often each row counts, `predict` gives the chance from 0 to 1. */
export function fitLogistic(rows: readonly (readonly number[])[], right: readonly boolean[], counts: readonly number[], ridge = 0.3): { bias: number; weights: number[]; predict(row: readonly number[]): number } {
  const width = (rows[0]?.length ?? 0) + 1
  const fitted = descend(width, (weights, slope) => {
    let loss = 0
    rows.forEach((row, index) => {
      const chance = sigmoid(dot(row, weights) + (weights[width - 1] ?? 0))
      const target = right[index] ? 1 : 0
      const count = counts[index] ?? 1
      loss -= count * Math.log(Math.max(1e-9, target ? chance : 1 - chance))
      row.forEach((value, i) => (slope[i]! += count * (chance - target) * value))
      slope[width - 1]! += count * (chance - target)
    })
    return loss
  }, ridge)
  const weights = fitted.slice(0, -1)
  const bias = fitted.at(-1) ?? 0
  return { bias, weights, predict: (row) => sigmoid(dot(row, weights) + bias) }
}

/** Gradient descent whose step shrinks when a step makes things worse and grows when it helps. */
function descend(width: number, lossAt: (weights: readonly number[], slope: number[]) => number, ridge: number): number[] {
  let weights = new Array<number>(width).fill(0)
  const measure = (at: readonly number[]) => {
    const slope = at.map((weight) => 2 * ridge * weight)
    return { loss: lossAt(at, slope) + ridge * at.reduce((sum, weight) => sum + weight * weight, 0), slope }
  }
  let now = measure(weights)
  let step = 0.01
  for (let round = 0; round < 600 && step > 1e-9; round++) {
    const next = weights.map((weight, index) => weight - step * (now.slope[index] ?? 0))
    const then = measure(next)
    if (then.loss < now.loss) {
      weights = next
      now = then
      step *= 1.3
    } else step *= 0.4
  }
  return weights
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0)
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value))
}
