import type { Branch, Entry, StatuteArticleEntry } from '../domain/entry.ts'
import { articleLabel, type ArticleRef } from '../domain/law.ts'
import type { Action, Inbound, Outbound, Sheet } from '../domain/message.ts'
import type { Alarm, Answer, NearbyGuide, Outcome } from '../domain/outcome.ts'
import { clockOf } from '../domain/person.ts'
import type { LikelyArticles } from '../domain/statute.ts'
import type { EscalationReason } from '../domain/ticket.ts'
import { isAlarm } from './emergency.ts'
import { likelyForResident } from './likely.ts'
import { nearbyForResident } from './nearby.ts'
import { verbatimLabel } from './quote.ts'

/** A reply before it has an id; `{ticket}` stands for the number that recording gives. */
export type Reply = Omit<Outbound, 'id'>

/** What phrasing needs: the text of an article as far as we hold it. */
export type Words = { article(ref: ArticleRef): { readonly text: string; readonly verbatim: boolean; readonly status: string } | undefined }

const label = 'AI 生成，仅供参考，不代替律师意见'
const unfold: Action = { label: '法条原文', send: '原文' }
const handOver: Action = { label: '转人工', send: '转人工' }
const hotline = { name: '公共法律服务热线', phone: '12348' }

export function attachedText(attachment: string): string {
  return `收到您发的${attachment}，我只看得懂文字。请把事情用一两句话写出来；重要的${attachment}您自己留好，以后可能是证据。`
}

export const helpText = [
  '我是村居法律顾问助手（AI）。您把事情用大白话说一遍就行，比如：厂里拖了三个月工资咋办。',
  '能答的我马上答，写明依据的法条和去哪里办；拿不准的转给法律顾问，由真人答复。',
  '可以说：「详细」看步骤，「法条」看依据，「转人工」找法律顾问，「我的问题」看进度，「我的记录」「删除我的记录」管自己的信息。',
  '急事请直接打 110、120；法律咨询热线 12348。',
].join('\n')

export const skippedText = '好的，不说也行，先按上面的一般情况办。想起来了随时告诉我。'

/** For an answer to our question that chooses no case. */
export function askedAgain(branch: Branch): string {
  return ['没听明白是哪一种，请回一个数，说不准回「跳过」：', ...listed(branch)].join('\n')
}

function listed({ options }: Branch): string[] {
  return options.map(({ label: name }, index) => `${index + 1}. ${name}`)
}

/** 怎么办、注意、材料 of an entry, as one message. */
export function moreText(entry: Entry): string {
  const parts = entry.sections.map(({ heading, text }) => `【${heading}】\n${text.replaceAll('**', '')}`)
  return [entry.title, ...parts].join('\n\n')
}

/** Turns an outcome into what the resident reads; nothing for one that was left alone. `attended`: an adviser hears of its ticket. */
export function phrase(outcome: Outcome, message: Inbound, words: Words, attended = true): Reply[] {
  const sheet = sheetFor(outcome, message, words, attended)
  if (!sheet) return []
  const group = message.place === 'group' ? { mention: { id: message.sender, name: message.senderName ?? message.sender } } : {}
  return [{ to: message.from, replyTo: message.id, text: plain(sheet), sheet, actions: actionsFor(outcome), ...group }]
}

function sheetFor(outcome: Outcome, message: Inbound, words: Words, attended: boolean): Sheet | undefined {
  const passedOn = attended ? '已经转给法律顾问，编号 {ticket}' : nobodyYet
  switch (outcome.kind) {
    case 'answered':
      if (outcome.discreet) return { by: 'assistant', kind: 'note', conclusion: oneToOne, label }
      return outcome.repeats === undefined ? answerSheet(outcome.answer, words) : repeatSheet(outcome.answer, outcome.repeats)
    case 'escalated':
      if (isAlarm(outcome)) return alarmSheet(outcome, message.place, { note: attended ? '已经转给法律顾问加急处理，编号 {ticket}。' : `${nobodyYet}。先打上面的电话。` })
      return outcome.discreet ? { by: 'assistant', kind: 'escalated', conclusion: `${oneToOne}${passedOn}。`, label } : withLikely(withNearby(escalatedSheet(outcome.reason === 'unhappy' ? sorry : reasons[outcome.ticket.because], outcome.services, attended, outcome.missing, outcome.about), outcome.nearby, attended), outcome.likely)
    case 'refused':
      return { by: 'assistant', kind: 'refused', conclusion: outcome.situation?.answer ?? '这件事我帮不上。村里的法律问题，比如工资、邻里、婚姻、土地，您可以直接问我。', label }
    case 'told':
      return { by: 'assistant', kind: 'note', conclusion: outcome.text, label: outcome.label ?? (ownMatters.has(outcome.reason) ? '' : label), ...(outcome.label === undefined ? {} : { verbatim: true }) }
    default:
      return undefined
  }
}

