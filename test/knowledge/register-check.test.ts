import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkCurrency } from '../../src/knowledge/currency.ts'
import { importStatutes } from '../../src/knowledge/import/import.ts'
import { readLaws } from '../../src/knowledge/laws.ts'
import { describeProblem } from '../../src/knowledge/problem.ts'
import { createFolder } from '../../src/knowledge/load.ts'
import { checkRegister } from '../../src/knowledge/register-check.ts'
import { openStatutes, type Statutes } from '../../src/knowledge/statutes.ts'
import { guideFile, serviceFile } from '../support/knowledge.ts'
import { asMarkdown, wellLaw } from '../support/statutes.ts'

let dir = ''
let statutes: Statutes
const day = '2026-11-22'

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'register-'))
  await mkdir(join(dir, 'in'))
  await writeFile(join(dir, 'in', '水井(2025-05-01).md'), asMarkdown(wellLaw({ head: '2019年3月1日通过 2025年5月1日修订', effective: '2026年1月1日' })))
  await writeFile(join(dir, 'in', '水桶.md'), '# 水桶法\n\n1990年1月1日通过\n\n**第一条**　桶是自己的。\n\n**第二条**　本法自1990年2月1日起施行。')
  await writeFile(join(dir, 'in', '用水.md'), '# 用水法典\n\n2024年1月1日通过\n\n**第一条**　水是大家的。\n\n**第二条**　本法典自2025年1月1日起施行。《水桶法》同时废止。')
  await importStatutes([join(dir, 'in')], join(dir, 'statutes'))
  statutes = openStatutes(join(dir, 'statutes'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const notices = (...lines: string[]) => {
  const { register, lineOf } = readLaws(['# 登记', ...lines].join('\n'))
  return checkRegister(register, lineOf, statutes, day).map(describeProblem)
}
const well = (over = 'articles: 12, inserted: ["7之一"], adopted: 2019-03-01, amended: 2025-05-01, effective: 2026-01-01') => `- { name: 中华人民共和国水井使用法, short: [水井法], ${over} }`

test('a register that agrees says nothing, and laws that were not imported are not spoken of', () => {
  expect(notices(well(), '- { name: 扁担法, articles: 3, effective: 2020-01-01 }')).toEqual([])
})

test('the day of publishing soon after that of adopting is the same text', () => {
  expect(notices(well('articles: 12, inserted: ["7之一"], amended: 2025-03-01, effective: 2026-01-01'))).toEqual([])
})

test.each([
  ['an older version', well('articles: 12, inserted: ["7之一"], adopted: 2019-03-01, effective: 2019-06-01'), 'laws.yaml:2 《水井法》版本对不上：登记 2019-03-01，导入的原文 2025-05-01（2026-01-01 起施行）；怎么改：核实后改 amended: 2025-05-01，再核对引它的条目'],
  ['a later first day', well('articles: 12, inserted: ["7之一"], amended: 2025-05-01, effective: 2026-03-01'), 'laws.yaml:2 《水井法》施行的日子对不上：登记 2026-03-01，导入的原文 2026-01-01 起就在施行；怎么改：核实后改 effective；登记对的不用动'],
  ['another number of articles', well('articles: 13, inserted: ["7之一"], amended: 2025-05-01, effective: 2026-01-01'), 'laws.yaml:2 《水井法》条数对不上：登记 13 条，导入的原文到第 12 条；怎么改：核实后改 articles；原文没收全的，重新导入'],
  ['an inserted article that is not registered', well('articles: 12, amended: 2025-05-01, effective: 2026-01-01'), 'laws.yaml:2 《水井法》原文里的「之几」没有登记：7之一；怎么改：核实后在 inserted 补上'],
  ['a law that another repealed', '- { name: 水桶法, articles: 2, effective: 1990-02-01 }', 'laws.yaml:2 《水桶法》废止的日子对不上：登记 没有废止，导入的原文 2025-01-01；怎么改：核实后补上 repealed: 2025-01-01，replacedBy: 用水法典'],
])('%s is told with its line and what to do', (_, line, expected) => {
  expect(notices(line)).toEqual([expected])
})

test('a guide whose basis changed is flagged at the line that cites it', async () => {
  await mkdir(join(dir, 'knowledge', 'guides'), { recursive: true })
  await mkdir(join(dir, 'knowledge', 'services'), { recursive: true })
  await writeFile(join(dir, 'knowledge', 'laws.yaml'), [well(), '- { name: 中华人民共和国劳动争议调解仲裁法, short: [劳动争议调解仲裁法], articles: 54, effective: 2008-05-01 }'].join('\n'))
  await writeFile(join(dir, 'knowledge', 'services', 'service-labour-arbitration.md'), serviceFile())
  await writeFile(join(dir, 'knowledge', 'law-numbers.json'), JSON.stringify({ 劳动争议调解仲裁法: { 27: ['1年'] } }))
  const source = guideFile({ checked: '2025-12-01', basis: '  - { law: 劳动争议调解仲裁法, articles: [27] }\n  - law: 水井法\n    articles:\n      - 3\n      - 8' })
  await writeFile(join(dir, 'knowledge', 'guides', 'unpaid-wages.md'), source)
  const { entries, register, lineOf, problems } = await createFolder(join(dir, 'knowledge'))(day)
  expect(problems).toEqual([])
  const [notice, ...others] = checkCurrency(entries, register, statutes, day, lineOf)
  expect(others).toEqual([])
  expect(notice).toMatchObject({ file: 'guides/unpaid-wages.md', message: expect.stringContaining('依据的《水井法》2026-01-01 起换了新文本') as string })
  expect(source.split('\n')[(notice?.line ?? 0) - 1]).toBe('      - 3')
})
