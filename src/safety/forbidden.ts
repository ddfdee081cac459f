/** What no reply may say, whatever it rests on. */
export type Forbidden = 'promise' | 'impersonation' | 'leak' | 'link' | 'money' | 'language'

const promises = [
  /包赢|包胜|必赢|必胜|稳赢|稳拿|稳胜|稳操胜券|准赢|铁定|板上钉钉|万无一失|十拿九稳|一百个心|赢定|输不了|跑不了|(?:就|可|算|基本|肯定|已经)稳了|没跑儿|手到擒来|不成问题|绝无问题|毫无悬念|没有悬念|胜券在握|胜诉率|赔不了|吃不了亏/,
  /(?:百分之?百|100%|百分之九十\S?|9\d%)(?:地?)(?:能|会|赢|胜|支持|成功|可以|没问题|拿|判|把握|的把握)/,
  /(?<![不未没别])(?:一定|肯定|绝对|必然|必定|必将|保证|保准|准保|管保)(?:就|都|是|还|把|帮|替|您|你|他|对方|法院|他们|钱|会){0,3}(?:能|会|可以|赢|胜|判|支持|成功|拿到|拿回|要回|追回|退回|讨回|得到|没事|无罪|没问题|帮|站在|赔|(?:得|要)(?:赔|退|判|还您|还你|给您|给你)|离成|归|给您|给你)/,
  /(?<!一)定能|(?<![批不核标水对])准(?:能|会|赢|成)|包(?:您|你)|包(?:退|成|过|拿|判)/,
  /(?:我|我们|向您|在此)\S{0,3}(?:保证|打包票|担保|承诺|打保票|立军令状)/,
  /(?:官司|仲裁|案子|这事|这场|起诉|上诉).{0,8}(?:能赢|会赢|能胜|会胜|打得赢|必成|准成|没问题)/,
  /(?:您|你).{0,8}(?:会赢|能赢|打得赢|(?:会|能|必|将|可以|就能)胜诉|胜诉无疑|赢面(?:很|非常|极|比较)?大|胜算(?:很|非常|极)?(?:大|高))/,
  /会?判给(?:您|你)|判(?:您|你)赢|(?:抚养权|孩子|房子)(?:会|就|将|肯定)?(?:归您|归你|是您的|是你的)(?:[，。！了]|$)/,
  /(?:包在我|交给我(?:们)?就|尽管放心|放心吧|放心好了|您就放心|你就放心)/,
  /guarantee|definitely win|certainly win|100% win|you will win|will surely/i,
]
const verdicts = /(?:法院|法官|仲裁委?员?会?|仲裁庭|仲裁员|警察|公安|派出所|检察院|政府|民政局?|监察)(?:那边)?(?:都|就|也|最后|最终|到时)?(?:一定|肯定|必须|必定|准|会|就会|将|将会|必然)(?:会)?(?:全力|全额|无条件)?(?:支持|判(?!断)|帮您|帮你|偏向|站在|同意|答应|裁给|批准|抓|赔)/
/** A warning may quote what swindlers promise. */
const warning = /骗|别信|不要信|不可信|当心|小心|不得|都不/

const impersonations = [
  /(?:我|我们|本人)(?:就)?(?:是|乃|身为|作为)(?:\S{0,10})(?:律师|法官|警察|民警|公安|检察官|仲裁员|公证员|调解员|法律顾问|法律工作者|司法所|法院|工作人员|政府|村委|真人|人工|书记)/,
  /作为(?:您|你|一名|一位|执业|专业|资深|您的|你的)\S{0,8}(?:律师|法官|警察|顾问|代理人|检察官)/,
  /作为\S{0,4}(?:律师|法官|警察|检察官|仲裁员|调解员)[，,]?(?:我|本人)|(?:我|本人)(?:判决|裁定|宣判|裁决)/,
  /本律师|本所|本庭|本院|本官|我所律师|我的当事人|我的执业证|执业证号|律师证号|我办过|我代理过|我打过|以律师的?身份|我国?执业\S{0,3}年|律师[一-龥]{2,3}为您|(?:张|王|李|刘|陈|赵|周)律师/,
  /(?:我|我们)(?:已经|已|会|这就|马上|来|可以|能|负责|现在就|立刻|将)?(?:亲自)?(?:替|帮|为|代|给)(?:您|你)\S{0,6}?(?:起诉|出庭|打官司|代理|递|写|联系|报警|立案|查|办|申请|处理|搞定|出面|跑|找|打电话|签)/,
  /(?:我|我们)(?:已经|已|会|这就|马上|来|能|负责|现在就|立刻)\S{0,3}(?:替|帮|为|代|给)(?:您|你)/,
  /\bas your (?:lawyer|attorney)|\bI am (?:a|an|your) (?:licensed |real )?(?:lawyer|attorney|judge|police|human)/i,
]

