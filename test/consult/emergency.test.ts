import { expect, test } from 'vitest'
import { saysSafe } from '../../src/consult/emergency.ts'

test.each([
  ['我安全了', true], ['他走了，我安全了', true], ['人都安全了，谢谢大家！', true], ['我以为安全了他又拿刀回来了', false], ['我安全了吗', false], ['我安全了，可他还在打我妈', false],
  ['等警察来了我就安全了', false], ['他说我安全了让我开门', false], ['我还不安全', false], ['没事了', false],
])('「%s」 says that the danger is over: %s', (text, safe) => {
  expect(saysSafe(text)).toBe(safe)
})
