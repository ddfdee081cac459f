import { expect, test } from 'vitest'
import { toldApart } from '../../src/consult/opening.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import { realLibrary } from '../support/grounds.ts'

const ticket = (question: string, missing: readonly string[] = []) => ({
  outcome: { kind: 'escalated', ticket: { question, because: 'unsure', urgency: 'normal' }, services: [], entries: [question], confidence: 0.2, reason: 'unsure', missing } as Outcome,
  message: question,
})
const asks = ({ outcome }: { outcome: Outcome }) => (outcome.kind === 'escalated' ? (outcome.missing ?? []).length : outcome.kind === 'answered' && outcome.answer.branch ? 1 : 0)

test.each([
  ['both ask', ['几月的'], ['多少钱'], ['荒坡', '护照'], [0, 1]],
  ['the second asks', [], ['多少钱'], ['荒坡', '护照'], [0, 1]],
  ['the first asks: it comes last, for what is said next joins the later ticket', ['几月的'], [], ['护照', '荒坡'], [0, 1]],
  ['neither asks', [], [], ['荒坡', '护照'], [0, 0]],
] as const)('of two tickets where %s', (_, one, other, order, asking) => {
  const told = toldApart([ticket('荒坡', one), ticket('护照', other)])
  expect(told.map(({ message }) => message)).toEqual(order)
  expect(told.map(({ outcome }) => outcome.kind === 'escalated' && outcome.about)).toEqual(order)
  expect(told.map(asks)).toEqual(asking)
})

test('an answer beside a ticket is not named, and does not ask where the ticket does', async () => {
  const { answer } = await realLibrary()
  const answered = { outcome: { kind: 'answered', answer: { ...answer('unpaid-wages'), branch: { ask: '还在上班吗', options: [] } }, entries: [], confidence: 1, reason: 'sure' } as Outcome, message: '工资' }
  const [first, second] = toldApart([answered, ticket('护照', ['哪天'])])
  expect([asks(first), asks(second)]).toEqual([0, 1])
  expect(second.outcome).not.toHaveProperty('about')
})
