import { expect, test } from 'vitest'
import { faithfulCut, mattersOf, sideBySide } from '../../src/consult/story.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import { realLibrary } from '../support/grounds.ts'

test.each([
  ['我在镇上砖厂干了大半年老板说效益不好一直没给我们结工钱现在人也找不着了我该去哪里要这个钱，对了还想问一下我家老父亲的低保今年突然给停了也没人说为啥能不能去问', 2],
  ['我跟男人过不下去了他天天喝酒回来摔东西我想离婚他不肯签字这个要怎么办。另外我家的承包地村里说要收回去说我是嫁出去的人这个合不合法', 2],
  ['我给人家盖房子从架子上摔下来腰骨折了住了二十天院东家就给了两千块后面不管了还有两个人看到我摔的他们愿意作证我能要多少赔偿', 1],
  ['爷爷先写了一份说老屋给我爸，后来跟我姑住了半年又写一份给我姑，第二张没写年月日，现在两家吵得不可开交，按哪张来嘛？我们一家人都没主意了', 1],
  ['工资不给咋办，对了还想问低保', 1],
])('%s holds %i', (text, expected) => {
  expect(mattersOf(text)).toHaveLength(expected)
})

test('each matter keeps its own words', () => {
  const [one, other] = mattersOf('我跟男人过不下去了他天天喝酒回来摔东西我想离婚他不肯签字这个要怎么办。另外我家的承包地村里说要收回去说我是嫁出去的人这个合不合法')
  expect(one).toContain('离婚')
  expect(one).not.toContain('承包地')
  expect(other).toContain('承包地')
})

test("a model's cut must be made of the story's words", () => {
  const story = '我在砖厂干了大半年老板没给结工钱人也找不着了，还有我父亲的低保被停了'
  expect(faithfulCut(['砖厂老板没给结工钱怎么办', '父亲的低保被停了怎么办'], story)).toHaveLength(2)
  expect(faithfulCut(['怎么伪造病历骗保险'], story)).toBeUndefined()
  expect(faithfulCut([], story)).toBeUndefined()
})

test('answers on two matters stand side by side; the same matter twice, or an emergency, does not', async () => {
  const library = await realLibrary()
  const answered = (id: string): Outcome => ({ kind: 'answered', answer: library.answer(id), entries: [id], confidence: 1, reason: 'sure' })
  const escalated: Outcome = { kind: 'escalated', ticket: { question: '', because: 'unsure', urgency: 'normal' }, services: [], entries: ['adoption'], confidence: 0.2, reason: 'unsure' }
  expect(sideBySide(answered('unpaid-wages'), answered('social-assistance-dibao'))).toHaveLength(2)
  expect(sideBySide(answered('unpaid-wages'), escalated)).toHaveLength(2)
  expect(sideBySide(answered('unpaid-wages'), answered('unpaid-wages'))).toBeUndefined()
  expect(sideBySide(escalated, { ...escalated, entries: ['other'] })).toHaveLength(2)
  expect(sideBySide(escalated, escalated)).toBeUndefined()
  expect(sideBySide(answered('unpaid-wages'), { kind: 'refused', situation: undefined, entries: ['x'], confidence: 1, reason: 'out-of-scope' })).toBeUndefined()
})
