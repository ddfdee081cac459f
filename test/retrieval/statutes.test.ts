import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import type { StatuteArticle } from '../../src/retrieval/article.ts'
import { createCompanions, type Companionship } from '../../src/retrieval/companions.ts'
import { openEmbedding, type Embedding } from '../../src/retrieval/embedding.ts'
import { askedOf } from '../../src/retrieval/features.ts'
import { fuse } from '../../src/retrieval/fuse.ts'
import { tokens } from '../../src/retrieval/segment.ts'
import { encoder, indexStatutes } from '../../src/retrieval/statute-index.ts'
import { buildStatutes, openStatutes, readStatuteModel, type StatuteModel, type Statutes } from '../../src/retrieval/statutes.ts'
import { settler } from '../../src/retrieval/settle.ts'
import { createWordings, encodeWordings } from '../../src/retrieval/wordings.ts'

const article = (id: number, law: string, label: string, text: string, more: Partial<StatuteArticle> = {}): StatuteArticle =>
  ({ id, law, article: label, version: '', heading: '', text, ...more })

const articles = [
  article(10, '民法典', '第一千零七十七条', '自婚姻登记机关收到离婚登记申请之日起三十日内，任何一方不愿意离婚的，可以向婚姻登记机关撤回离婚登记申请。'),
  article(11, '民法典', '第一千二百四十五条', '饲养的动物造成他人损害的，动物饲养人或者管理人应当承担侵权责任。'),
  article(12, '劳动合同法', '第八十二条', '用人单位自用工之日起超过一个月不满一年未与劳动者订立书面劳动合同的，应当向劳动者每月支付二倍的工资。'),
  article(13, '劳动合同法', '第三十条', '用人单位应当按照劳动合同约定和国家规定，向劳动者及时足额支付劳动报酬。'),
  article(20, '治安管理处罚法', '第七十五条', '饲养动物，干扰他人正常生活的，处警告。', { version: '2012-10-26', effective: '2013-01-01', repealed: '2026-01-01' }),
  article(21, '治安管理处罚法', '第八十九条', '饲养动物，干扰他人正常生活的，处警告；警告后不改正的，处一千元以下罚款。', { version: '2025-06-27', effective: '2026-01-01' }),
]

let embedding: Embedding
let model: StatuteModel
let statutes: Statutes
beforeAll(async () => {
  embedding = await openEmbedding({ dir: fileURLToPath(new URL('../../models/lay-law-zh', import.meta.url)) })
  model = await readStatuteModel()
  statutes = await buildStatutes(articles, model, embedding)
}, 30_000)

const ids = (question: string, asOf?: string, of = statutes) =>
  of.search(question, asOf === undefined ? {} : { asOf }).matches.map(({ article: { id } }) => id)

test.each([
  ['狗咬了人主人要不要赔', 11],
  ['没签劳动合同能要双倍工资吗', 12],
  ['单位不按时足额支付劳动报酬怎么办', 13],
  ['申请离婚后反悔了能撤回吗', 10],
])('%s', (question, id) => {
  expect(ids(question)[0]).toBe(id)
})

test.each([
  ['the day before the new version', '2025-12-31', 20, 21],
  ['the day it takes effect', '2026-01-01', 21, 20],
])('养狗扰民怎么罚, asked of %s', (_, day, right, wrong) => {
  const found = ids('养狗扰民怎么罚', day)
  expect(found).toContain(right)
  expect(found).not.toContain(wrong)
})

test('gives an article verbatim by law and number, whichever name the law goes by', () => {
  expect(statutes.find('中华人民共和国劳动合同法', '第八十二条')).toEqual([articles[2]])
  expect(statutes.find('劳动合同法', '第九百条')).toEqual([])
})

test('tells a chance between 0 and 1, and nothing of an empty body of law', async () => {
  const { confidence } = statutes.search('狗咬人')
  expect(confidence).toBeGreaterThan(0)
  expect(confidence).toBeLessThan(1)
  const empty = await buildStatutes([], model, embedding)
  expect(empty.search('狗咬人')).toEqual({ matches: [], confidence: 0, ofThree: 0 })
})

test('opens as it was saved and answers the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'statutes-'))
  await statutes.save(folder)
  const opened = await openStatutes(folder, model, embedding)
  expect(opened?.size).toBe(articles.length)
  expect(ids('老板一直不发工资', undefined, opened!)).toEqual(ids('老板一直不发工资'))
  expect(opened!.find('民法典', '第一千零七十七条')).toEqual([articles[0]])
})

test('an index that another model made is not opened', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'statutes-'))
  await statutes.save(folder)
  const other = { ...model, ranking: { ...model.ranking, made: 'at another time' } }
  const reworded = { ...model, edition: 'other questions' }
  for (const changed of [other, reworded]) expect(await openStatutes(folder, changed, embedding)).toBeUndefined()
})

test('takes in a new article, replaces one, drops one', async () => {
  const own = await buildStatutes(articles, model, embedding)
  own.add(article(30, '民法典', '第一千二百五十四条', '禁止从建筑物中抛掷物品。'))
  expect(ids('从建筑物里往下抛物品', undefined, own)[0]).toBe(30)
  own.add({ ...articles[3]!, text: '旅行社应当提供旅游合同。' })
  expect(own.search('旅行社').matches[0]?.article.text).toContain('旅行社')
  expect(own.size).toBe(articles.length + 1)
  own.remove(30)
  expect(ids('楼上扔东西砸到人', undefined, own)).not.toContain(30)
  const folder = mkdtempSync(join(tmpdir(), 'statutes-'))
  await own.save(folder)
  const opened = await openStatutes(folder, model, embedding)
  expect(opened?.size).toBe(articles.length)
  expect(ids('楼上扔东西砸到人', undefined, opened!)).not.toContain(30)
})

