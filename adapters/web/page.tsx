/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { randomUUID } from 'node:crypto'
import { assetPath } from './assets.ts'
import { Icon } from './icons.tsx'
import { longestQuestion } from './input.ts'
import { SheetView } from './sheet.tsx'
import type { Talk, Turn } from './talk.ts'

export type PageProps = {
  readonly talk: Talk
  readonly conversation: string
  readonly big: boolean
  readonly now: Date
  readonly leaveTo: string
  /** What was wrong with what the resident sent, which is then kept as the draft. */
  readonly problem?: string
  readonly draft?: string
}

const name = '村居法律助手'
const suggestions = ['老板拖欠工资，怎么要？', '在工地干活受了伤，谁来赔？', '朋友借钱不还，没打借条怎么办？', '邻居家漏水，把我家泡了', '想离婚，孩子归谁？', '老人走了，房子怎么分？']
const phones = [['有危险，报警', '110'], ['受伤急救', '120'], ['免费法律热线', '12348'], ['工资、社保', '12333'], ['妇女维权', '12338'], ['消费投诉', '12315'], ['政务服务', '12345']] as const

/** How long an unanswered message keeps a page without scripts looking again by itself. */
const refreshForMs = 30_000

/** The resident's page; whole without scripts, which only make it live. */
export function Page(props: PageProps) {
  const { talk, conversation, big, now, leaveTo, problem } = props
  const urgent = talk.turns.some((turn) => turn.kind === 'said' && turn.message.sheet?.kind === 'urgent')
  const waiting = waitsFor(talk)
  const fresh = waiting !== undefined && now.getTime() - waiting.at.getTime() < refreshForMs
  return (
    <html lang="zh-CN" class={big ? 'big' : ''}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="format-detection" content="telephone=no" />
        {fresh && !problem ? <noscript><meta http-equiv="refresh" content="4" /></noscript> : null}
        <title>{problem ? `没发出去 · ${name}` : name}</title>
        <link rel="icon" href={assetPath('icon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assetPath('page.css')} />
        <script src={assetPath('live.js')} defer></script>
      </head>
      <body data-conversation={conversation} data-seq={String(talk.seq)} data-away={leaveTo}>
        <a class="skip" href="#main">跳到正文</a>
        <header class="top">
          <div class="in">
            <p class="brand">{urgent ? '法律助手' : name}<small>AI 助手 · 不收费</small></p>
            <form method="post" action="/leave" data-leave hidden={!urgent}><button class="btn"><Icon name="leave" />快速离开</button></form>
            <a class="btn tolist" href="#side" hidden={urgent}>电话</a>
            <form method="post" action="/big"><button class="btn" aria-pressed={big ? 'true' : 'false'}>大字</button></form>
          </div>
        </header>
        <div class="talk">
          <main id="main">
            <h1 class="sr">{talk.turns.length > 0 ? '您的对话' : '开始'}</h1>
            {talk.turns.length > 0 ? null : <Welcome />}
            <Log {...props} />
            <p id="live" class="when" role="status">{waiting ? (fresh ? '正在查，请稍等…' : '还没有答复。您可以先关掉，再打开就能看到。') : ''}</p>
            {waiting ? <noscript><p class="when"><a href={`/?r=${now.getTime()}#q-${waiting.id}`}>看看有没有答复</a></p></noscript> : null}
            <Composer {...props} />
          </main>
          <Side />
        </div>
      </body>
    </html>
  )
}

/** The turns alone: what a live page fetches when there is news. */
export function Log({ talk, now }: Pick<PageProps, 'talk' | 'now'>) {
  const said = talk.turns.filter((turn) => turn.kind === 'said')
  const newest = said.at(-1)
  const lastAdvice = said.findLast((turn) => turn.message.sheet?.by === 'adviser')?.seq ?? 0
  return (
    <ol class="log" id="log" role="list" data-seq={String(talk.seq)}>
      {talk.earlier > 0 ? <li class="when" id="earlier">更早的 {talk.earlier} 条不在这一页上</li> : null}
      {talk.turns.map((turn) => {
        if (turn.kind === 'asked') return <li class="me" id={`q-${turn.id}`}><p><span class="sr">您问：</span>{lines(turn.text)}</p></li>
        const settled = turn.message.sheet?.kind === 'escalated' && lastAdvice > turn.seq
        return (
          <li id={`m-${turn.seq}`} data-id={turn.message.id} data-settled={String(settled)}>
            <SheetView message={turn.message} at={clock(turn.at, now)} latest={turn === newest} vote={turn.vote} settled={settled} press={randomUUID()} />
          </li>
        )
      })}
    </ol>
  )
}

function Welcome() {
  return (
    <div id="welcome">
      <div class="sheet">
        <div class="in">
          <h2 class="hello">您好。有难事，<br />用平常话问就行。</h2>
          <ul class="facts" role="list">
            <li><Icon name="book" /><p><b>谁来回答</b><br />先由智能助手查法条回答，都标着“AI 生成”。它拿不准的，转给法律顾问，由真人答复。</p></li>
            <li><Icon name="lock" /><p><b>会留下什么</b><br />您写的话和答复会存下来，好接着办。别写身份证号、银行卡号。</p></li>
            <li><Icon name="alarm" /><p><b>有人受伤或有危险</b><br />别在这里等，<a href="tel:110"><b>马上打 110</b></a>。</p></li>
          </ul>
        </div>
      </div>
      <h2 class="often">大家常问，点一下就行</h2>
      <form method="post" action="/say" data-say>
        <input type="hidden" name="id" value={randomUUID()} />
        <ul class="asks" role="list">{suggestions.map((text) => <li><button name="text" value={text}>{text}</button></li>)}</ul>
      </form>
    </div>
  )
}

function Composer({ talk, problem, draft }: PageProps) {
  return (
    <form class="ask" id="end" method="post" action="/say" aria-label="提问" data-compose>
      <p class="note bad" id="net" role="alert" hidden>没连上网。写好先放着，不会丢；急事直接打电话。</p>
      {problem ? <p class="err" id="problem" role="alert">{problem}</p> : null}
      <input type="hidden" name="id" value={randomUUID()} />
      <div class="row">
        <div class="grow">
          <label class="sr" for="q">说说您的事</label>
          <textarea id="q" name="text" rows={1} maxlength={longestQuestion} required placeholder={talk.turns.length > 0 ? '接着问…' : '说说您的事…'} aria-describedby={problem ? 'problem' : talk.turns.length > 0 ? undefined : 'hint'} aria-invalid={problem ? 'true' : undefined}>{draft ?? ''}</textarea>
        </div>
        <button type="submit" class="btn pri">发送</button>
      </div>
      {talk.turns.length > 0 ? null : <p class="xs muted" id="hint">不会打字，就点键盘上的话筒说</p>}
    </form>
  )
}

function Side() {
  return (
    <aside class="side" id="side" aria-label="常用电话和说明">
      <section>
        <h2>常用电话</h2>
        {phones.map(([about, phone]) => <a class="tel" href={`tel:${phone}`}><span>{about}</span><b class="num">{phone}</b></a>)}
      </section>
      <section>
        <h2>您的隐私</h2>
        <p class="small muted">您写的话存在本助手的服务器上，只用来答复您。转给顾问前，电话、证件号会尽量遮住。别的居民看不到。</p>
        <form method="post" action="/new" data-forget><button class="link">收起这段对话，从头问</button></form>
        <form method="post" action="/leave" data-leave><button class="link">快速离开</button></form>
      </section>
    </aside>
  )
}

/** A page with one sentence on it, for what went wrong. */
export function Sorry({ sentence }: { sentence: string }) {
  return (
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{name}</title>
        <link rel="icon" href={assetPath('icon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assetPath('page.css')} />
      </head>
      <body>
        <header class="top"><div class="in"><p class="brand">{name}</p></div></header>
        <div class="talk"><main id="main"><div class="sheet"><div class="in"><h1 class="concl">{sentence}</h1><p class="more-of-it">着急就打 <a href="tel:12348">12348</a>，免费，有律师接。</p><p class="more-of-it"><a class="btn pri" href="/">回到首页</a></p></div></div></main></div>
      </body>
    </html>
  )
}

/** The resident's message that is the last word so far. */
function waitsFor({ turns }: Talk): Extract<Turn, { kind: 'asked' }> | undefined {
  const last = turns.at(-1)
  return last?.kind === 'asked' && !last.answered ? last : undefined
}

function lines(text: string) {
  return text.split('\n').map((line, index) => <>{index > 0 ? <br /> : null}{line}</>)
}

/** 09:46, with the day where it is not today. */
function clock(at: Date, now: Date): string {
  const day = (date: Date) => date.toLocaleDateString('zh-CN', { timeZone: 'Asia/Shanghai', month: 'long', day: 'numeric' })
  const time = at.toLocaleTimeString('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hour12: false })
  return day(at) === day(now) ? time : `${day(at)} ${time}`
}
