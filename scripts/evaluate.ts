import { evaluateMessages } from './evaluate-messages.ts'

const help = `用法：
  npm run --silent evaluate -- messages FILE.jsonl [--json] [--out FILE]
  npm run --silent evaluate -- statutes --articles FILE --questions FILE [--json]
  npm run --silent evaluate -- prompts [answer] [follow-up] [story] [--json]

messages：每行 {id, text, label, slugs}，当作居民群里的消息来跑。label 是 guide、escalate、out-of-scope、chit-chat…或 uncovered（没有条目能答的法律问题）
  n                 条数
  answered          助手自己答了的条数
  precision         答了的里面，标为 guide 且第一个条目在 slugs 里的比例
  coverage          标为 guide 的里面，答了的比例
  top1 / top3       标为 guide 的里面，第一个 / 前三个条目中有 slugs 的比例（不管答没答）
  urgentRecall      标为 escalate 的里面，发了救急答复并开了加急工单的比例
  outOfScopeRefused 标为 out-of-scope 的里面，婉拒的比例
  chatterIgnored    标为 chit-chat 的里面，没出声的比例
  uncoveredPassedOn 标为 uncovered 的里面，转给了人的比例
  ece               期望校准误差：标为 guide 的按置信度分十档，各档平均置信度与第一个条目正确率之差的加权平均
  p50ms / p95ms     一条消息从进来到决定的时间
  --out FILE        每条一行：id 加上 ask --json 的那个对象

prompts：逐个评测 prompts/ 里的提示词，用例在 test/prompts/。写了 LLM_MODEL 就问那个模型，没写就用剧本。
  格式 / 有据 / 该拒的拒了 / 说对了，各是 过了的/该量的；有没过的，退出码是 1

statutes：在一批法条里给居民的问法找条文；recall、mrr、ndcg、时间、内存和建库时间。`

const [what, ...args] = process.argv.slice(2)
if (what === 'messages') await evaluateMessages(args)
else if (what === 'statutes') await (await import('./evaluate-statutes.ts')).evaluateStatutes(args)
else if (what === 'prompts') await (await import('./evaluate-prompts.ts')).evaluatePrompts(args)
else {
  console.error(help)
  process.exitCode = what === '--help' ? 0 : 2
}
