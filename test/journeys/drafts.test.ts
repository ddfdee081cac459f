import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { draftEntry } from '../../src/consult/draft-entry.ts'
import type { Ticket } from '../../src/domain/ticket.ts'
import { readKnowledge } from '../../src/knowledge/load.ts'
import { chineseNumber } from '../../src/domain/law.ts'
import { importStatutes } from '../../src/knowledge/import/import.ts'
import { lawsFile } from '../support/knowledge.ts'
import { firstLine } from '../support/statutes.ts'

const ticket: Ticket = {
  number: 1042, status: 'closed', question: '厂里拖工资怎么讨', because: 'unsure', urgency: 'normal', domain: '劳动用工', from: { channel: 'web', conversation: 'c' }, resident: 'r', message: 'm', place: 'direct', village: 'a', openedAt: '', version: 3,
  said: [{ by: 'adviser', text: '依据劳动争议调解仲裁法第二十七条，要在时效里申请仲裁。', at: '', reply: true }],
}
let root = ''
const file = () => join(root, 'drafts', 'ticket-1042.md')

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'drafts-'))
  await mkdir(join(root, 'drafts'))
  await mkdir(join(root, 'guides'))
  await writeFile(join(root, 'laws.yaml'), lawsFile)
  const { register } = await readKnowledge(root, '2026-11-22')
  await writeFile(file(), draftEntry(ticket, register.laws, '2026-11-22')?.markdown ?? '')
})
afterEach(() => rm(root, { recursive: true }))

function drafts(): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--import', 'tsx', 'scripts/drafts.ts'], { env: { ...process.env, KNOWLEDGE_DIR: root } }, (error, stdout) => (error ? reject(error) : resolve(stdout)))
  })
}

test('a draft is never served, and is no mistake of the folder', async () => {
  const { entries, problems } = await readKnowledge(root, '2026-11-22')
  expect(entries).toEqual([])
  expect(problems).toEqual([])
})

test('the list names a draft, and says when a law it cites was replaced', async () => {
  expect(await drafts()).toMatch(/ticket-1042\.md {2}2026-11-22 {2}（待改）厂里拖工资怎么讨\n/)
  await writeFile(join(root, 'laws.yaml'), lawsFile.replace('effective: 2008-05-01 }', 'effective: 2008-05-01, repealed: 2026-10-01, replacedBy: 劳动法典 }'))
  expect(await drafts()).toMatch(/【已过期】《劳动争议调解仲裁法》2026-10-01 废止，由《劳动法典》接替/)
})

/** The official text of the law, as an operator imports it; invented but for its name. */
async function imported(head: string, effective: string, articles = 54): Promise<void> {
  const lines = ['# 中华人民共和国劳动争议调解仲裁法', `（${head}）`, ...Array.from({ length: articles - 1 }, (_, index) => `**第${chineseNumber(index + 1)}条**　${firstLine(index + 1)}`), `**第${chineseNumber(articles)}条**　本法自${effective}起施行。`]
  await mkdir(join(root, 'texts'), { recursive: true })
  await writeFile(join(root, 'texts', `${effective}.md`), lines.join('\n\n'))
  const { taken, refused } = await importStatutes([join(root, 'texts', `${effective}.md`)], join(root, 'statutes'))
  expect(refused).toEqual([])
  expect(taken).toHaveLength(1)
}

test('a text that was imported and is the one it was written against leaves it good', async () => {
  await imported('2007年12月29日第十届全国人民代表大会常务委员会第三十一次会议通过', '2008年5月1日')
  expect(await drafts()).not.toContain('已过期')
})

test('a newer text among the imported statutes makes it expire, though the register still lists the old one', async () => {
  await imported('2007年12月29日第十届全国人民代表大会常务委员会第三十一次会议通过　2026年8月30日第十五届全国人民代表大会常务委员会第一次会议修订', '2026年10月1日')
  expect(await drafts()).toMatch(/【已过期】《劳动争议调解仲裁法》在导入的法律原文里已经是 2026-08-30 的版本/)
})

test('an article that the imported text no longer has makes it expire', async () => {
  await imported('2007年12月29日第十届全国人民代表大会常务委员会第三十一次会议通过', '2008年5月1日', 20)
  expect(await drafts()).toMatch(/【已过期】导入的《劳动争议调解仲裁法》.*没有第二十七条/)
})

test('moved among the guides as it is, it is refused with what is missing', async () => {
  await rename(file(), join(root, 'guides', 'ticket-1042.md'))
  const { entries, problems } = await readKnowledge(root, '2026-11-22')
  expect(entries).toEqual([])
  expect(problems.map(({ message }) => message).join()).toMatch(/questions|draft/)
})

test('reworked as its file says, it serves', async () => {
  const questions = Array.from({ length: 12 }, (_, index) => `  - 厂里拖工资的第${index + 1}种问法`).join('\n')
  const source = (await readFile(file(), 'utf8')).replace(/questions:\n[\s\S]*?(?=draft:)/, `questions:\n${questions}\n`).replace(/draft:\n[\s\S]*?---/, '---').replace(/<!--[\s\S]*?-->\n/, '').replace('id: ticket-1042', 'id: wages').replace('services:\n  - hotline-12348', 'services: []')
  await writeFile(join(root, 'guides', 'wages.md'), source)
  const { entries, problems } = await readKnowledge(root, '2026-11-22')
  expect(problems.filter(({ harmless }) => !harmless)).toEqual([])
  expect(entries.map(({ id, basis }) => [id, basis])).toEqual([['wages', [{ law: '劳动争议调解仲裁法', article: '27' }]]])
})
