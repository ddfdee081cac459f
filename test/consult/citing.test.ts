import { expect, test } from 'vitest'
import { citedIn } from '../../src/consult/citing.ts'
import { createRegister } from '../../src/knowledge/laws.ts'

const law = (name: string, articles: number, over = {}) => ({ name: `中华人民共和国${name}`, short: [name], articles, inserted: [], missing: [], effective: '2008-01-01', ...over })
const { laws } = createRegister([
  law('民法典', 1260), law('刑法', 452, { inserted: ['264之一'] }), law('劳动合同法', 98), law('劳动法', 107), law('民事诉讼法', 306), law('道路交通安全法', 124),
  law('治安管理处罚法', 144), law('消费者权益保护法', 63), law('合同法', 428, { repealed: '2021-01-01', replacedBy: '民法典' }), law('宪法', 143),
])
const refs = (text: string, day?: string) => citedIn(text, laws, day).refs.map(({ law: name, article, paragraph, item }) => [name, article, paragraph, item].filter((part) => part !== undefined).join(' '))

test.each([
  ['民法典第1077条第2款', ['民法典 1077 2']],
  ['《民法典》第一千零七十七条第二款说什么', ['民法典 1077 2']],
  ['劳动合同法第三十八条第一款第（三）项', ['劳动合同法 38 1 3']],
  ['劳动合同法38条三项', ['劳动合同法 38 3']],
  ['刑法264条', ['刑法 264']],
  ['刑法第二百六十四条之一', ['刑法 264之一']],
  ['民法典1077', ['民法典 1077']],
  ['劳动合同法第四十七条、第八十七条', ['劳动合同法 47', '劳动合同法 87']],
  ['劳动合同法第10条 第82条', ['劳动合同法 10', '劳动合同法 82']],
  ['劳动合同法第10条 第二次说', ['劳动合同法 10']],
  ['劳动合同法47、48和87条', ['劳动合同法 47', '劳动合同法 48', '劳动合同法 87']],
  ['民法典1077到1079条', ['民法典 1077', '民法典 1078', '民法典 1079']],
  ['民法典第一千零七十七条至第一千零七十八条', ['民法典 1077', '民法典 1078']],
  ['民法典1077条和刑法264条', ['民法典 1077', '刑法 264']],
  ['民诉法第二百四十六条', ['民事诉讼法 246']],
  ['劳合法82条', ['劳动合同法 82']],
  ['道交法第76条', ['道路交通安全法 76']],
  ['治安处罚法88条', ['治安管理处罚法 88']],
  ['消法第五十五条', ['消费者权益保护法 55']],
  ['劳动法3年没签合同', []],
  ['民法典1077，2个孩子归谁', ['民法典 1077']],
  ['离婚冷静期', []],
])('%s', (text, expected) => {
  expect(refs(text)).toEqual(expected)
})

test('a part without its paragraph is an item', () => {
  expect(citedIn('劳动合同法38条第3项', laws).refs).toEqual([{ law: '劳动合同法', article: '38', item: 3 }])
})

test('a number beyond the law is told apart, a bare one is not taken for an article', () => {
  expect(citedIn('民法典第1300条', laws).beyond.map(({ law: { articles }, article }) => [articles, article])).toEqual([[1260, '1300']])
  expect(citedIn('民法典第一万条', laws), 'nor is its beginning').toMatchObject({ refs: [], beyond: [{ article: '10000' }] })
  expect(citedIn('民法典2021年施行的吗', laws).beyond).toEqual([])
})

test('a repealed law counts only for a day before its end', () => {
  expect(citedIn('合同法第52条', laws)).toMatchObject({ refs: [], ended: [{ article: '52' }] })
  expect(refs('合同法第52条', '2020-12-31')).toEqual(['合同法 52'])
})

test.each([
  ['企业破产法第十条说什么', '企业破产法'],
  ['请问一下《水井使用法》第三条', '水井使用法'],
  ['根据公司法第3条', '公司法'],
])('%s names a law that nobody registered', (text, name) => {
  expect(citedIn(text, laws).unknown.map((one) => one.law)).toEqual([name])
})

test.each(['本法第三条', '按照村里的办法第三条路走', '没有办法第二条路'])('%s names none', (text) => {
  expect(citedIn(text, laws)).toMatchObject({ refs: [], unknown: [] })
})
