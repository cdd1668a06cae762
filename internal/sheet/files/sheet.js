'use strict'

const texts = document.body.dataset
let secrets = {} // by label; in no element unless it is shown

function say(text) {
  const status = document.getElementById('status')
  status.textContent = ''
  requestAnimationFrame(() => { status.textContent = text })
}

// ask sends one thing to wxmail. Where that has ended, the page says so.
async function ask(what, body = {}) {
  let answer
  try {
    answer = await fetch(what, {
      method: 'POST', cache: 'no-store', credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
    })
  } catch {
    say(texts.gone)
    return null
  }
  if (!answer.ok) {
    say(what === 'tick' ? texts.notKept : texts.gone)
    return null
  }
  return answer.json()
}

// saidOf is a text that names a line.
const saidOf = (line, text) => text.replace('{label}', () => labelOf(line))
const labelOf = line => line.querySelector('label').textContent
const codeOf = line => line.querySelector('code')
const isSecret = line => line.classList.contains('secret')
const valueOf = line => isSecret(line) ? secrets[labelOf(line)] : codeOf(line).textContent

async function copy(line) {
  try {
    await navigator.clipboard.writeText(valueOf(line))
  } catch {
    say(saidOf(line, texts.notCopied))
    return
  }
  const box = line.querySelector('input')
  if (!box.checked) {
    box.checked = true
    await tick(line)
  }
  if (isSecret(line)) {
    await ask('copied', { line: labelOf(line) })
  }
  say(saidOf(line, texts.copied))
}

const covered = '••••••••••••'

function show(line, on) {
  const button = line.querySelector('[data-show]')
  codeOf(line).textContent = on ? valueOf(line) : covered
  codeOf(line).dataset.hidden = String(!on)
  button.textContent = on ? texts.cover : texts.show
  say(saidOf(line, on ? texts.shown : texts.covered))
}

function tick(line) {
  return ask('tick', { line: line.dataset.line, on: line.querySelector('input').checked })
}

async function compare() {
  const lines = await ask('compare', { text: document.getElementById('pasted').value })
  if (!lines) return
  const list = document.getElementById('verdicts')
  list.replaceChildren(...lines.map(line => {
    const item = document.createElement('li')
    item.className = line.right ? 'right' : 'wrong'
    item.textContent = line.text
    return item
  }))
  if (lines.length === 0) say(texts.nothing)
}

async function done() {
  if (!await ask('done')) return
  secrets = {}
  const end = document.createElement('main')
  const text = document.createElement('h1')
  text.textContent = texts.ended
  text.tabIndex = -1
  end.append(text)
  document.body.replaceChildren(end)
  text.focus()
}

for (const line of document.querySelectorAll('[data-line]')) {
  line.querySelector('[data-copy]')?.addEventListener('click', () => copy(line))
  line.querySelector('[data-show]')?.addEventListener('click', () => show(line, codeOf(line).dataset.hidden === 'true'))
  line.querySelector('input')?.addEventListener('change', () => tick(line))
}
document.getElementById('compare').addEventListener('click', compare)
document.getElementById('done').addEventListener('click', done)
ask('secrets').then(found => { secrets = found ?? {} })
