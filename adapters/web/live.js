// Makes the page live: sends without a reload and shows what comes. Without it every form still works.
(() => {
  'use strict'
  const $ = (id) => document.getElementById(id)
  const { conversation } = document.body.dataset
  const log = $('log'), live = $('live'), net = $('net'), box = $('q')
  const compose = document.querySelector('[data-compose]')
  const failed = new Map()
  let patience

  // ---- Drafts: kept on this phone until they are sent. ----
  const draft = {
    read: () => { try { return localStorage.getItem('draft') || '' } catch { return '' } },
    write: (text) => { try { if (text) localStorage.setItem('draft', text); else localStorage.removeItem('draft') } catch { /* a private window keeps nothing */ } },
  }
  if (!box.value) box.value = draft.read()
  const grow = () => { box.style.height = 'auto'; box.style.height = `${box.scrollHeight + 3}px` }
  box.addEventListener('input', () => { draft.write(box.value); grow() })
  if (box.value) grow()

  // ---- Sending ----
  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16))
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  }

  async function post(path, body) {
    const reply = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
    if (reply.ok) return
    const { error } = await reply.json().catch(() => ({}))
    throw new Error(error || '没发出去，请再试一次。')
  }

  async function say(text, id = newId()) {
    let item = $(`q-${id}`)
    if (!item) {
      item = document.createElement('li')
      item.id = `q-${id}`
      item.className = 'me'
      item.append(Object.assign(document.createElement('p'), { innerText: text }))
      log.append(item)
    }
    item.classList.remove('fail')
    item.querySelectorAll('.err, button').forEach((old) => old.remove())
    for (const opening of [$('welcome'), $('hint')]) if (opening) opening.remove()
    box.placeholder = '接着问…'
    item.scrollIntoView({ block: 'start' })
    tell('正在查，请稍等…')
    clearTimeout(patience)
    patience = setTimeout(() => tell('还没有答复。您可以先关掉，再打开就能看到。'), 20000)
    try {
      await post('/api/messages', { conversation, text, id })
      failed.delete(id)
      online(true)
    } catch (cause) {
      clearTimeout(patience)
      tell('')
      const lost = cause instanceof TypeError
      online(!lost)
      failed.set(id, text)
      item.classList.add('fail')
      const sentence = document.createElement('p')
      sentence.className = 'err'
      sentence.setAttribute('role', 'alert')
      sentence.textContent = lost ? '没发出去' : cause.message
      const again = Object.assign(document.createElement('button'), { type: 'button', className: 'btn', textContent: '重新发送' })
      again.addEventListener('click', () => say(text, id))
      item.append(sentence, again)
    }
  }

  function tell(sentence) {
    live.className = 'when'
    live.textContent = sentence
  }

  function online(on) {
    net.hidden = on
    if (on) for (const [id, text] of failed) { failed.delete(id); void say(text, id) }
  }
  addEventListener('offline', () => { net.hidden = false })
  addEventListener('online', () => online(true))

  // ---- What comes: the stream says that there is news, the server lays it out, each message is shown once. ----
  let looking, news, writing
  async function look() {
    if (looking) { news = true; return }
    looking = true
    try {
      do {
        news = false
        const reply = await fetch('/log')
        if (reply.ok) merge(new DOMParser().parseFromString(await reply.text(), 'text/html').getElementById('log'))
      } while (news)
    } catch { /* the stream comes back and asks again */ } finally { looking = false }
  }

  function merge(fresh) {
    if (!fresh) return
    // What was erased goes from the page too; words on their way stay.
    const kept = new Set([...fresh.children].map(({ id }) => id))
    if ([...log.querySelectorAll('[data-id]')].some(({ id }) => !kept.has(id))) for (const item of [...log.children]) if (!kept.has(item.id) && !item.matches('.fail, .writing')) item.remove()
    let before = null, newest = null
    for (const item of [...fresh.children]) {
      const old = $(item.id)
      if (old && old.dataset.settled === item.dataset.settled) { before = old; continue }
      const node = document.importNode(item, true)
      if (old) old.replaceWith(node)
      else if (before) before.after(node)
      else log.prepend(node)
      if (!old && node.dataset.id) newest = node
      before = node
      ready(node)
    }
    if (!newest) return
    clearTimeout(patience)
    if (writing) { writing.remove(); writing = undefined }
    for (const stale of log.querySelectorAll('[data-once]')) if (!newest.contains(stale)) stale.remove()
    const heading = newest.querySelector('h2')
    live.className = 'sr'
    live.textContent = `答复来了：${heading ? heading.textContent : ''}`
    if (newest.querySelector('.urg')) {
      document.querySelector('.top [data-leave]').hidden = false
      document.querySelector('.tolist').hidden = true
    }
    const question = newest.previousElementSibling
    const start = question && question.classList.contains('me') ? question : newest
    if (document.activeElement !== box || !box.value) start.scrollIntoView({ block: 'start' })
  }

  const events = new EventSource(`/api/conversations/${conversation}/events?after=${document.body.dataset.seq}`)
  events.onmessage = () => void look()
  // Checked words of an answer that is still being written; the answer takes their place. Only that it comes is read aloud.
  events.addEventListener('unfinished', ({ data }) => {
    const { text, label } = JSON.parse(data)
    if (!writing) {
      tell('正在写，核对过的先给您看。')
      writing = Object.assign(document.createElement('li'), { className: 'writing', innerHTML: '<p></p><p></p>' })
      writing.setAttribute('aria-hidden', 'true')
      log.append(writing)
    }
    [`${text}……`, `还没写完。${label}`].forEach((words, index) => { writing.children[index].textContent = words })
  })
  events.onopen = () => online(navigator.onLine !== false)
  events.onerror = () => { if (navigator.onLine === false) net.hidden = false }

  // ---- Buttons ----
  function ready(part) {
    for (const button of part.querySelectorAll('[data-copy]')) button.hidden = false
  }
  ready(document)

  document.addEventListener('submit', (event) => {
    const form = event.target, button = event.submitter
    if (form.matches('[data-compose]')) {
      event.preventDefault()
      const text = box.value.trim()
      if (!text) return
      box.value = ''
      draft.write('')
      grow()
      const problem = $('problem')
      if (problem) problem.remove()
      box.removeAttribute('aria-invalid')
      void say(text)
    } else if (form.matches('[data-say]') && button) {
      event.preventDefault()
      if (!form.dataset.sent) { form.dataset.sent = 'yes'; void say(button.value) }
      setTimeout(() => { delete form.dataset.sent }, 1500)
    } else if (form.matches('[data-vote]') && button) {
      event.preventDefault()
      void vote(form, button)
    } else if (form.matches('[data-leave]')) {
      event.preventDefault()
      leave()
    } else if (form.matches('[data-forget]')) {
      draft.write('')
    }
  })

  async function vote(form, button) {
    const up = button.value === 'true'
    const words = form.closest('.acts').querySelector('[data-thanks]')
    words.setAttribute('role', 'status')
    try {
      await post('/api/votes', { conversation, message: form.elements.message.value, up })
      for (const each of form.querySelectorAll('button')) each.setAttribute('aria-pressed', String(each === button))
      words.textContent = up ? '记下了，谢谢您。' : '没帮上，对不住。换个说法再问，或者转人工。'
    } catch (cause) {
      words.textContent = cause instanceof TypeError ? '没连上网，等会儿再点。' : cause.message
    }
  }

  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-copy]')
    if (button) void copy(button)
  })

  async function copy(button) {
    const text = button.dataset.copy
    const words = button.closest('.acts').querySelector('[data-thanks]')
    words.setAttribute('role', 'status')
    try {
      await navigator.clipboard.writeText(text)
      words.textContent = '复制好了。'
    } catch {
      const area = document.createElement('textarea')
      area.value = text
      document.body.append(area)
      area.select()
      words.textContent = document.execCommand('copy') ? '复制好了。' : '这台手机不让复制，请长按文字选。'
      area.remove()
    }
  }

  // Blank at once, then forget, then go where anybody might be.
  function leave() {
    document.documentElement.hidden = true
    document.title = '\u200b'
    draft.write('')
    events.close()
    const away = () => {
      if (window.WeixinJSBridge) window.WeixinJSBridge.call('closeWindow')
      location.replace(document.body.dataset.away)
    }
    fetch('/leave', { method: 'POST', redirect: 'manual', keepalive: true }).then(away, away)
    setTimeout(away, 800)
  }

  // Enter sends where there is a keyboard; on a phone it is a new line.
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && matchMedia('(pointer: fine)').matches) {
      event.preventDefault()
      compose.requestSubmit()
    }
  })

  // Print with the law cards open.
  let shut = []
  addEventListener('beforeprint', () => { shut = [...document.querySelectorAll('.cite:not([open])')]; for (const card of shut) card.open = true })
  addEventListener('afterprint', () => { for (const card of shut) card.open = false })

  // A page that comes back from the dead may be somebody else's by now.
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload() })

  const last = [...log.querySelectorAll('.me')].pop()
  if (last && !location.hash) last.scrollIntoView({ block: 'start', behavior: 'instant' })
})()
