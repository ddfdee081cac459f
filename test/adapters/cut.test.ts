import { describe, expect, test, vi } from 'vitest'
import { createPieces, cut } from '../../adapters/cut.ts'
import { withoutMention } from '../../adapters/mention.ts'

const bytes = (text: string) => Buffer.byteLength(text)
const bare = (text: string) => text.replace(/\s/g, '')

describe('a long text', () => {
  test.each([
    ['is left alone when it fits', '好的。', 10, ['好的。']],
    ['is cut after a paragraph', '一二三四五。\n\n六七八九十。', 10, ['一二三四五。', '六七八九十。']],
    ['after a line, when there is no paragraph', '一二三四五。\n六七八九十。', 10, ['一二三四五。', '六七八九十。']],
    ['after a sentence, when there is no line', '一二三四。五六七八九十。', 10, ['一二三四。', '五六七八九十。']],
    ['closing brackets stay with their sentence', '他说「一二三。」五六七八九十', 10, ['他说「一二三。」', '五六七八九十']],
    ['not at an end so early that hardly anything goes', '一。二三四五六七八九十一二三四', 10, ['一。二三四五六七八九', '十一二三四']],
    ['anywhere at last, but never inside a character', '😀😀😀😀', 3, ['😀', '😀', '😀', '😀']],
  ])('%s', (_, text, longest, expected) => {
    expect(cut(text, longest)).toEqual(expected)
  })

  test.each([300, 1000, 2048])('loses nothing at %i bytes, and no piece is over or empty', (longest) => {
    const text = Array.from({ length: 60 }, (_, index) => `${'劳动者'.repeat(index % 17)}可以申请仲裁${index}。${index % 5 === 0 ? '\n\n' : ''}${'x'.repeat(index % 3 === 0 ? 40 : 0)}`).join('')
    const pieces = cut(text, longest, bytes)
    expect(bare(pieces.join(''))).toBe(bare(text))
    for (const piece of pieces) expect(bytes(piece)).toBeLessThanOrEqual(longest)
    expect(pieces.every((piece) => piece.trim() !== '')).toBe(true)
  })

  test('is sent on from the piece that was refused', async () => {
    const sent: string[] = []
    const send = createPieces(4)
    const platform = vi.fn(async (piece: string) => {
      if (sent.length === 1 && platform.mock.calls.length === 2) throw new Error('busy')
      sent.push(piece)
    })
    await expect(send('o1', '一二三四五六七八九', platform)).rejects.toThrow('busy')
    await send('o2', '另一条', async () => {})
    await send('o1', '一二三四五六七八九', platform)
    expect(sent).toEqual(['一二三四', '五六七八', '九'])
  })
})

describe('a mention typed by hand', () => {
  test.each([
    ['@法律助手 工资不发', ['法律助手'], '工资不发'],
    ['@法律助手\u2005工资不发', ['法律助手'], '工资不发'],
    ['＠法律助手工资不发', ['法律助手'], '工资不发'],
    ['工资不发咋办@法律助手', ['法律助手'], '工资不发咋办'],
    ['@小法，工资不发', ['小法'], '，工资不发'],
    ['@A.B (助) 工资', ['A.B (助)'], '工资'],
  ])('%s', (text, names, expected) => {
    expect(withoutMention(text, names)).toEqual({ text: expected, mentioned: true })
  })

  test.each([
    ['@小王子 在吗', ['小王']],
    ['@lawbot2 hi', ['lawbot']],
    ['法律助手在吗', ['法律助手']],
    ['a@', ['']],
  ])('%s is not for us', (text, names) => {
    expect(withoutMention(text, names)).toEqual({ text, mentioned: false })
  })
})
