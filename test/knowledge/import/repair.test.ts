import { expect, test } from 'vitest'
import { repairText } from '../../../src/knowledge/import/repair.ts'

// Invented sentences, damaged the way a bad conversion does it: sounds in brackets, and bytes that have slipped.
const damaged = [
  '現(xiàn)將關(guān)于水井的規(guī)定發(fā)給(gěi)你們,請(qǐng)遵照?qǐng)?zhí)行。',
  '各村要按時(shí)執(zhí)行(東井先打,西井后打);不執(zhí)行的,由村民會(huì)議(yì)處(chù)理。',
  '各省的水井另有規(guī)定,各?。ㄗ灾螀^(qū))可以參照。',
]

test('simplifies the characters, takes the sounds out and puts slipped bytes together again', () => {
  expect(repairText(damaged)).toMatchObject({
    lines: [
      '现将关于水井的规定发给你们，请遵照执行。',
      '各村要按时执行（东井先打，西井后打）；不执行的，由村民会议处理。',
      '各省的水井另有规定，各省（自治区）可以参照。',
    ],
    doubts: [],
  })
})

test('what it cannot be sure of stays and is reported', () => {
  const alone = repairText([...damaged.slice(0, 1), '這(zhè)里丟?掉了一個(gè)字。', '這(zhè)一行寫(xiě)得很長(cháng)很長(cháng)很長(cháng)很長(cháng)很長(cháng)很長(cháng)很長(cháng)很長(cháng)很長(cháng)很長(cháng),可是沒有寫(xiě)完就到了紙(zh'])
  expect(alone?.doubts).toEqual([
    { index: 1, what: '「这里丢?掉了一个字。」', why: expect.stringContaining('补不准') as string },
    { index: 2, what: expect.stringContaining('就到了纸') as string, why: expect.stringContaining('没有写完') as string },
  ])
})

test('a text without the damage is left alone, be it in traditional characters', () => {
  expect(repairText(['現將關於水井的規定發給你們。', '水井（東）每天打水？'])).toBeUndefined()
})
