import { expect, test } from 'vitest'
import { bindsOn, namedDay, versionOn } from '../../src/domain/statute.ts'

const today = '2026-11-22'

test.each([
  ['2019年的时候合同法第52条怎么说', '2019-12-31'],
  ['2020年2月那会儿民法典还没有吧', '2020-02-29'],
  ['2018年5月3日当时的劳动法', '2018-05-03'],
  ['按２０１８年版刑法', '2018-12-31'],
  ['2019年结的婚，现在要离', undefined],
  ['那时候怎么规定的', undefined],
  ['2026年的时候', undefined],
  ['2019年13月的时候', undefined],
])('%s means the law of %s', (text, expected) => {
  expect(namedDay(text, today)).toBe(expected)
})

test('a text binds from its first day to the day before its last', () => {
  const versions = [{ from: '2001-01-01', until: '2010-01-01' }, { from: '2010-01-01', until: '2027-01-01' }, { from: '2027-01-01' }]
  expect(['2000-12-31', '2001-01-01', '2009-12-31', '2010-01-01', '2026-12-31', '2027-01-01'].map((day) => versionOn(versions, day)?.from)).toEqual([undefined, '2001-01-01', '2001-01-01', '2010-01-01', '2010-01-01', '2027-01-01'])
  expect(bindsOn({ from: '2001-01-01', until: '2010-01-01' }, '2010-01-01')).toBe(false)
})
