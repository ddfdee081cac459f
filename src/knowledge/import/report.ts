import { relative } from 'node:path'
import type { ImportReport, Taken } from './import.ts'

const verbs: Record<Taken['stored'], string> = { new: '新收', changed: '更新', same: '没有变化', 'older-copy': '已有更新的一份，没有收' }

/** The report of an import as an admin reads it: the sum first, then everything that was left out, with its line. */
export function describeImport({ taken, refused, ignored, laws }: ImportReport, { all = false, root = process.cwd() }: { all?: boolean; root?: string } = {}): string[] {
  const place = (file: string, line = 0) => `${relative(root, file) || file}${line > 0 ? `:${line}` : ''}`
  const count = (stored: Taken['stored']) => taken.filter((one) => one.stored === stored).length
  const kept = taken.filter(({ stored }) => stored !== 'older-copy')
  const lines: string[] = []
  for (const one of taken) {
    if (all || one.stored === 'older-copy') lines.push(`${verbs[one.stored]} 《${one.title}》${one.day} 版，${one.from} 起施行，${one.articles} 条${one.appendices > 0 ? `，附件 ${one.appendices} 个` : ''}（${place(one.source)}）`)
    for (const { line, what, why } of one.skipped) lines.push(`跳过 ${place(one.source, line)} ${what}：${why}`)
  }
  for (const { file, why, skipped = [] } of refused) {
    lines.push(`没收 ${place(file)}：${why}`)
    for (const { line, what, why: because } of skipped) lines.push(`跳过 ${place(file, line)} ${what}：${because}`)
  }
  for (const { file, why } of ignored) lines.push(`没看 ${place(file)}：${why}`)
  const skips = [...taken, ...refused].reduce((sum, { skipped = [] }) => sum + skipped.length, 0)
  lines.push(
    `读了 ${taken.length + refused.length} 份：新收 ${count('new')}，更新 ${count('changed')}，没有变化 ${count('same')}，旧的一份 ${count('older-copy')}，没收 ${refused.length}；另有 ${ignored.length} 个文件没看。`,
    `这一回读出 ${kept.reduce((sum, { articles }) => sum + articles, 0)} 条，跳过 ${skips} 处（上面逐处写明）；库里现有 ${laws} 部。`,
  )
  if (taken.length > 0 && count('new') + count('changed') === 0) lines.push('和上次一样，什么都没有改。')
  return lines
}
