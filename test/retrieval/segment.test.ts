import { expect, test } from 'vitest'
import { bigrams, characters, normalise, searchable, terms, tokens, words } from '../../src/retrieval/segment.ts'

test('knows the words of the law', () => {
  expect(words('外嫁女能分土地补偿费吗')).toEqual(expect.arrayContaining(['外嫁女', '土地补偿费']))
})

test('gives a long word and its parts, so that either is found', () => {
  expect(words('居住权')).toEqual(['居住', '居住权'])
})

test('reads full-width letters and digits as half-width ones, capitals as small ones', () => {
  expect(normalise('ＡＢＣ１２３４８')).toBe('abc12348')
})

test('pairs neighbours within a clause, never across a comma', () => {
  expect(bigrams('彩礼，退')).toEqual(['彩礼', '退'])
})

test('drops punctuation and white space everywhere', () => {
  expect([...words('怎么办？ 怎么办！'), ...characters(' 。')].filter((t) => /[？！。\s]/.test(t))).toEqual([])
})

test('an empty text has no terms', () => {
  expect(terms('')).toEqual([])
  expect(tokens('，。')).toEqual([])
})

test('a token counts once, however often it is said', () => {
  expect(tokens('退钱退钱', '退钱').sort()).toEqual(['退', '退钱', '钱', '钱退'])
})

test.each([
  ['老板拖工资，电话13812345678', '老板拖工资，电话 '],
  ['电话138 1234 5678，身份证11010519491231002X', '电话 ，身份证 '],
  ['卡号６２２２０２０２００１１２２３３４４５', '卡号 '],
  ['欠我10000000元，2024-05-01借的，打12348', '欠我10000000元，2024-05-01借的，打12348'],
])('%s: who somebody is, is not searched for', (text, left) => {
  expect(searchable(text)).toBe(left)
})
