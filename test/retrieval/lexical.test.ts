import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLexical, openLexical, type Lexical } from '../../src/retrieval/lexical.ts'
import { terms } from '../../src/retrieval/segment.ts'

const texts = [
  '用人单位拖欠劳动报酬的，劳动者可以申请支付令',
  '夫妻双方自愿离婚的，应当签订书面离婚协议',
  '承租人应当按照约定的期限支付租金',
  '饲养的动物造成他人损害的，动物饲养人应当承担侵权责任',
]
const built = () => createLexical(texts.map((text, id) => ({ id, terms: terms(text) })))
const best = (index: Lexical, question: string) => index.search(terms(question), 3).ids[0]

test.each([
  ['老板拖欠劳动报酬', 0],
  ['我想离婚', 1],
  ['租金什么时候支付', 2],
  ['动物咬伤人了', 3],
])('%s', (question, id) => {
  expect(best(built(), question)).toBe(id)
})

test('finds nothing for words that stand nowhere', () => {
  expect(built().search(terms('xyz'), 3).ids).toHaveLength(0)
})

test('a document added later is found, and gone once removed', () => {
  const index = built()
  index.add(9, terms('高空抛物致人损害'))
  expect(best(index, '高空抛物')).toBe(9)
  index.remove(9)
  expect(best(index, '高空抛物')).not.toBe(9)
  expect(index.size).toBe(4)
})

test('a document added again replaces its old text', () => {
  const index = built()
  index.add(1, terms('遗嘱应当注明年月日'))
  expect(best(index, '遗嘱')).toBe(1)
  expect(index.search(terms('签订离婚协议'), 4).ids).not.toContain(1)
  expect(index.size).toBe(4)
})

test('scores what was added one by one as what was built at once', () => {
  const slow = createLexical()
  texts.forEach((text, id) => slow.add(id, terms(text)))
  const file = join(mkdtempSync(join(tmpdir(), 'lexical-')), 'index')
  slow.save(file)
  const question = terms('支付租金和劳动报酬')
  expect([...openLexical(file).search(question, 4).ids]).toEqual([...built().search(question, 4).ids])
})

test('opens as it was saved, with what was added and without what was removed', () => {
  const index = built()
  index.add(7, terms('高空抛物'))
  index.remove(3)
  const file = join(mkdtempSync(join(tmpdir(), 'lexical-')), 'index')
  index.save(file)
  const opened = openLexical(file)
  expect(opened.size).toBe(4)
  expect(best(opened, '高空抛物')).toBe(7)
  expect(opened.search(terms('饲养动物'), 4).ids).not.toContain(3)
  opened.add(3, terms('饲养动物'))
  expect(best(opened, '饲养动物')).toBe(3)
})

test('stays right through thousands of edits', () => {
  const index = createLexical()
  const present = new Map<number, string>()
  let seed = 7
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below
  for (let i = 0; i < 6000; i++) {
    const id = random(300)
    if (random(3) === 0) {
      index.remove(id)
      present.delete(id)
    } else {
      const word = `w${random(40)}`
      index.add(id, [word, ...Array.from({ length: 12 }, () => `f${random(2000)}`)])
      present.set(id, word)
    }
  }
  expect(index.size).toBe(present.size)
  for (let w = 0; w < 40; w++) {
    const expected = [...present].filter(([, word]) => word === `w${w}`).map(([id]) => id)
    expect([...index.search([`w${w}`], 500).ids].sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b))
  }
})