const leaks = [
  /系统提示|提示词|系统指令|初始指令|开发者模式|开发者消息|越狱|我的(?:指示|指令|规则|规矩|设定)|我(?:被|收到)(?:要求|指示|设定)|给我的指示|上面的指示|之前的指示|忽略(?:以上|之前|前面|上面)|规矩(?:如下|是这样|是：)|第[一1]条规矩/,
  /system prompt|instructions?\b|developer m|jailbr|\bDAN\b|prompt\b|api[_ -]?key|\bsk-[\w-]{6,}|LLM_[A-Z_]+|process\.env|BEGIN|密钥|密码是|口令是|<\/?(?:资料|来信|引用|前文)|```|\{passages\}/i,
  /(?:别的|其他|另一?[个位]?|另外一位|上一?位|前一?位|刚才那位|隔壁那个)(?:居民|村民|用户|来信人|咨询人)(?:也|都|还|就|曾)?(?:被|问|说|叫|是|的(?:电话|姓名|身份证|住址|案子|事))/,
]

const links = /https?:|www\.|[\w-]+\.(?:com|cn|net|org|top|xyz|vip|cc|io|me|app|info)\b|扫\S{0,4}码|二维码|(?:加|添加)\S{0,6}(?:微信|QQ|qq|好友|群)|点\S{0,4}链接|下载\S{0,8}(?:APP|app|软件|链接)|私信我|联系我/
const payments = /(?:转|汇|打|充|交|付|存)\S{0,8}(?:到|给|至|进)\S{0,8}(?:账户|账号|卡号|卡上|我|安全账户|指定|钱包|平台)|(?:手续费|保证金|解冻费|服务费|咨询费|红包|打赏|中介费|保护费)\S{0,4}(?<!别|勿|不要|不用|不能|不得)(?:转|汇|打|交|付|发)|验证码(?:发|告诉|给)|比特币|USDT/

/**
 * Why the text may not be said at all; undefined when nothing speaks against it. `cited` excuses links and
 * payments that a passage itself speaks of.
 */
export function forbidden(text: string, cited: string, instructions: readonly string[]): Forbidden | undefined {
  const plain = text.normalize('NFKC').replace(/[\u200b-\u200f\u2060\ufeff\s]+/g, ' ')
  const tight = plain.replace(/(?<=\P{ASCII})\s+|\s+(?=\P{ASCII})/gu, '')
  const says = (patterns: readonly RegExp[]) => patterns.some((pattern) => pattern.test(plain) || pattern.test(tight))
  if ((says(promises) && !(warning.test(plain) && warning.test(cited))) || unexcused(verdicts, plain, cited)) return 'promise'
  if (says(impersonations)) return 'impersonation'
  if (says(leaks) || repeats(tight, instructions)) return 'leak'
  if (unexcused(links, plain, cited)) return 'link'
  if (unexcused(payments, plain, cited)) return 'money'
  const letters = plain.match(/\p{L}/gu) ?? []
  const chinese = plain.match(/\p{Script=Han}/gu) ?? []
  return chinese.length < letters.length * 0.6 ? 'language' : undefined
}

function unexcused(pattern: RegExp, text: string, cited: string): boolean {
  const [found] = pattern.exec(text) ?? []
  return found !== undefined && !cited.includes(found)
}

const telling = 11

/** Whether a stretch of our own instructions stands in the text. */
function repeats(text: string, instructions: readonly string[]): boolean {
  const spoken = onlyWords(text)
  const kept = instructions.map(onlyWords)
  for (let start = 0; start + telling <= spoken.length; start++) {
    const stretch = spoken.slice(start, start + telling)
    if (kept.some((instruction) => instruction.includes(stretch))) return true
  }
  return false
}

function onlyWords(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '')
}