/** What a person is told of their own tickets and records is no opinion of ours, and partly an adviser's words. */
const ownMatters: ReadonlySet<string> = new Set(['mine', 'records', 'records-in-group', 'happy', 'reopened-already', 'hush', 'too-fast'])

/** What a group reads of a matter that is not for it: nothing of what was asked. */
const oneToOne = '这件事不方便在群里说。请点我的头像单独发给我，我接着帮您；也可以打 12348，免费。'
const discreetUrgent = '人最要紧：有危险马上离开，去人多的地方，打 110；受伤打 120。'

function repeatSheet({ entry, text }: Answer, at: string): Sheet {
  return { by: 'assistant', kind: 'note', conclusion: `这个问题群里 ${clockOf(new Date(at)).slice(11)} 刚答过，往上翻就能看到（${entry.title}）：${firstSentence(text)}。您的情况不一样，把不一样的地方@我说一句。`, label }
}

function answerSheet({ entry, text, steps, citations, services, branch, stale, past, model }: Answer, words: Words): Sheet {
  const asked = branch ? [[branch.ask, ...listed(branch), '（说不准可以回「跳过」）'].join('\n')] : []
  const then = past === undefined ? [] : [`上面是现在的规定。您问的是 ${past} 那时的，可能不一样；要查当时的，回「转人工」。`]
  const aged = stale ? [`这条内容上次核对是 ${entry.checked}，法律可能有变，请向 12348 核实。`] : []
  return {
    by: 'assistant', kind: 'answer', conclusion: text, steps: steps.slice(0, 4), notes: [...aged, ...then, ...asked],
    places: services.slice(0, 3).map(placeOf),
    citations: entry.kind === 'statute' ? quotedCitations(entry) : citations.map((ref) => {
      const known = words.article(ref)
      return { label: articleLabel(ref), text: known?.text ?? '', verbatim: known?.verbatim ?? false, status: known?.status ?? '现行有效' }
    }),
    ...(entry.kind === 'statute' ? { label: verbatimLabel(entry.quoted), verbatim: true as const } : { label: labelFor(model) }),
  }
}

/** The text itself is what was asked for: it stands above, of the version that was asked for. */
function quotedCitations({ basis, quoted, until }: StatuteArticleEntry): NonNullable<Sheet['citations']> {
  return basis.map((ref) => {
    const version = quoted.find(({ law }) => law === ref.law)
    return { label: articleLabel(ref), text: '', verbatim: false, status: version ? `${version.version} 版，${version.from} 起施行${until ? `，${until} 起不再适用` : ''}` : '' }
  })
}

/** Says who wrote a text; a model that worded it is named. */
export function labelFor(model?: string): string {
  return model === undefined ? label : `AI 生成（模型 ${model}），仅供参考，不代替律师意见`
}

/** The words for an emergency, whom to call, and what became of it. */
export function alarmSheet({ situation, discreet }: Alarm, place: Inbound['place'], { conclusion, note }: { conclusion?: string; note: string }): Sheet {
  const further = place === 'group' ? '别在群里说细节，可以单独发给我。' : '有新情况接着告诉我。'
  return {
    by: 'assistant', kind: 'urgent', conclusion: conclusion ?? (discreet ? discreetUrgent : situation.answer),
    calls: situation.hotlines.slice(0, 4).map((phone) => ({ name: hotlineNames[phone] ?? '热线', phone })), notes: [`${note}${further}`], label,
  }
}

const reasons: Record<EscalationReason, string> = {
  urgent: '这件事要紧',
  'nothing-found': '这件事我没有查到可靠的依据',
  unsure: '这件事我没有十足把握，怕说错了误您的事',
  'outside-mainland': '这件事牵涉香港、澳门、台湾或外国的法律，要由人来答',
  'asked-for-a-person': '好的，给您找人',
  failed: '助手这会儿出了问题，是我们这边的原因，您的话没有丢',
  'out-of-date': '这件事依据的法律有了变化，我先不乱说',
}

/** Where nobody is registered who could take a ticket, nobody is promised. */
const nobodyYet = '已经记下，编号 {ticket}，可是这里还没有登记法律顾问，没有人能马上看到'

