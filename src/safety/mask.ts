import { masks } from './redact.ts'

/** Hides personal data behind marks such as 〔电话1〕 and puts it back; the same value has the same mark. */
export type Masking = {
  mask(text: string): string
  unmask(text: string): string
  /** The marks of a text that stand for nothing we hid. */
  unknown(text: string): string[]
}

const surname = '(?:[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻苏潘葛范彭郎鲁韦马苗方俞任袁柳鲍史唐费薛雷贺倪汤罗毕郝安常乐于傅齐康伍余顾孟黄萧尹姚邵汪毛米贝戴宋庞熊纪舒屈项祝董梁杜阮蓝季贾江童郭梅林钟徐邱骆高夏蔡田胡凌霍万柯卢莫房解应宗丁邓洪包左石崔龚程陆段侯宁仇甘武符刘景龙叶白赖乔温庄晏柴阎连习向古易廖耿文欧聂曾关肖付闫谭覃]|欧阳|司马|上官|诸葛)'
const relation =
  '老公|丈夫|男人|老婆|妻子|媳妇|前夫|前妻|对象|儿子|女儿|女婿|儿媳|哥|弟|姐|妹|叔|伯|婶|舅|姑|姨|爸|妈|父亲|母亲|同事|工友|朋友|同学|战友|邻居|老乡|老板|工头|包工头|房东|租客|经理|队长|村长|主任|书记|医生|老师|会计|司机|叫|叫做|是|找|跟|和|给|被|借给|隔壁'
const follows = '[，,。.；;、!！?？:：\\s“”"（(]|$|欠|说|不|没|拖|打|把|借|他|她|和|跟|是|在|要|的|去|给|让|也|就|都|这|那|跑|骗|告|死|走|已|于|家'
const broken = '在是给跟和的到去叫了从被把我他她你您这那有'
const word = `[^${broken}\\P{Script=Han}]`

/** What advisers may see and a model need not: names without a title, employers, and where somebody lives. */
const further: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`(?<=${relation})${surname}[一-龥]{1,2}(?=${follows})`, 'g'), '〔姓名〕'],
  [new RegExp(`(?<=^|[，,。；;、!！?？\\s])${surname}[一-龥]{1,2}(?=欠|借|打了|骗|拖|说|死|去世|跑)`, 'g'), '〔姓名〕'],
  [new RegExp(`${word}{2,12}(?:有限责任公司|有限公司|股份公司|集团公司|合作社|医院|中学|小学|幼儿园)`, 'gu'), '〔单位〕'],
  [new RegExp(`(?:${word}{2,6}?(?:省|自治区|市|州|县|区|镇|乡|街道|村|屯|寨)){2,}`, 'gu'), '〔地方〕'],
]

/** One masking serves one conversation: what was hidden in the question is put back in the reply. */
export function createMasking(): Masking {
  const values = new Map<string, string>()
  const marks = new Map<string, string>()

  function markFor(value: string, kind: string): string {
    const known = marks.get(value)
    if (known) return known
    const name = kind.slice(1, -1)
    const count = [...values.keys()].filter((mark) => mark.startsWith(`〔${name}`)).length
    const mark = `〔${name}${count + 1}〕`
    marks.set(value, mark)
    values.set(mark, value)
    return mark
  }

  return {
    mask(text) {
      // A mark that the resident typed is no mark of ours.
      const plain = text.normalize('NFKC').replace(/[〔〕]/g, ' ')
      const masked = [...masks, ...further].reduce((rest, [pattern, kind]) => rest.replace(pattern, (value) => markFor(value, kind)), plain)
      // Somebody named once with a title is the same person later without it.
      return [...marks].filter(([value]) => value.length > 1).reduce((rest, [value, mark]) => rest.replaceAll(value, mark), masked)
    },
    unmask(text) {
      return text.replace(markPattern, (mark) => values.get(mark) ?? mark)
    },
    unknown(text) {
      return [...text.matchAll(markPattern)].map(([mark]) => mark).filter((mark) => !values.has(mark))
    },
  }
}

const markPattern = /〔[^〔〕]{1,12}〕/g
