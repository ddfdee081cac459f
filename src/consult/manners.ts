import type { Conversation } from '../domain/conversation.ts'
import type { Inbound } from '../domain/message.ts'
import type { Outcome, Silence } from '../domain/outcome.ts'
import type { Policy } from '../domain/person.ts'
import { isIntimate } from './intimate.ts'
import { residentOrder } from './mine.ts'

/** How a group stands when a message comes. */
export type GroupState = { readonly policy: Policy; readonly muted: boolean }

/** How long after our words a short message is taken for an answer to them. */
const talkMs = 10 * 60_000

/**
 * Whether the assistant takes up a group's message: when it is spoken to, when somebody goes on talking
 * with it, and in an attentive group for any message that may ask something. An emergency always is.
 * Gives the reason to stay silent, or undefined.
 */
export function silenceFor(message: Inbound, { policy, muted }: GroupState, conversation: Conversation, facts: { emergency: boolean; answersUs: boolean }): Silence | undefined {
  if (message.place === 'direct' || facts.emergency) return undefined
  if (muted) return 'muted'
  if (message.addressed) return undefined
  if (facts.answersUs && inTalk(conversation, message.at)) return undefined
  const order = residentOrder(message.text)
  if (order && order !== 'happy' && order !== 'unhappy' && order !== 'hush') return undefined
  if (/^转?人工[！!。.]?$/.test(message.text.trim())) return undefined
  // 「怎么办」 said to nobody is no command to us.
  if (facts.answersUs || order) return 'not-addressed'
  return policy === 'mention' ? 'not-addressed' : undefined
}

/** Whether we spoke with the person here in the last minutes. */
export function inTalk({ lastAt }: Conversation, now: Date): boolean {
  return lastAt !== undefined && now.getTime() - Date.parse(lastAt) < talkMs
}

/**
 * What a message that a group said to nobody may bring: an answer where it plainly asks, an emergency, an
 * adviser where it plainly asks and we are not sure; else silence.
 *
 * Two or three words said in passing look like anything to a search, so that the fewer there are, the
 * surer it has to be.
 */
export function unaddressed(outcome: Outcome, message: Inbound): Outcome {
  if (message.place === 'direct' || message.addressed) return outcome
  const { question = 0, urgent = 0 } = outcome.intents ?? {}
  const length = message.text.replace(/[^\p{L}\p{N}]/gu, '').length
  const silent: Outcome = { ...outcome, kind: 'ignored', because: 'unclear' }
  switch (outcome.kind) {
    case 'refused':
      return { ...silent, because: 'chatter' }
    case 'answered': {
      if (outcome.reason !== 'sure') return outcome
      if (length >= 14) return question >= 0.5 ? outcome : silent
      return length >= 7 && question >= 0.8 && (asksSomething(message.text) || grievance.test(message.text)) ? outcome : silent
    }
    case 'escalated': {
      if (outcome.ticket.because === 'asked-for-a-person') return outcome
      if (outcome.reason === 'like-urgent') return length >= 12 || (length >= 6 && trouble.test(message.text)) || (urgent >= 0.9 && danger.test(message.text)) ? outcome : silent
      if (outcome.situation) return outcome
      if (length >= 18 && question >= 0.85) return outcome
      return length >= 8 && question >= 0.8 && (asksSomething(message.text) || grievance.test(message.text)) ? outcome : silent
    }
    default:
      return outcome
  }
}

/** What people complain of without asking: 「厂里拖了三个月工资不给」. */
const grievance = /不给|拖欠|拖了|欠了|欠我|欠着|不还|不退|不赔|不认|不管|不让|不发|没发|被打|被骗|被撞|被咬|被偷|被辞|被开除|被占|打了我|撞了|受了?伤|违约|占了|起诉|离婚|赔偿|仲裁/

/** Words that a cry for help holds, however short it is, and those that one of some length holds. */
const danger = /救|血|刀|死|命|晕|跳楼|着火|失火|[又在]打|打人|打架|拘留|堵门/
const trouble = /救|血|刀|打|死|命|晕|昏|跳|火|骗|拘|堵|逃|砸|药|毒|呼吸|抽搐|淹|落水|溺|触电|煤气|燃气|自杀|活|找不到|走失|丢了|不见|抢|偷|绑|锁|关着|关了|撞|伤|疼|吓|怕|哭|警|跑|强|逼|割|摔|塌|埋|困|转账|转了|验证码|密码|拆|推土机|开庭|到期|期限|最后/

/** Whether the words have the form of a question. */
export function asksSomething(text: string): boolean {
  return /[?？]|吗|么(?!么)|咋|怎么|怎样|咋整|咋办|能不能|可不可以|可以.{0,12}[吧不]|有没有|是不是|该不该|算不算|要不要|得不得|行不行|合不合|违不违|犯不犯|多少|多久|几天|几年|几个月|哪[里儿个些天]|谁|啥|什么|请问|求助|凭啥|凭什么|管不管|赔不赔|作数|有用没|[能要会]不[能要会]|不$|没$|没有$|呢/.test(text)
}

/** Marks what a group should not read: it is offered one-to-one instead. */
export function discreet(outcome: Outcome, message: Inbound): Outcome {
  if (message.place === 'direct') return outcome
  if (outcome.kind === 'answered' && isIntimate(message.text, outcome.answer.entry)) return { ...outcome, discreet: true }
  if (outcome.kind === 'escalated' && isIntimate(message.text, outcome.situation)) return { ...outcome, discreet: true }
  return outcome
}
