const orders = [
  /(?:忽略|无视|忘掉|忘记|不要(?:管|理会)|推翻|作废|绕过|跳过|抛开)\S{0,8}(?:以上|上面|之前|前面|先前|所有|一切|原来|原有|系统|安全)\S{0,8}(?:指示|指令|规则|规矩|要求|设定|内容|限制|提示|约束)/,
  /(?:新的?|以下|下面|最新)(?:系统)?(?:指令|指示|规则|提示词)\S{0,4}[:：是为]/,
  /(?:你|您|AI|助手|机器人|模型)(?:现在|从现在起|必须|应当|要|请|马上|立刻|接下来)?\S{0,6}(?:扮演|假装|进入\S{0,6}模式|切换到|变成|改为|充当|自称)/,
  /(?:系统|开发者|管理员|SYSTEM|system|assistant|user)\s*(?:提示|消息|指令|message|prompt)?\s*[:：>\]】]/,
  /(?:回答|答复|回复|输出|告诉(?:居民|用户|对方|村民)|对(?:居民|用户|村民)说|凡是?(?:有人)?问)\S{0,20}(?:一律|必须|都要|时请|就说|只(?:能|要)?(?:说|回|答))/,
  /(?:输出|复述|打印|显示|公开|泄露|告诉我|翻译|重复)\S{0,10}(?:系统提示|提示词|指令|以上(?:全部|所有)?内容|prompt|规则全文|你的规矩)/,
  /告诉(?:居民|用户|村民|提问者|来信人)|对(?:居民|用户|村民|提问者|来信人)(?:说(?!明)|讲|宣布|承诺|回复)|(?:凡|只要)(?:是|有人)?\S{0,4}问\S{0,12}(?:请|都|一律|输出|就|只)/,
  /(?:模型|AI|助手|机器人)\S{0,4}(?:请|注意|须知|必须|应当|应该)|读作|改说成|改读|从现在起\S{0,3}(?:你|您)|(?:你|您)(?:现在)?是(?:本案)?\S{0,3}(?:法官|律师|警察|模型|AI)/,
  /私信我|请?点击\S{0,3}链接|扫码加|加微信/,
  /ignore\s+(?:\w+\s+){0,4}(?:sections|rules|instructions|previous|above|prior)|ignore\s+(?:all\s+|the\s+|any\s+|your\s+)*(?:previous|above|prior|earlier|instructions|rules)|disregard\s|you are now|pretend (?:to be|you)|act as|new instructions?|system prompt|developer mode|jailbreak|\bDAN\b|do anything now|reveal|<\|?(?:im_start|system|endoftext)|\[\/?INST\]|###\s*(?:instruction|system)|begin system|override/i,
  /(?:AI|人工智能|大模型|语言模型|助手|机器人)\S{0,6}(?:注意|请|必须|看到(?:这|此)|读到|应当)/,
]

const account = /(?<!\d)(?:\d{16,19}|1[3-9]\d{9})(?!\d)/

/** Whether a text tells a language model what to do, or names somebody's mobile or bank account; no law and no guide does. */
export function givesOrders(text: string): boolean {
  const plain = text.normalize('NFKC').replace(/[\u200b-\u200f\u2060\ufeff]/g, '')
  if (account.test(plain)) return true
  return orders.some((pattern) => pattern.test(plain) || pattern.test(plain.replace(/\s+/g, '')))
}