test('a question written for an article follows it when its law is renumbered', async () => {
  const moved = article(31, '劳动合同法', '第十条', articles[2]!.text, { version: '2030-01-01' })
  const taken = article(32, '劳动合同法', '第八十二条', '本法所称用人单位的组织形式由国务院规定。', { version: '2030-01-01' })
  const { shelf, whole } = indexStatutes([moved, taken], embedding)
  const text = '进厂两个月了还不跟我签合同能不能多要钱'
  const own = (text: string) => ({ kind: 'written' as const, text, articles: [{ law: '劳动合同法', article: '第八十二条' }] })
  const others = ['不签劳动合同双倍工资怎么算', '开班的老板拖着不签书面合同，课时费能翻倍要吗']
  const known = await encodeWordings([text, ...others].map(own), embedding, shelf)
  const written = createWordings(known, embedding.dimensions, shelf, settler(known, shelf, whole))
  expect([...written.votes(embedding.encode!(tokens(text))).named]).toEqual([shelf.slotOf(31)])
})

test('a question written for an article serves every dated version of it, and its law counts once', async () => {
  const { shelf, whole } = indexStatutes(articles.slice(4), embedding)
  const own = (text: string) => ({ kind: 'written' as const, text, articles: [{ law: '治安管理处罚法', article: '第七十五条', version: '2012-10-26' }] })
  const known = await encodeWordings(['狗天天叫吵得睡不着', '邻居养的狗扰民会被罚吗'].map(own), embedding, shelf)
  const settle = settler(known, shelf, whole)
  expect([20, 21].map((id) => settle(shelf.slotOf(id)!, known[0]!.articles[0]!))).toEqual([20, 21].map(shelf.slotOf))
  const moved = { ...articles[5]!, id: 22, article: '第七十五条', text: '公安机关办理案件，应当出示人民警察证。' }
  shelf.add(moved)
  whole.set(shelf.slotOf(22)!, embedding.encode!(tokens(moved.text)))
  const written = createWordings(known, embedding.dimensions, shelf, settler(known, shelf, whole))
  expect([...written.votes(embedding.encode!(tokens('养狗扰民'))).named].toSorted()).toEqual([20, 21].map(shelf.slotOf))
  expect(written.lawCount(shelf.law(0))).toBe(2)
})

test('what is cited beside the article that leads is found though nothing else leads to it, on days on which it binds', async () => {
  const index = indexStatutes(articles, embedding)
  const asked = askedOf('没签劳动合同能要双倍工资吗', encoder(embedding), { asked: createWordings([], embedding.dimensions, index.shelf), written: createWordings([], embedding.dimensions, index.shelf) })
  const [double, dog] = [12, 11].map((id) => index.shelf.slotOf(id)!)
  const beside = { law: '劳动合同法', article: '第八十二条', beside: [{ law: '民法典', article: '第一千二百四十五条' }] }
  const found = (companions: Companionship[], allowed = (_: number) => true) => [...fuse({
    index, asked, allowed, companions: createCompanions(companions, index.shelf), lawWeight: () => 0, weights: model.ranking.fusion, nearest: () => [],
  }).slots]
  expect(found([])[0]).toBe(double)
  expect(found([])).not.toContain(dog)
  expect(found([beside])).toContain(dog)
  expect(found([beside], (slot) => slot !== dog)).not.toContain(dog)
})

test('what the words alone speak for goes on, though much is known of another law and nothing of its own', async () => {
  const known = Array.from({ length: 160 }, (_, i) => article(100 + i, '民法典', `第${i + 1}条`, `烟花第${i + 1}种合同的当事人应当履行义务。`))
  const index = indexStatutes([...known, article(99, '烟花爆竹安全管理条例', '第十九条', '申请从事烟花爆竹零售的经营者，应当有专柜。')], embedding)
  const none = createWordings([], embedding.dimensions, index.shelf)
  const asked = askedOf('零售烟花爆竹要有专柜吗', encoder(embedding), { asked: none, written: none })
  const own = index.shelf.slotOf(99)!
  const { slots, fused } = fuse({
    index, asked, allowed: () => true, companions: createCompanions([], index.shelf), lawWeight: (law) => (law === index.shelf.law(own) ? -3 : 6), weights: { ...model.ranking.fusion, law: 1 },
    nearest: () => known.map(({ id }) => index.shelf.slotOf(id)!),
  })
  expect(slots).toHaveLength(150)
  expect(slots.at(-1)).toBe(own)
  expect([...fused]).toEqual([...fused].sort((a, b) => b - a))
})

test('the companions that ship lead from a special rule to the general one, in an opened index too', async () => {
  const some = [
    article(40, '民法典', '第八百八十八条', '保管合同是保管人保管寄存人交付的保管物，并返还该物的合同。'),
    article(41, '民法典', '第五百七十七条', '当事人一方不履行合同义务或者履行合同义务不符合约定的，应当承担违约责任。'),
  ]
  const asked = '存在超市柜子里的包不见了找谁'
  const score = (of: Statutes) => of.search(asked).matches.find(({ article: { id } }) => id === 41)!.score
  const own = await buildStatutes(some, model, embedding)
  const folder = mkdtempSync(join(tmpdir(), 'statutes-'))
  await own.save(folder)
  expect(score(own)).toBeGreaterThan(score(await buildStatutes(some, { ...model, companions: () => Promise.resolve([]) }, embedding)))
  expect(score((await openStatutes(folder, model, embedding))!)).toBeCloseTo(score(own))
})
