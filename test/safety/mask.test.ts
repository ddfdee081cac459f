import { expect, test } from 'vitest'
import { createMasking } from '../../src/safety/mask.ts'

test.each([
  ['我叫王小明，电话13800138000', ['王小明', '13800138000']],
  ['老板李建国欠我钱，李建国说没钱', ['李建国']],
  ['我老公张伟打我', ['张伟']],
  ['张三借了我两万，写了条子', ['张三']],
  ['我在宏发建材有限公司上班', ['宏发建材']],
  ['家住四川省绵阳市三台县幸福路12号', ['绵阳市', '三台县', '幸福路']],
  ['身份证11010519491231002X卡号6222021234567890123', ['11010519491231002X', '6222021234567890123']],
  ['车牌川A12345，微信号abc_12345', ['A12345', 'abc_12345']],
])('hides what names a person and gives it back: %s', (text, secrets) => {
  const masking = createMasking()
  const masked = masking.mask(text)
  for (const secret of secrets) expect(masked).not.toContain(secret)
  expect(masking.unmask(masked)).toBe(text.normalize('NFKC'))
})

test('the same value has the same mark, another one has another', () => {
  const masked = createMasking().mask('老板李建国和会计周红梅都说没钱，李建国跑了')
  expect(masked.match(/〔姓名1〕/g)).toHaveLength(2)
  expect(masked).toContain('〔姓名2〕')
})

test('a mark that the resident typed is none of ours', () => {
  const masking = createMasking()
  const masked = masking.mask('〔电话1〕是谁的，我的是13800138000')
  expect(masked.match(/〔电话1〕/g)).toHaveLength(1)
  expect(masking.unmask('〔电话1〕')).toBe('13800138000')
})

test('a mark that stands for nothing is found', () => {
  const masking = createMasking()
  masking.mask('电话13800138000')
  expect(masking.unknown('打〔电话1〕或者〔电话2〕')).toEqual(['〔电话2〕'])
})

test.each(['厂里拖了三个月工资一共14000元', '老板不给钱', '邻居说我挡了他家的光', '我们村要征地', '打12348问', '我跟他说了不听'])('leaves %s as it is', (text) => {
  expect(createMasking().mask(text)).toBe(text)
})
