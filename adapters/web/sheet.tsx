/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Action, Outbound, Sheet } from '../../src/domain/message.ts'
import { Icon } from './icons.tsx'
import { dialled, splitConclusion, splitStep, Words } from './words.tsx'

export type SheetProps = {
  readonly message: Outbound
  readonly at: string
  /** The newest of our messages: only there do the buttons still mean what they say. */
  readonly latest: boolean
  readonly vote: boolean | undefined
  /** An adviser has answered after it. */
  readonly settled: boolean
  /** Makes a second press of the same button harmless. */
  readonly press: string
}

/** One message of ours, laid out. Colour says who speaks: indigo the assistant, persimmon a person. */
export function SheetView(props: SheetProps) {
  const { message, at } = props
  const sheet: Sheet = message.sheet ?? { by: 'assistant', kind: 'note', conclusion: message.text, label: '' }
  const { by, kind, label } = sheet
  const human = by === 'adviser'
  const listed = props.latest ? (message.actions ?? []) : []
  const tone = kind === 'urgent' ? 'urg' : human || kind === 'escalated' ? 'hum' : ''
  const speaker = human ? `${sheet.signature?.name ?? '法律顾问'}的答复` : kind === 'urgent' ? '先顾安全' : kind === 'escalated' ? '转给法律顾问' : '智能助手'
  return (
    <article class={`sheet ${tone}`} aria-label={human ? speaker : kind === 'urgent' ? '紧急帮助' : `${speaker}的答复`}>
      <div class="strip">{tone === 'hum' ? <Icon name="person" /> : null}{speaker}<span class="r">{human ? (sheet.ticket ? `编号 #${sheet.ticket} · ` : '') : sheet.verbatim ? '法律原文 · ' : label ? 'AI 生成 · ' : ''}{at}</span></div>
      <div class="in">
        <Conclusion sheet={sheet} />
        {kind === 'urgent' ? <Calls calls={sheet.calls ?? []} /> : null}
        {kind === 'escalated' ? <Track settled={props.settled} /> : null}
        <Steps steps={sheet.steps ?? []} />
        <Notes notes={sheet.notes ?? []} actions={listed} />
        {kind === 'urgent' ? null : <Calls calls={sheet.calls ?? []} />}
        <Places places={sheet.places ?? []} heading={kind === 'escalated' ? '等不及，可以先问' : '去哪里办'} />
        <Citations citations={sheet.citations ?? []} />
        {kind === 'urgent' ? <Discreet /> : null}
        {props.latest ? <Choices message={message} press={props.press} /> : null}
        {sheet.signature ? <Signature {...sheet.signature} /> : null}
        {label ? <p class="made">{label}</p> : null}
        {withoutActs.has(kind) || (kind !== 'answer' && !message.actions?.length) ? null : <Acts {...props} />}
      </div>
    </article>
  )
}

/** Nobody votes on being handed over, or on what offers nothing to do. */
const withoutActs: ReadonlySet<Sheet['kind']> = new Set(['urgent', 'escalated'])

