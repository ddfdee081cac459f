import { expect, test } from 'vitest'
import { paragraphsOf } from '../../../src/domain/statute.ts'
import { readMarkdown } from '../../../src/knowledge/import/markdown.ts'
import { documentsIn, splitDocument, splitStatute } from '../../../src/knowledge/import/split.ts'
import { asMarkdown, firstLine, wellLaw } from '../../support/statutes.ts'

const numbers = (source: string) => splitStatute(source).articles.map(({ article }) => article)
const reasons = (source: string) => splitStatute(source).skipped.map(({ what, why }) => `${what} ${why}`).filter((text) => !text.startsWith('目录'))

test('keeps a preamble as an article of its own, and a lead-in beside the articles', () => {
  expect(splitStatute('# 水井宪法\n\n## 序言\n\n井水养人。\n\n## 第一章　总则\n\n第一条　井是大家的。').articles[0]).toEqual({ article: '序言', heading: '', text: '井水养人。' })
  const lead = splitStatute('# 水井规定\n\n2020年1月2日公布\n\n为了井水，制定本规定。\n\n第一条 井是大家的。')
  expect(lead).toMatchObject({ preamble: '为了井水，制定本规定。', adopted: '2020-01-02' })
})

test('a decision without articles counts by 一、二、', () => {
  const decision = splitStatute('# 关于水井的决定\n\n（2020年5月6日通过）\n\n会议决定：\n\n一、井要加盖。\n\n（一）白天可以打开。\n\n二、本决定自2020年6月1日起施行。')
  expect(decision.articles).toEqual([{ article: '一', heading: '', text: '井要加盖。\n（一）白天可以打开。' }, { article: '二', heading: '', text: '本决定自2020年6月1日起施行。' }])
  expect(decision.from).toBe('2020-06-01')
})

test('a reply of one paragraph is taken whole', () => {
  expect(splitStatute('# 关于水桶问题的批复\n\n2020年5月6日发布\n\n你村的请示收悉。经研究，木桶和铁桶都可以用于打水。').articles).toEqual([{ article: '全文', heading: '', text: '你村的请示收悉。经研究，木桶和铁桶都可以用于打水。' }])
})

test('amendments in one file are statutes of their own', () => {
  const file = '# 修正案\n\n## 中华人民共和国水井使用法修正案\n\n*2020年1月1日通过*\n\n一、第三条改为：“不准借桶。”\n\n二、本修正案自公布之日起施行。\n\n## 中华人民共和国水井使用法修正案（二）\n\n*2021年1月1日通过*\n\n第一条　删去第四条。'
  expect(documentsIn(readMarkdown(file)).map((document) => splitDocument(document)).map(({ title, adopted, articles }) => [title, adopted, articles.length])).toEqual([
    ['中华人民共和国水井使用法修正案', '2020-01-01', 2],
    ['中华人民共和国水井使用法修正案（二）', '2021-01-01', 1],
  ])
})

test('an article that a decision quotes is text of the decision', () => {
  const decision = '# 关于修改水井使用法的决定\n\n一、增加二条：\n\n“第八条 井边不准洗衣。\n\n第九条 井边不准喂牛。”\n\n二、本决定自公布之日起施行。'
  expect(numbers(decision)).toEqual(['一', '二'])
})

test.each([
  ['自公布之日', '2020年4月1日全国打水代表大会通过', '公布之日', { adopted: '2020-04-01', from: '2020-04-01' }],
  ['a rewriting that takes effect later', '1990年1月1日通过 2020年4月1日修订', '2021年1月1日', { adopted: '1990-01-01', amended: '2020-04-01', from: '2021-01-01' }],
  ['an amendment of a law long in effect', '1990年1月1日通过 根据2020年4月1日《决定》修正', '1990年5月1日', { adopted: '1990-01-01', amended: '2020-04-01', effective: '1990-05-01', from: '2020-04-01' }],
  ['a day that no calendar has', '2020年13月41日通过', '2021年1月1日', { from: '2021-01-01' }],
])('tells the days of %s', (_, head, effective, expected) => {
  expect(splitStatute(asMarkdown(wellLaw({ head, effective })))).toMatchObject(expected)
})

test('names the laws that it repeals as a whole, and no law of which it repeals a part', () => {
  const law = (last: string) => splitStatute(`# 水井法\n\n第一条　井是大家的。\n\n第二条　本法自2020年1月1日起施行。${last}`).repeals
  expect(law('1990年1月1日公布的《中华人民共和国水桶法》、《扁担条例》同时废止。')).toEqual(['中华人民共和国水桶法', '扁担条例'])
  expect(law('《水桶法》中有关扁担的规定同时废止。')).toEqual([])
})

test.each([
  ['a lost number', (line: string, number: number) => (number === 8 ? line.replace('第八条　', '') : line), ['1', '2', '3', '4', '5', '7', '9', '10', '11', '12'], /第七条之一.*可能混进了别条的文字，没有收/],
  ['a wrong number', (line: string, number: number) => (number === 8 ? line.replace('第八条', '第八十条') : line), ['1', '2', '3', '4', '5', '6', '7', '7之一', '9', '10', '11', '12'], /第八十条.*前后接不上，没有收/],
  ['one number twice', (line: string, number: number) => (number === 9 ? line.replace('第九条', '第八条') : line), ['1', '2', '3', '4', '5', '7', '7之一', '10', '11', '12'], /第八条.*两段不同的文字，没有收/],
  ['an article cut off', (line: string, number: number) => (number === 8 ? line.slice(0, 20) : line), ['1', '2', '3', '4', '5', '6', '7', '7之一', '9', '10', '11', '12'], /第八条.*没有写完，没有收/],
  ['an article without text', (line: string, number: number) => (number === 8 ? '第八条' : line), ['1', '2', '3', '4', '5', '6', '7', '7之一', '9', '10', '11', '12'], /第八条.*没有文字，没有收/],
  ['a character that cannot be read', (line: string, number: number) => (number === 8 ? line.replace('桶', '\ufffd') : line), ['1', '2', '3', '4', '5', '6', '7', '7之一', '9', '10', '11', '12'], /第八条.*认不出的字，没有收/],
])('leaves out what %s makes doubtful, and says so', (_, change, expected, reason) => {
  const source = asMarkdown(wellLaw({ change }))
  expect(numbers(source)).toEqual(expected)
  expect(reasons(source).join('\n')).toMatch(reason)
})

test('a heading without marks is no part of the article before it', () => {
  const law = splitStatute('# 水井规定\n\n第一条 井是大家的。\n\n关于水桶\n\n第二条 桶是自己的。')
  expect(law.articles.map(({ text }) => text)).toEqual(['井是大家的。', '桶是自己的。'])
  expect(law.skipped).toEqual([{ line: 5, what: '「关于水桶」', why: '像是小标题，没有算进条文' }])
})

test('an article falls into paragraphs and items', () => {
  expect(paragraphsOf(`${firstLine(1)}\n（一）甲；\n1．子；\n（二）乙。\n前款规定另说。\n（一）丙。`)).toEqual([
    { number: 1, text: firstLine(1), items: [{ number: 1, text: '（一）甲；\n1．子；' }, { number: 2, text: '（二）乙。' }] },
    { number: 2, text: '前款规定另说。', items: [{ number: 1, text: '（一）丙。' }] },
  ])
})
