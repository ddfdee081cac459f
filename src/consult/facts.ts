import type { Branch } from '../domain/entry.ts'
import { namesCase } from './route.ts'

type Fact = { readonly ask: string; readonly known: RegExp }

/** What an adviser will want to know first, by field; `known` is how a message shows that it says so. */
const facts: Readonly<Record<string, readonly Fact[]>> = {
  婚姻家庭: [{ ask: '领过结婚证吗？有没有孩子，多大了？', known: /领证|结婚证|没领|登记|孩子|儿子|女儿|娃/ }, { ask: '对方现在是什么态度？', known: /不同意|同意|不肯|愿意|协商/ }],
  继承: [{ ask: '去世的老人还有哪些亲人在世？', known: /兄弟|姐妹|配偶|老伴|子女|独生|几个/ }, { ask: '有没有写过遗嘱？', known: /遗嘱|口头|没写/ }],
  劳动用工: [{ ask: '在那儿干了多久，签没签合同？', known: /年|个月|没签|签了|合同/ }, { ask: '手里有什么凭据：工资条、转账、聊天记录？', known: /工资条|转账|微信|聊天|记录|欠条|考勤|凭据|证据/ }],
  工伤社保: [{ ask: '哪天受的伤，单位报工伤了吗？', known: /昨天|今天|月|号|日|报了|没报/ }, { ask: '签没签合同，单位给不给交社保？', known: /合同|社保|没签|没交/ }],
  农村土地: [{ ask: '这块地（房）有没有证，写的是谁的名字？', known: /证|名字|没证|确权/ }, { ask: '村里或者乡镇怎么说的，有没有书面的东西？', known: /村里|村委|乡|镇|通知|书面|公告/ }],
  房屋物业: [{ ask: '有没有写合同，怎么写的？', known: /合同|协议|没写|口头/ }, { ask: '涉及多少钱？', known: /\d+\s*[元块万]|[一二三四五六七八九十百千]+[元块万]/ }],
  借贷合同: [{ ask: '有借条、合同或转账记录吗？', known: /借条|欠条|合同|转账|记录|口头/ }, { ask: '多少钱，说好哪天还？', known: /\d|[一二三四五六七八九十百千]万|还款|到期/ }],
  消费诈骗: [{ ask: '什么时候付的钱，怎么付的？', known: /昨天|今天|刚|月|转账|微信|支付宝|现金/ }, { ask: '对方的店名、电话或者订单还在不在？', known: /店|订单|电话|平台|商家/ }],
  侵权人身: [{ ask: '伤得怎么样，看病花了多少？', known: /医院|医药费|骨折|轻伤|花了|住院/ }, { ask: '报警了吗？', known: /报警|派出所|警察/ }],
  交通事故: [{ ask: '交警出责任认定书了吗？', known: /认定|交警|责任/ }, { ask: '伤得怎么样，对方车有没有保险？', known: /保险|住院|骨折|轻伤|伤/ }],
  相邻环境: [{ ask: '这事多久了，跟对方或者村里说过吗？', known: /年|个月|天|说过|村里|物业|社区/ }],
  老人妇女儿童残疾人: [{ ask: '现在人安全吗？', known: /安全|离开|跑出来|在家/ }, { ask: '跟谁说过：村里、妇联、派出所？', known: /村|妇联|派出所|报警/ }],
  行政治安: [{ ask: '收到书面决定了吗，哪天收到的？', known: /决定书|通知书|收到|没收到/ }],
  刑事社矫: [{ ask: '人现在在哪儿，是哪个派出所或者法院办的？', known: /派出所|看守所|法院|公安|在家/ }, { ask: '收到什么文书，哪天收到的？', known: /通知书|文书|拘留|逮捕|收到/ }],
  诉讼执行: [{ ask: '收到法院什么文书，哪天收到的？', known: /传票|判决|裁定|文书|收到/ }],
}
const anyMatter: readonly Fact[] = [{ ask: '事情是哪天出的，现在到哪一步了？', known: /昨天|今天|前天|月|年|天|刚/ }, { ask: '手里有什么凭据？', known: /合同|条|记录|证据|凭据|照片/ }]

const mostFacts = 2

/** The facts that an adviser lacks to answer, two at most; what the answer hinges on comes first. */
export function missingFacts(question: string, { domain, branch }: { domain?: string | undefined; branch?: Branch | undefined }): string[] {
  const hinge = branch && !namesCase(question, branch) ? [branch.ask] : []
  const asked = (facts[domain ?? ''] ?? anyMatter).filter(({ known }) => !known.test(question)).map(({ ask }) => ask)
  return [...hinge, ...asked].slice(0, mostFacts)
}