function Conclusion({ sheet }: { sheet: Sheet }) {
  const { head, rest } = splitConclusion(sheet.conclusion)
  return (
    <>
      <h2 class="concl">{head.split(/(#\d+)/).map((part, index) => (index % 2 === 1 ? <b class="nb num">{part}</b> : part))}</h2>
      {rest.split(/\n{2,}|(?<=；)(?=[二三四五]是)/).filter(Boolean).map((paragraph) => <p class="more-of-it"><Words text={paragraph} /></p>)}
    </>
  )
}

function Calls({ calls }: { calls: NonNullable<Sheet['calls']> }) {
  if (calls.length === 0) return null
  return (
    <div class="calls">
      {calls.map(({ name, phone }, index) => (
        <a class={`call ${index === 0 ? 'first' : ''}`} href={`tel:${dialled(phone) ?? ''}`}><Icon name="phone" /><span><b class="num">{phone}</b>{name}</span></a>
      ))}
    </div>
  )
}

function Track({ settled }: { settled: boolean }) {
  return (
    <ol class="track" role="list">
      <li class={settled ? 'done' : 'now'} aria-current={settled ? undefined : 'step'}>已转给顾问</li>
      <li class={settled ? 'now' : ''} aria-current={settled ? 'step' : undefined}>顾问答复<span class="sr">{settled ? '（已经有了）' : '（还没到）'}</span></li>
    </ol>
  )
}

function Steps({ steps }: { steps: readonly string[] }) {
  if (steps.length === 0) return null
  const shown = steps.map(splitStep)
  return (
    <>
      <h3>怎么做</h3>
      <ol class="steps" role="list">{shown.map(({ lead, rest }) => <li>{lead ? <b>{lead}</b> : null}<Words text={rest} /></li>)}</ol>
    </>
  )
}

/** What is asked back stands with its buttons, so it is left out here. */
function Notes({ notes, actions }: { notes: readonly string[]; actions: readonly Action[] }) {
  const told = notes.filter((note) => withoutListed(note, actions) === note)
  if (told.length === 0) return null
  return <ul class="notes" role="list">{told.map((note) => <li><Words text={note} /></li>)}</ul>
}

function Places({ places, heading }: { places: NonNullable<Sheet['places']>; heading: string }) {
  if (places.length === 0) return null
  return (
    <>
      <h3>{heading}</h3>
      {places.map(({ name, phone, about }, index) => {
        const offered = places.slice(0, index).some((earlier) => earlier.phone === phone)
        const number = phone === undefined || offered ? undefined : dialled(phone)
        return (
          <div class="place">
            <p><b>{name}</b><br /><span class="small muted">{about}</span></p>
            {number ? <a class="btn" href={`tel:${number}`}><Icon name="phone" />打 {phone}</a> : null}
          </div>
        )
      })}
    </>
  )
}

function Citations({ citations }: { citations: NonNullable<Sheet['citations']> }) {
  if (citations.length === 0) return null
  return (
    <>
      <h3>依据<span class="hint">（点开看）</span></h3>
      <div class="cites">
        {citations.map(({ label, text, verbatim, status }) => (
          <details class="cite">
            <summary><Icon name="book" /><span>{label}</span></summary>
            <div class="law">
              {text && verbatim ? <><p class="xs muted">法条原文</p><blockquote><Words text={text} /></blockquote></> : null}
              {text && !verbatim ? <><p class="xs muted">大意，不是原文</p><p class="gist"><Words text={text} /></p></> : null}
              {text ? null : <p class="gist">这里没有存这一条的原文。可以在国家法律法规数据库 flk.npc.gov.cn 查，或者打 <a href="tel:12348">12348</a> 问。</p>}
              <p class="xs muted">{status}</p>
            </div>
          </details>
        ))}
      </div>
    </>
  )
}

/** The options that we ask back, each a button that says it for the resident. */
function Choices({ message: { sheet, actions = [] }, press }: { message: Outbound; press: string }) {
  const offered = actions.filter(({ send }) => send !== handOver || (sheet && withoutActs.has(sheet.kind)))
  if (offered.length === 0) return null
  const asked = sheet?.notes?.find((note) => withoutListed(note, actions) !== note)
  return (
    <form class="choices" method="post" action="/say" data-say data-once>
      {asked ? <h3>{withoutListed(asked, actions)}</h3> : null}
      <input type="hidden" name="id" value={press} />
      <div class="row">{offered.map(({ label, send }) => <button class={send === handOver ? 'btn hum-o' : 'btn'} name="text" value={send}>{label}</button>)}</div>
    </form>
  )
}

function Acts({ message, vote, latest, press }: SheetProps) {
  const hands = latest && message.actions?.some(({ send }) => send === handOver)
  return (
    <div class="acts" role="group" aria-label="这条答复">
      {message.sheet?.by === 'assistant' && message.sheet.label ? <form method="post" action="/vote" data-vote>
        <input type="hidden" name="message" value={message.id} />
        <button class="btn" name="up" value="true" aria-pressed={vote === true ? 'true' : 'false'}><Icon name="good" />有用</button>
        <button class="btn" name="up" value="false" aria-pressed={vote === false ? 'true' : 'false'}><Icon name="bad" />没帮上</button>
      </form> : null}
      <button type="button" class="btn" data-copy={message.text} hidden><Icon name="copy" />复制</button>
      {hands ? (
        <form method="post" action="/say" data-say data-once>
          <input type="hidden" name="id" value={press} />
          <button class="btn hum-o" name="text" value={handOver}><Icon name="person" />转人工</button>
        </form>
      ) : null}
      <p class="thanks small" data-thanks>{vote === undefined ? '' : thanks[String(vote) as 'true' | 'false']}</p>
    </div>
  )
}

export const thanks = { true: '记下了，谢谢您。', false: '没帮上，对不住。换个说法再问，或者转人工。' } as const

/** The button that wording gives to every answer; it has a place and a colour of its own. */
const handOver = '转人工'

function Signature({ name, licence }: { name: string; licence: string }) {
  return (
    <div class="sign">
      <span class="seal" aria-hidden="true">{name.length === 2 ? `${name}之印` : name.length === 3 ? `${name}印` : name.slice(0, 4)}</span>
      <p class="small"><b>{name}</b> · 法律顾问<br /><span class="muted">{licence}</span></p>
    </div>
  )
}

function Discreet() {
  return (
    <div class="note"><Icon name="lock" /><p class="small"><b>怕别人翻手机？</b>看完点右上角“快速离开”，这台手机上就不再显示这段对话。</p></div>
  )
}

/** Text without the lines that only number the buttons below it. */
function withoutListed(text: string, actions: readonly Action[]): string {
  const labels = new Set(actions.map(({ label }) => label))
  return text.split('\n').filter((line) => !labels.has(line.replace(/^\d+[.、]\s*/, ''))).join('\n')
}
