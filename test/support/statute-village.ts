import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAssistant, type Assistant } from '../../src/assistant.ts'
import { readConfig } from '../../src/config.ts'
import { chineseNumber } from '../../src/domain/law.ts'
import { importStatutes } from '../../src/knowledge/import/import.ts'
import { asMarkdown } from './statutes.ts'

/** Invented laws of a place that is nowhere; what they say, no real law says. */
export const orchardLaw = [
  '中华人民共和国果园邻里法', '（2018年3月1日全国果农代表大会通过）', '第一章　总　则',
  '第一条　为了果园邻里和睦，制定本法。', '第二条　果树的枝条伸进邻居院子，邻居可以要求果树主人修剪；果树主人三十日内不修剪的，邻居可以自己修剪。',
  '第三条　蜂箱放在他人林地里的，所得蜂蜜归养蜂人，养蜂人应当每年给林地主人送蜂蜜五斤。', '养蜂人不送蜂蜜的，林地主人可以：', '（一）请村民委员会调解；', '（二）要求搬走蜂箱。',
  '第四条　果子掉在邻居院子里的，归邻居所有。', '第五条　稻草人被风吹倒砸坏菜地的，稻草人的主人应当赔偿。', '第六条　本法自2018年6月1日起施行。',
]
/** An invented text under a real law's name: how often residents ask for a law's articles is known by name and number. */
export const pictureLaw = [
  '中华人民共和国著作权法', '（2020年11月11日全国画师代表大会通过）', '第一条　为了保护画在井壁上的画，制定本法。', '第二条　画师的作品，不论是否给人看过，受本法保护。',
  '第三条　本法所称的作品，包括画在井壁上的画、临摹他人的画作、写在桶上的字体和人工智能生成物。', '第四条　井壁归村里，画归画师。', '第五条　本法自2021年6月1日起施行。',
]
/** An invented text under a real law's name; the wages guide does not rest on its article 82. */
export const eggLaw = [
  '中华人民共和国劳动合同法', '（2020年1月1日全国母鸡代表大会通过）', '第一条　为了让打工的人有鸡蛋吃，制定本法。',
  ...Array.from({ length: 80 }, (_, index) => `第${chineseNumber(index + 2)}条　第${chineseNumber(index + 2)}个鸡窝归第${chineseNumber(index + 2)}只母鸡。`),
  '第八十二条　用人单位拖欠工资，劳动部门责令限期支付劳动报酬，老板还不支付的，每拖一天给劳动者送鸡蛋十二个。', '第八十三条　本法自2020年5月1日起施行。',
]
/** The same from 2026 on: honey is ten pounds. */
export const orchardLawRevised = orchardLaw.map((line) =>
  line.startsWith('（2018') ? '（2018年3月1日全国果农代表大会通过　2025年9月1日全国果农代表大会修订）' : line.replace('蜂蜜五斤', '蜂蜜十斤').replace('本法自2018年6月1日起施行', '本法自2026年1月1日起施行'))

const labourGuides = ['unpaid-wages', 'lending-iou', 'dog-bite-pets', 'divorce-by-agreement']
const silent = { info: () => {}, warn: () => {}, error: (data: object, text: string) => console.error(text, data) }

/** The real assistant over a few real guides, with statutes that the test imports through the real importer. */
export async function statuteVillage({ log = silent, guides = [...labourGuides], env = {} }: { log?: typeof silent; guides?: readonly string[]; /** Further settings. */ env?: Readonly<Record<string, string>> } = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'statute-village-'))
  const kept = (path: string) => !path.includes('guides/') || guides.some((name) => path.endsWith(`/${name}.md`))
  await cp('knowledge', join(dir, 'knowledge'), { recursive: true, filter: (path) => !/knowledge\/(?:statutes|drafts)/.test(path) && kept(path) })
  const config = readConfig({ DATA_DIR: join(dir, 'data'), KNOWLEDGE_DIR: join(dir, 'knowledge'), STATUTES_DIR: join(dir, 'statutes'), ...env })
  let today = '2026-11-22'
  return {
    dir, config,
    async put(name: string, lines: readonly string[]): Promise<void> {
      await mkdir(join(dir, 'in'), { recursive: true })
      await writeFile(join(dir, 'in', name), asMarkdown(lines))
      await importStatutes([join(dir, 'in', name)], config.STATUTES_DIR)
    },
    open: (): Promise<Assistant> => openAssistant(config, log, () => today),
    setDay: (day: string) => void (today = day),
    close: () => rm(dir, { recursive: true, force: true }),
  }
}
