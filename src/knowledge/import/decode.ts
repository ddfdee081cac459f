import { Unreadable } from './lines.ts'

/** The text of a file in UTF-8, UTF-16 with a mark, or GB18030; anything else is refused. */
export function decodeText(bytes: Uint8Array): string {
  const mark = [bytes[0], bytes[1]].join()
  if (mark === '255,254' || mark === '254,255') return plausible(new TextDecoder(mark === '255,254' ? 'utf-16le' : 'utf-16be').decode(bytes))
  try {
    return plausible(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    if (cause instanceof Unreadable) throw cause
  }
  const loose = new TextDecoder('utf-8').decode(bytes)
  const chinese = new TextDecoder('gb18030').decode(bytes)
  const better = damage(loose) <= damage(chinese) ? loose : chinese
  return plausible(better)
}

/** Characters that no statute holds, by the hundred. */
function damage(text: string): number {
  return (text.match(/[\ufffd\ue000-\uf8ff\u0000-\u0008\u000e-\u001f]/g)?.length ?? 0) / Math.max(1, text.length)
}

function plausible(text: string): string {
  const remedy = '用编辑器另存为 UTF-8 文本，或换 docx、html、PDF 的原件'
  if (text.trim() === '') throw new Unreadable('文件是空的', '换一份有内容的原件')
  if (damage(text) > 0.02) throw new Unreadable('不是文本，或编码认不出来', remedy)
  if ((text.match(/\p{Script=Han}/gu)?.length ?? 0) < 10) throw new Unreadable('几乎没有汉字，不像法律文本', remedy)
  return text
}