/** For whom our own answer did not help. */
const sorry = '没帮上您，对不住，这就给您找人'

function escalatedSheet(reason: string, services: readonly Entry[], attended: boolean, missing: readonly string[] = [], about?: string): Sheet {
  const [nearest] = services
  const place = nearest ? placeOf(nearest) : { ...hotline, about: '免费法律咨询' }
  return {
    by: 'assistant', kind: 'escalated',
    conclusion: `${about === undefined ? '' : `「${about}」：`}${reason}，${attended ? '已经转给法律顾问，编号 {ticket}。顾问答复后我马上发给您。' : `${nobodyYet}。请打 12348 问律师，免费；也可以找村委会。`}`,
    ...(attended && missing.length > 0 ? { notes: [`顾问还想知道：${missing.map((ask, index) => `${circled(index + 1)} ${ask}`).join(' ')} 您直接回，我一起转过去。`] } : {}),
    places: place.phone === hotline.phone ? [place] : [place, { ...hotline, about: '等不及可以先打，免费' }], label,
  }
}

/** ①, ②, …: not the numbers that stand for a choice. */
function circled(number: number): string {
  return String.fromCodePoint('①'.codePointAt(0)! + number - 1)
}

function withNearby(sheet: Sheet, nearby: readonly NearbyGuide[] | undefined, attended: boolean): Sheet {
  return nearby ? { ...sheet, notes: [...(sheet.notes ?? []), nearbyForResident(nearby, attended).note] } : sheet
}

function withLikely(sheet: Sheet, likely: LikelyArticles | undefined): Sheet {
  if (!likely) return sheet
  const { note, citations } = likelyForResident(likely)
  return { ...sheet, notes: [...(sheet.notes ?? []), note], citations }
}

function placeOf(entry: Entry): { name: string; phone?: string; about: string } {
  const phone = entry.kind === 'service' ? entry.phone : undefined
  return { name: entry.title, about: firstSentence(entry.answer), ...(phone ? { phone } : {}) }
}

function firstSentence(text: string): string {
  return /^[^。！？\n]*/.exec(text)?.[0] ?? text
}

function actionsFor(outcome: Outcome): Action[] {
  if (outcome.kind === 'escalated') return outcome.discreet || outcome.situation ? [] : [...(outcome.nearby ? nearbyForResident(outcome.nearby).actions : []), ...(outcome.likely ? likelyForResident(outcome.likely).actions : [])]
  if (outcome.kind === 'told') return ownMatters.has(outcome.reason) && !outcome.text.includes('「转人工」') ? [] : [handOver]
  if (outcome.kind !== 'answered') return outcome.kind === 'refused' && outcome.reason !== 'chatter' ? [handOver] : []
  const options = outcome.answer.branch?.options.map(({ label: name }) => ({ label: name, send: name })) ?? []
  return [...options, { label: '详细步骤', send: '详细' }, ...(outcome.answer.citations.length > 0 ? [unfold] : []), handOver]
}

/** The sheet as plain text, for channels that show nothing else. */
export function plain({ kind, conclusion, steps = [], notes = [], places = [], calls = [], citations = [], label: foot }: Sheet): string {
  const lines = [conclusion]
  if (kind === 'urgent') lines.push(calls.map(({ name, phone }) => `☎ ${name} ${phone}`).join('\n'))
  if (citations.length > 0 && kind !== 'escalated') lines.push(`依据：${citations.map((citation) => citation.label).join('、')}`)
  if (places.length > 0) lines.push(`去哪儿：${places.map(({ name, phone }) => (phone && !name.includes(phone) ? `${name}（${phone}）` : name)).join('、')}`)
  lines.push(...notes)
  if (steps.length > 0) lines.push(`回「详细」看步骤，${citations.length > 0 ? '回「原文」看法条，' : ''}回「转人工」找法律顾问。`)
  if (foot) lines.push(`（${foot}）`)
  return lines.filter(Boolean).join('\n')
}

const hotlineNames: Record<string, string> = {
  110: '报警', 119: '火警', 120: '急救', 122: '交通事故报警', 12309: '检察服务', 12315: '消费投诉', 12333: '人社（工资社保）', 12338: '妇女维权', 12345: '政务服务',
  12308: '外交部领事保护', 12348: '公共法律服务', 12355: '青少年服务', 12356: '心理援助', 12368: '法院诉讼服务', 12378: '银行保险投诉', 12386: '证券投诉',
  12389: '公安投诉', 12393: '医保', 96110: '反诈',
}
