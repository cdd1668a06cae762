// Opens the paste sheet as people do, and tells what it found as one line of
// JSON. Arguments: the address, the front of another sheet, its code, the
// language of both, and an address of the page that a sign-in waits at. Where
// PICTURES names a folder, it keeps a picture of each page there.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import puppeteer from 'puppeteer-core'

const [address, front, code, lang, signIn] = process.argv.slice(2)
const origin = new URL(address).origin
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const found = { values: {}, violations: [], problems: [], passed: 0 }

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true,
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-extensions', '--force-prefers-reduced-motion'],
})

function expect(what, is, should = true) {
  if (JSON.stringify(is) === JSON.stringify(should)) found.passed++
  else found.problems.push(`${what}: ${JSON.stringify(is)}, not ${JSON.stringify(should)}`)
}

// rules asks axe-core about a page as it stands.
async function rules(page, where) {
  expect(`${where}: its language`, await page.$eval('html', e => e.lang), lang)
  if (process.env.PICTURES) {
    await page.screenshot({ path: `${process.env.PICTURES}/${lang} ${where}.png`, fullPage: true })
  }
  await page.evaluate(axe)
  const result = await page.evaluate(() => globalThis.axe.run())
  for (const v of result.violations) {
    found.violations.push(`${where}: ${v.id}: ${v.nodes.map(n => n.html).slice(0, 3).join(' ')}`)
  }
  expect(`${where}: rules that axe-core tried`, result.passes.length > 10)
}

const status = page => page.$eval('#status', e => e.textContent)
const says = (page, text) => page.waitForFunction(t => document.getElementById('status').textContent.includes(t), { timeout: 5000 }, text)
const focused = page => page.evaluate(() => {
  const e = document.activeElement
  return { label: e.closest('[data-line]')?.querySelector('label')?.textContent ?? '', copy: e.hasAttribute('data-copy'),
    show: e.hasAttribute('data-show'), id: e.id }
})
const text = page => page.evaluate(() => document.body.innerText)
const html = page => page.evaluate(() => document.documentElement.outerHTML)

// A browser of its own, that may use the clipboard.
async function visitor() {
  const context = await browser.createBrowserContext()
  await context.overridePermissions(origin, ['clipboard-read', 'clipboard-write', 'clipboard-sanitized-write'])
  const page = await context.newPage()
  page.setDefaultTimeout(5000)
  page.on('pageerror', e => found.problems.push(`script: ${e.message}`))
  return page
}

async function strangers() {
  const page = await visitor()
  const wrong = await page.goto(origin + '/AAAABBBBCCCCDDDDEEEEFFFFGG')
  expect('a wrong token', wrong.status(), 404)
  expect('it shows', (await text(page)).includes('smtp.office365.com'), false)
  await rules(page, 'a wrong token')
}

async function secondOpening() {
  const page = await visitor()
  const again = await page.goto(address)
  expect('a second opening', again.status(), 410)
  expect('it shows', (await text(page)).includes('smtp.office365.com'), false)
  await rules(page, 'a second opening')
}

// A page of another site, in the very browser that was let in.
async function otherOrigin(page) {
  const site = createServer((_, answer) => { answer.setHeader('Content-Type', 'text/html'); answer.end('<title>evil</title><p>evil') })
  await new Promise(done => site.listen(0, '127.0.0.1', done))
  const evil = await page.browserContext().newPage()
  await evil.goto(`http://127.0.0.1:${site.address().port}/`)
  const folder = page.url()
  const tried = await evil.evaluate(async folder => {
    const out = {}
    for (const what of ['secrets', 'done']) {
      for (const mode of ['cors', 'no-cors']) {
        const asked = { method: 'POST', mode, credentials: 'include', body: '{}' }
        out[what + ' ' + mode] = await fetch(folder + what, asked).then(a => a.type + a.status, () => 'refused')
      }
    }
    const frame = document.createElement('iframe')
    document.body.append(frame)
    await new Promise(done => { frame.onload = frame.onerror = done; frame.src = folder })
    try { out.frame = frame.contentDocument ? 'readable' : 'closed' } catch { out.frame = 'closed' }
    return out
  }, folder)
  expect('another origin', tried, { 'secrets cors': 'refused', 'secrets no-cors': 'refused', 'done cors': 'refused', 'done no-cors': 'refused',
    frame: 'closed' })
  await evil.close()
  site.close()
}

// Nothing but keys: each value is copied, and read back from the clipboard.
async function keyboard(page) {
  await page.bringToFront()
  await page.evaluate(() => document.body.focus())
  const checked = label => page.evaluate(l => [...document.querySelectorAll('[data-line]')]
    .find(e => e.dataset.line === l).querySelector('input').checked, label)
  for (let keys = 0; keys < 120; keys++) {
    await page.keyboard.press('Tab')
    const at = await focused(page)
    if (at.id === 'pasted') return
    if (!at.copy) continue
    await page.keyboard.press('Enter')
    await says(page, `${at.label}: copied.`)
    found.values[at.label] = await page.evaluate(() => navigator.clipboard.readText())
    expect(`${at.label} is ticked off`, await checked(at.label))
  }
  found.problems.push('the keyboard does not come to the compare box')
}

