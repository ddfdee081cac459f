import { expect, test } from 'vitest'
import { inSimplified, toSimplified } from '../../src/consult/simplified.ts'
import { inbound } from '../support/messages.ts'

test.each([
  ['勞動合同法第八十二條說什麼', '劳动合同法第八十二条说什么'],
  ['老闆拖欠薪水三個月怎麼辦', '老板拖欠薪水三个月怎么办'],
  ['轉人工', '转人工'],
  ['著作權被侵犯', '著作权被侵犯'],
  ['著作权被侵犯了，乾坤', '著作权被侵犯了，乾坤'],
  ['wages 3 months?', 'wages 3 months?'],
])('%s is looked up as %s', async (text, expected) => {
  expect(await toSimplified(text)).toBe(expected)
})

test('the words as they were written stay with the message', async () => {
  expect(await inSimplified(inbound({ text: '離婚' }))).toMatchObject({ text: '离婚', original: '離婚' })
  expect(await inSimplified(inbound({ text: '离婚' }))).not.toHaveProperty('original')
})
