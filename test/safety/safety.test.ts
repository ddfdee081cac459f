import { expect, test } from 'vitest'
import type { Situation } from '../../src/domain/entry.ts'
import { holdsPersonalData, redact } from '../../src/safety/redact.ts'
import { compileSigns } from '../../src/safety/signs.ts'

function situation(id: string, response: Situation['response'], signs: readonly string[]): Situation {
  return { kind: 'situation', id, response, signs, title: id, questions: [], answer: '先打110', sections: [], basis: [], checked: '2026-11-22', file: `${id}.md`, hotlines: ['110'], leadsTo: [] }
}

const signs = compileSigns([
  situation('greeting', 'ignore', ['早上好']),
  situation('violence', 'urgent', ['打我|打人 正在|又在 -以前|去年']),
  situation('pesticide', 'urgent', ['(喝|吃).{0,3}(农药|百草枯)']),
  situation('broken', 'urgent', ['(没写完']),
])

test.each([
  ['他又在打我', 'violence'],
  ['他 又 在 打 我', 'violence'],
  ['他打我，正在砸门', 'violence'],
  ['他去年又在外面打我', undefined],
  ['老头子喝了农药', 'pesticide'],
  ['ＡＢＣ他又在打人', 'violence'],
  ['早上好', 'greeting'],
  ['早上好，他又在打我', 'violence'],
  ['工资怎么讨', undefined],
])('%s → %s', (text, expected) => {
  expect(signs.spot(text)?.id).toBe(expected)
})

test('a sign that cannot be read is reported and harms no other', () => {
  expect(signs.broken).toMatchObject([{ situation: { id: 'broken' }, sign: '(没写完' }])
})

test.each([
  ['我的电话13800138000，急', '我的电话〔电话〕，急'],
  ['身份证11010519491231002X', '身份证〔身份证号〕'],
  ['卡号6222021234567890123', '卡号〔银行卡号〕'],
  ['电话１３８００１３８０００', '电话〔电话〕'],
  ['座机0431-88912345', '座机〔电话〕'],
  ['邮箱 a.b@example.com', '邮箱 〔邮箱〕'],
  ['车牌川A12345跑了', '车牌〔车牌〕跑了'],
  ['幸福路12号', '〔住址〕'],
  ['我叫王小明，想问', '我叫〔姓名〕，想问'],
  ['微信号abc_12345', '〔社交账号〕'],
])('masks %s', (text, expected) => {
  expect(redact(text)).toBe(expected)
  expect(holdsPersonalData(text)).toBe(true)
})

test.each(['厂里拖了三个月工资，一共14000元', '2026年1月1日起施行', '民法典第1077条', '打12348', '签了3年合同'])('leaves %s as it is', (text) => {
  expect(holdsPersonalData(text)).toBe(false)
})