async function secret(page) {
  const value = found.values['Client Secret']
  expect('the secret has a value', value?.length > 16)
  expect('the secret is in the page', (await html(page)).includes(value), false)
  const button = await page.$('li.secret [data-show]')
  await button.focus()
  await page.keyboard.press('Space')
  await says(page, 'Client Secret: shown.')
  expect('the secret is shown', (await text(page)).includes(value))
  await rules(page, 'with the secret shown')
  await page.emulateMediaType('print')
  expect('the secret is printed', (await text(page)).includes(value), false)
  expect('the rest is printed', (await text(page)).includes(found.values['Client ID']))
  expect('buttons are printed', (await text(page)).includes('Copy'), false)
  await page.emulateMediaType('screen')
  await button.focus()
  await page.keyboard.press('Space')
  await says(page, 'Client Secret: hidden.')
  expect('the secret stays in the page', (await html(page)).includes(value), false)
}

async function compare(page) {
  for (const [pasted, said] of [
    [found.values['Client ID'], 'Client ID: the same.'],
    [found.values['SMTP Server'] + '\u00a0', 'SMTP Server: a space, or a mark that is not seen, is too much or missing at character 19.'],
    [found.values['Email ID'].replace('o', '\u043e'), 'only looks right. It is U+043E'],
    [found.values.Scope.slice(0, 30), 'Scope: its end is missing, from character 31 on.'],
    ['Port: 25', 'Port: another value, from character 1 on.'],
    [found.values['Client Secret'] + 'x', 'Client Secret: something follows it'],
  ]) {
    await page.$eval('#pasted', (box, value) => { box.value = value }, pasted)
    await page.focus('#compare')
    await page.keyboard.press('Enter')
    const shown = await page.waitForFunction(t => document.getElementById('verdicts').innerText.includes(t), { timeout: 5000 }, said)
      .then(() => true, () => page.$eval('#verdicts', e => e.innerText))
    expect(`compared with ${said}`, shown)
  }
}

async function sizes(page) {
  for (const width of [320, 768, 1600]) {
    await page.setViewport({ width, height: 640 })
    expect(`at ${width} px it is no wider`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
  }
  for (const scheme of ['light', 'dark']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
    await page.setViewport({ width: 320, height: 640 })
    await rules(page, `${scheme}, 320 px`)
  }
  await page.setViewport({ width: 1000, height: 800 })
}

async function remembered(page) {
  const boxes = () => page.$$eval('input[type=checkbox]', all => all.map(box => box.checked))
  const last = (await page.$$('input[type=checkbox]')).at(-1)
  await last.focus()
  await page.keyboard.press('Space')
  const before = await boxes()
  await page.waitForNetworkIdle({ idleTime: 100 })
  await page.reload()
  expect('ticks after a reload', await boxes(), before)
  expect('the last click is ticked', (await boxes()).at(-1))
}

async function done(page) {
  await page.focus('#done')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.body.innerText.includes('This page has ended.'), { timeout: 5000 })
  await rules(page, 'at the end')
  expect('it holds the secret', (await html(page)).includes(found.values['Client Secret']), false)
}

// The browser that opened by itself asks for the code.
async function atTheDoor() {
  const page = await visitor()
  await page.goto(front)
  await rules(page, 'at the door')
  await page.keyboard.type('0000 0000')
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
  expect('a wrong code', (await text(page)).includes('That is another code.'))
  await rules(page, 'after a wrong code')
  await page.keyboard.type(code)
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
  expect('the right code', (await text(page)).includes('smtp.office365.com'))
  await done(page)
}

async function theSheet() {
  const page = await visitor()
  page.on('request', r => { if (!r.url().startsWith(origin + '/')) found.problems.push(`it loads ${r.url()}`) })
  const opened = await page.goto(address)
  expect('the address', opened.status(), 200)
  expect('the token is in the address bar', page.url().includes(address.split('/').at(-1)), false)
  await rules(page, 'the sheet')
  await secondOpening()
  await otherOrigin(page)
  await keyboard(page)
  await secret(page)
  await compare(page)
  await sizes(page)
  await remembered(page)
  await done(page)
}

// In other languages than English the pages say other words, of which only the
// labels of the form are known: what people do with them is done in English.
async function otherLanguage() {
  const page = await visitor()
  await page.goto(address)
  await rules(page, 'the sheet')
  await page.bringToFront()
  for (const what of ['copy', 'show']) {
    await page.focus(`li.secret [data-${what}]`)
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.getElementById('status').textContent !== '')
    expect(`${what}: the label`, /Client Secret[\u00a0]?: ./.test(await status(page)))
    await rules(page, what)
    await page.$eval('#status', e => { e.textContent = '' })
  }
  await page.$eval('#pasted', box => { box.value = 'Port: 25\nScope: x\nwhat\u00a0is this' })
  await page.click('#compare')
  await page.waitForSelector('#verdicts li')
  await sizes(page)
  await page.click('#done')
  await page.waitForFunction(() => document.querySelector('main > h1'))
  await rules(page, 'at the end')
}

async function otherDoor() {
  const page = await visitor()
  await page.goto(front)
  await rules(page, 'at the door')
  await page.keyboard.type('0000 0000')
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
  await rules(page, 'after a wrong code')
  await page.keyboard.type(code)
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
  await page.click('#done')
}

// Nobody waits for this answer to a sign-in.
async function strayAnswer() {
  const page = await visitor()
  await page.goto(signIn)
  await rules(page, 'the page of a sign-in')
}

try {
  await strangers()
  if (lang === 'en') {
    await theSheet()
    await atTheDoor()
  } else {
    await otherLanguage()
    await otherDoor()
  }
  if (signIn) await strayAnswer()
} catch (e) {
  found.problems.push(e.stack)
} finally {
  await browser.close()
}
console.log(JSON.stringify(found))
