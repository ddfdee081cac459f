import { expect, test } from 'vitest'
import { articleLabel, articleName, chineseNumber, hasArticle, inForce, parseNumber, type Law } from '../../src/domain/law.ts'

const law: Law = { name: '中华人民共和国刑法', short: ['刑法'], articles: 452, inserted: ['276之一'], missing: [199], effective: '1997-10-01', repealed: '2030-01-01' }

test.each([
  [1, '一'], [10, '十'], [11, '十一'], [20, '二十'], [100, '一百'], [101, '一百零一'], [110, '一百一十'], [276, '二百七十六'], [1001, '一千零一'], [1077, '一千零七十七'], [1260, '一千二百六十'], [10_000, '一万'], [10_011, '一万零一十一'], [12_030, '一万二千零三十'],
])('%i is written %s and read back', (value, text) => {
  expect(chineseNumber(value)).toBe(text)
  expect(parseNumber(text)).toBe(value)
})

test.each([['1077', 1077], ['１２', 12], ['二〇二六', 2026], ['两百', 200], ['三万', 30_000], ['一百二十万', 1_200_000], ['好多', undefined]])('reads %s', (text, value) => {
  expect(parseNumber(text)).toBe(value)
})

test('names articles as statutes do', () => {
  expect(articleName('276之一')).toBe('第二百七十六条之一')
  expect(articleLabel({ law: '宪法', article: '序言' })).toBe('《宪法》序言')
})

test('knows inserted and skipped articles', () => {
  expect(['1', '452', '276之一'].every((article) => hasArticle(law, article))).toBe(true)
  expect(['0', '453', '199', '276之二'].some((article) => hasArticle(law, article))).toBe(false)
})

test('a law binds from the day it takes effect to the day before its repeal', () => {
  expect(inForce(law, '1997-09-30')).toBe(false)
  expect(inForce(law, '1997-10-01')).toBe(true)
  expect(inForce(law, '2029-12-31')).toBe(true)
  expect(inForce(law, '2030-01-01')).toBe(false)
})
