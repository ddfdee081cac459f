/**
 * Masks what identifies a person: ID numbers, phones, bank cards, licence plates, mail and street
 * addresses, and names where the wording shows them (我叫…, 姓名…, …先生).
 *
 * Advisers see the mask with its kind, 〔电话〕, so that the sentence stays readable.
 */
export function redact(text: string): string {
  return masks.reduce((masked, [pattern, word]) => masked.replace(pattern, word), halfWidth(text))
}

/** Whether redact would mask anything. */
export function holdsPersonalData(text: string): boolean {
  return redact(text) !== halfWidth(text)
}

/** Letters and digits made half width, so that １３８… is seen for the phone it is; punctuation stays. */
function halfWidth(text: string): string {
  return text.replace(/[０-９Ａ-Ｚａ-ｚ]/g, (sign) => sign.normalize('NFKC'))
}

const surname = '[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤]'
/** What is taken for personal data, and the word that stands for it. */
export const masks: readonly (readonly [RegExp, string])[] = [
  [/(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)/g, '〔身份证号〕'],
  [/(?<!\d)\d{15}(?!\d)/g, '〔证件号〕'],
  [/(?<!\d)(?:\d{4}[ -]?){3,4}\d{1,4}(?!\d)(?<=[\d -]{16,23})/g, '〔银行卡号〕'],
  [/(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)/g, '〔电话〕'],
  [/(?<!\d)0\d{2,3}[ -]?[2-8]\d{6,7}(?!\d)/g, '〔电话〕'],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '〔邮箱〕'],
  [/[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·\s]?[A-HJ-NP-Z0-9]{5,6}/g, '〔车牌〕'],
  [/(?:微信号?|wx|vx|QQ)[:：\s]*[A-Za-z0-9_-]{5,20}/gi, '〔社交账号〕'],
  [/(?:[一-龥]{2,8}(?:路|街|巷|弄|大道))\d+号(?:[一-龥\d]{0,6}\d+[室号])?/g, '〔住址〕'],
  [/\d+\s*(?:栋|幢|号楼|座)\s*\d*\s*(?:单元)?\s*\d*(?:室|号)?/g, '〔住址〕'],
  [/[一-龥]{1,6}(?:村|屯|寨|社区)[一-龥\d]{0,4}(?:组|队)\s*\d+号/g, '〔住址〕'],
  [/(?<=我叫|名叫|姓名[:：]?|本人)\s*[一-龥]{2,3}(?=[，,。；;\s]|$|的|是|今年)/g, '〔姓名〕'],
  [new RegExp(`(?<![一-龥])${surname}[一-龥]{1,2}(?=先生|女士|同志)`, 'g'), '〔姓名〕'],
  [new RegExp(`(?<=老板|经理|房东|邻居|工头|包工头|债主)(?:叫)?${surname}[一-龥]{1,2}(?=[，,。；;\\s]|$|欠|说|不|拖)`, 'g'), '〔姓名〕'],
]
