/**
 * The booth in trouble: two tabs, phones' spellings, translated pages, old browsers, missing
 * scripts, damaged links, reloads. Also the sample and the kiosk. All tests share one server and
 * one browser.
 */
import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { keyCode } from '../../src/core/election/key-code.ts'
import { keyFragment } from '../../src/core/election/key-link.ts'
import { type Key, rollOf, startServer, type TestServer } from '../server.ts'
import { accessibilityFaults, becomes, launchBrowser, openPage, screenshot, type Watched } from './browser.ts'
import {
  at,
  boothOf,
  castBallot,
  councilElection,
  fillBallot,
  linkOf,
  pairOf,
  press,
  RECORDED,
  storageOf,
  trackerOn,
  typeKey,
} from './voter.ts'

const PHONE = { width: 360, height: 800 }
const SIDEWAYS = { width: 740, height: 360 }
const BALLOTS = '**/elections/test-election/ballots'
const BOOTH_SCRIPT = /\/assets\/booth-(?!base)[\w-]+\.js$/
const KIOSK_SCRIPT = /\/assets\/kiosk-[\w-]+\.js$/
/** What the page loads with an election that has a contact, before it shows the election. */
const RICH_SCRIPT = /\/assets\/rich-[\w-]+\.js$/

let browser: Browser
let server: TestServer
/** Voter keys of the district north. */
let keys: Key[]
before(async () => {
  browser = await launchBrowser()
  const definition = councilElection({ contact: { phone: '+1 555 0100', email: 'vote@river.example' } })
  const roll = [
    ...rollOf(60),
    ...['1234', "O'Brien 7", 'X\u00a09', 'PA-1001'].map((personal_id) => ({
      personal_id,
      district: 'north',
    })),
  ]
  server = await startServer({ definition, roll })
  keys = server.keys.filter(({ district, personal_id }) => district === 'north' && /^P0/.test(personal_id))
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

const nextKey = () => keys.shift()!

async function open(
  t: TestContext,
  url: string,
  options: BrowserContextOptions = {},
  prepare?: (page: Page) => Promise<unknown>,
): Promise<Watched> {
  const watched = await openPage(browser, url, { viewport: PHONE, ...options }, prepare)
  t.after(() => watched.close())
  return watched
}

async function sound(page: Page, name: string): Promise<void> {
  assert.deepEqual(await accessibilityFaults(page), [], name)
  const wider = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number
  assert.ok(wider <= 0, `${name}: ${wider} px wider than the screen`)
  await screenshot(page, `booth-${name}`)
}

/** Does what a browser's translation does: each text becomes a new element. */
const TRANSLATE = `(() => {
  const isOpen = (n) => n.translate && !['SCRIPT', 'STYLE', 'FONT'].includes(n.tagName)
  const walk = (element) => {
    for (const n of [...element.childNodes])
      if (n.nodeType === 3 && n.data.trim()) {
        const f = document.createElement('font')
        f.textContent = '[' + n.data + ']'
        n.replaceWith(f)
      } else if (n.nodeType === 1 && isOpen(n)) walk(n)
  }
  walk(document.body)
})()`

test('with two tabs and two choices, the second says first that its ballot was not recorded', async (t) => {
  const key = nextKey()
  const { page: first } = await open(t, linkOf(server, key))
  const second = await first.context().newPage()
  await second.goto(linkOf(server, key))
  for (const [page, mayor] of [
    [first, 'Ada Lovelace'],
    [second, 'Grace Hopper'],
  ] as const) {
    await fillBallot(page, mayor)
    await at(page, 'Review your ballot')
  }
  await press(first, 'Cast my ballot')
  await trackerOn(first)
  await press(second, 'Cast my ballot')
  await at(second, 'This key has already been used')
  const said = (await second.locator('main').textContent())!
  assert.match(said, /^This key has already been used\s*The ballot you made on this page was not recorded\./)
  assert.equal(await second.locator('.tracker').count(), 0)
})

test('if the first of two tabs got no answer, the second shows its own outcome first', async (t) => {
  const key = nextKey()
  const { page: first } = await open(t, linkOf(server, key))
  const second = await first.context().newPage()
  await second.goto(linkOf(server, key))
  for (const page of [first, second]) {
    await fillBallot(page, 'Alan Turing')
    await at(page, 'Review your ballot')
  }
  await first.route(BALLOTS, async (route) => {
    await route.fetch()
    return route.abort('connectionreset')
  })
  await press(first, 'Cast my ballot')
  await at(first, 'Not sure yet: we keep asking')
  await press(second, 'Cast my ballot')
  await at(second, 'The ballot you made on this page was not recorded.')
  await second.getByText('Another ballot was recorded with your key').waitFor()
  await sound(second, 'two-tabs')
})

test('another voter’s link in the tab of a pending ballot does not show that ballot’s outcome', async (t) => {
  const [one, other] = [nextKey(), nextKey()]
  const { page } = await open(t, linkOf(server, one))
  await page.route(BALLOTS, async (route) => {
    await route.fetch()
    return route.abort('connectionreset')
  })
  await castBallot(page)
  await at(page, 'Not sure yet: we keep asking')
  await page.evaluate(`location.hash = ${JSON.stringify(keyFragment(pairOf(other)))}`)
  await at(page, 'Your ballot')
  await page.unroute(BALLOTS)
  await page.evaluate(`location.hash = ${JSON.stringify(keyFragment(pairOf(one)))}`)
  await at(page, RECORDED)
  await page.getByText('It is the ballot you sent earlier from this browser').waitFor()
})

test('a voter id as phones type it opens the ballot', async () => {
  for (const [id, typed] of [
    ['1234', '١٢٣٤'],
    ["O'Brien 7", 'o’brien ٧'],
    ['X\u00a09', 'X 9'],
    ['PA-1001', '\u200eＰＡ–１００１'],
  ] as const) {
    const key = server.keys.find(({ personal_id }) => personal_id === id)!
    const { page, close } = await openPage(browser, boothOf(server), { viewport: PHONE })
    await typeKey(page, { ...key, personal_id: typed }, keyCode(pairOf(key)))
    await at(page, 'Your ballot')
    await close()
  }
})

test('a whole link in the field of the key opens the ballot', async (t) => {
  const key = nextKey()
  const { page } = await open(t, boothOf(server))
  await at(page, 'Enter your voter key')
  await page.getByLabel('Voter key', { exact: true }).fill(`${linkOf(server, key)}.`)
  await press(page, 'Continue')
  await at(page, 'Your ballot')
})

test('a page the browser translates keeps its status current and does not translate names', async (t) => {
  const { page, faults } = await open(t, linkOf(server, nextKey()))
  await at(page, 'Your ballot')
  await press(page, 'Start')
  await page.getByRole('radio', { name: 'Ada Lovelace' }).check()
  await page.locator('.actions .primary').click()
  await at(page, 'City council')
  await page.evaluate(TRANSLATE)
  await page.getByText('[Next]').or(page.getByText('[Review]')).waitFor()
  const status = page.locator('.tally [role=status]')
  for (const [i, words] of ['2 choices left', '1 choice left', 'No choices left'].entries()) {
    await page.getByRole('checkbox').nth(i).check()
    assert.equal(await status.textContent(), words)
  }
  assert.doesNotMatch((await page.locator('.options').textContent())!, /\[/, 'names are not translated')
  await page.getByRole('checkbox').nth(3).click()
  await page.locator('.not-added').waitFor()
  await page.evaluate(TRANSLATE)
  assert.equal(await page.locator('.not-added bdi').textContent(), 'Katherine Johnson')
  await page.getByRole('checkbox').nth(0).uncheck()
  assert.equal(await status.textContent(), '1 choice left')
  await page.locator('.actions .primary').click()
  await page.locator('.review').waitFor()
  await page.evaluate(TRANSLATE)
  assert.doesNotMatch((await page.locator('.review ul').allTextContents()).join(), /\[/)
  // The most important text: whether the ballot is recorded.
  await page.route(BALLOTS, (route) => route.abort('internetdisconnected'), { times: 1 })
  await page.locator('button.big').click()
  await page.evaluate(TRANSLATE)
  await page.getByRole('timer').waitFor()
  await at(page, /Not sure yet: we keep asking/)
  await page.getByText('Your ballot may or may not be recorded.').waitFor()
  await page.evaluate(TRANSLATE)
  await page.locator('.tracker').waitFor()
  assert.deepEqual(
    faults.filter((fault) => !/Failed to load/.test(fault)),
    [],
  )
})

test('a browser that lacks a function gets a message that does not blame the server', async (t) => {
  const { page } = await open(t, boothOf(server), {}, (page) =>
    page.addInitScript('delete globalThis.AbortController'),
  )
  await at(page, 'This page does not work in this browser')
  await page.getByText('Nothing has been cast, and your key is not used up.').waitFor()
  await sound(page, 'broken')
  const older = await open(t, linkOf(server, nextKey()), {}, (page) =>
    page.addInitScript('delete AbortSignal.timeout; delete String.prototype.toWellFormed'),
  )
  await at(older.page, 'Your ballot')
})

test('if the script is missing or broken, the page says so and whom to call, without the key', async (t) => {
  for (const [name, answer] of Object.entries({
    missing: { status: 404, body: '' },
    unreadable: { status: 200, contentType: 'text/javascript', body: 'const a = ¿;' },
    throwing: { status: 200, contentType: 'text/javascript', body: 'throw new Error("too old")' },
  })) {
    const { page } = await open(t, linkOf(server, nextKey()), {}, (page) =>
      page.route(BOOTH_SCRIPT, (route) => route.fulfill(answer)),
    )
    await at(page, 'This page could not start')
    await page.getByRole('link', { name: '+1 555 0100' }).waitFor()
    assert.equal(page.url(), boothOf(server), 'the address no longer has the key')
    assert.equal(await page.locator('#wait').isVisible(), false)
    await sound(page, `not-started-${name}`)
  }
})

test('if the script is slow, the page says so after some seconds, then starts with the key', async (t) => {
  const held = Promise.withResolvers<void>()
  const { page, faults } = await open(t, 'about:blank', {}, async (page) => {
    await page.clock.install()
    await page.route(BOOTH_SCRIPT, async (route) => {
      await held.promise
      return route.continue()
    })
  })
  await page.goto(linkOf(server, nextKey()), { waitUntil: 'commit' })
  await page.locator('#wait').waitFor()
  assert.equal(await page.locator('#trouble').isVisible(), false)
  await page.clock.fastForward(12_500)
  await at(page, 'This page could not start')
  assert.equal(page.url(), boothOf(server))
  held.resolve()
  await at(page, 'Your ballot', 30_000)
  assert.deepEqual(
    faults.filter((fault) => !fault.startsWith('request:')),
    [],
  )
})

test('without scripts the page shows a message, and the guard’s code runs in old browsers', async (t) => {
  const { page } = await open(t, boothOf(server), { javaScriptEnabled: false })
  const html = await (await fetch(boothOf(server))).text()
  const guard = /<script>([\s\S]*?)<\/script>/.exec(html)![1]!
  assert.doesNotMatch(guard, /=>|`|\b(?:const|let|class|async)\b|\?\.|\?\?/)
  assert.equal(await page.getByRole('heading', { name: 'Voting on this page needs JavaScript' }).count(), 1)
  const noscript = /<noscript>([\s\S]*?)<\/noscript>/.exec(html)![1]!
  assert.match(noscript, /tel:\+15550100.*vote@river\.example/)
})

test('links as mail programs leave them open the ballot', async () => {
  const key = nextKey()
  const [link, fragment] = [boothOf(server), keyFragment(pairOf(key))]
  for (const mangled of [
    `${link}${fragment}.`,
    `${link}${fragment}>`,
    `${link}${fragment}&fbclid=1`,
    `${link}${fragment.replace('=', '%3D')}`,
    `${link}${fragment.replace('#', '%23')}`,
    `${link}/${fragment}:~:text=a`,
    `${link}?utm_source=a${fragment}`,
    `${link}${fragment.slice(0, 20)}%20${fragment.slice(20)}`,
  ]) {
    const { page, close } = await openPage(browser, mangled, { viewport: PHONE })
    await at(page, 'Your ballot')
    assert.match(page.url(), /\/e\/test-election\/?$/, mangled)
    await close()
  }
})

test('one choice too many is explained beside the option, also in large text or held sideways', async (t) => {
  for (const [name, options, text] of [
    ['phone-200', { viewport: PHONE }, '200'],
    ['sideways', { viewport: SIDEWAYS }, '100'],
    ['sideways-ar', { viewport: SIDEWAYS, locale: 'ar' }, '100'],
  ] as const) {
    const { page } = await open(t, linkOf(server, nextKey()), options)
    await page.locator('.facts').waitFor()
    await page.evaluate(`document.documentElement.dataset.text = '${text}'`)
    await page.locator('.actions .primary').click()
    await page.locator('.actions .primary').click()
    for (let i = 0; i < 3; i++) await page.getByRole('checkbox').nth(i).check()
    const fourth = page.locator('.option').nth(3)
    await fourth.scrollIntoViewIfNeeded()
    await fourth.click()
    const note = page.locator('.not-added')
    await note.waitFor()
    const [box, option] = [(await note.boundingBox())!, (await fourth.boundingBox())!]
    const { height } = options.viewport
    assert.ok(box.y >= 0 && box.y < height, `${name}: the words begin at ${box.y} of ${height} px`)
    assert.ok(box.y - (option.y + option.height) < 40, `${name}: the words follow their option`)
    const covered = (await page.evaluate(
      `document.querySelector('.tally').getBoundingClientRect().height / innerHeight`,
    )) as number
    assert.ok(covered < 0.3, `${name}: ${Math.round(covered * 100)} % of the screen is covered`)
    await sound(page, `not-added-${name}`)
  }
})

test('a reload keeps the choices for the holder of the key, and asks first', async (t) => {
  const key = nextKey()
  const { page } = await open(t, linkOf(server, key))
  const asked = new Set<string>()
  page.on('dialog', (dialog) => {
    asked.add(dialog.type())
    void dialog.accept()
  })
  await fillBallot(page, 'Grace Hopper')
  await at(page, 'Review your ballot')
  assert.equal(await storageOf(page), '{}')
  await page.reload()
  assert.deepEqual([...asked], ['beforeunload'])
  await page.getByText('The choices you made before this page was loaded again are kept').waitFor()
  await sound(page, 'marks-kept')
  assert.equal(await storageOf(page), '{}', 'the restored choices are in memory only')
  await typeKey(page, key)
  await at(page, 'Your ballot')
  await page.getByText('The choices you made before this page was loaded again are back.').waitFor()
  await press(page, 'Start')
  assert.ok(await page.getByRole('radio', { name: 'Grace Hopper' }).isChecked())
  for (let i = 0; i < 2; i++) await page.locator('.actions .primary').click()
  await press(page, 'Cast my ballot')
  await trackerOn(page)
  await page.reload()
  await trackerOn(page)
  assert.doesNotMatch(await storageOf(page), /"marks"/)
})

test('the page says at the start that it has no storage or no camera', async (t) => {
  const { page } = await open(t, boothOf(server), {}, (page) =>
    page.addInitScript(`
      Object.defineProperty(navigator, 'mediaDevices', { value: undefined })
      for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(globalThis, name,
          { get() { throw new DOMException('denied', 'SecurityError') } })`),
  )
  await page.getByText('This browser cannot use a camera here').waitFor()
  await typeKey(page, nextKey())
  await fillBallot(page, 'Ada Lovelace')
  await at(page, 'Review your ballot')
  await page.getByText('This browser keeps nothing.').waitFor()
  await sound(page, 'no-storage')
  await press(page, 'Cast my ballot')
  await trackerOn(page)
})

test('the first page warns about plain HTTP, and not on a secure connection', async (t) => {
  const { page } = await open(t, boothOf(server), {}, (page) =>
    page.addInitScript(`Object.defineProperty(globalThis, 'isSecureContext', { value: false })`),
  )
  await page.getByText('This page came over a connection without encryption').waitFor()
  await sound(page, 'in-clear')
  const secure = await open(t, boothOf(server))
  await at(secure.page, 'Enter your voter key')
  assert.equal(await secure.page.getByText('without encryption').count(), 0)
})

test('the letter’s code, held before the camera, opens the ballot', async (t) => {
  const key = nextKey()
  const { page } = await open(t, boothOf(server), {}, (page) =>
    page.addInitScript(`
      navigator.mediaDevices.getUserMedia = async () => {
        const canvas = document.createElement('canvas')
        canvas.width = canvas.height = 64
        canvas.getContext('2d').fillRect(0, 0, 64, 64)
        const stream = canvas.captureStream(10)
        const [track] = stream.getTracks()
        const stop = track.stop.bind(track)
        track.stop = () => { globalThis.stopped = true; stop() }
        return stream
      }
      globalThis.scans = 0
      globalThis.BarcodeDetector = class {
        async detect() {
          return globalThis.scans++ < 1 ? [] : [{ rawValue: ${JSON.stringify(linkOf(server, key))} }]
        }
      }`),
  )
  await press(page, 'Scan the code on my letter')
  await at(page, 'Your ballot')
  // The camera is off.
  await becomes(page, 'globalThis.stopped === true')
})

test('the receipt prints on one page, with address and time', async (t) => {
  const { page } = await open(t, linkOf(server, nextKey()), { viewport: { width: 1280, height: 900 } })
  await castBallot(page)
  await trackerOn(page)
  await page.locator('.qr').waitFor()
  for (const format of ['A4', 'Letter'] as const) {
    const pdf = (await page.pdf({ format })).toString('latin1')
    assert.equal(pdf.match(/\/Type \/Page\b/g)?.length, 1, format)
  }
  await page.emulateMedia({ media: 'print' })
  for (const onScreen of [
    'The receipt is only on this page',
    'Save the receipt: it is signed',
    'Do others use',
  ])
    assert.equal(await page.getByText(onScreen).isVisible(), false, onScreen)
  const words = (await page.locator('.only-print').textContent())!
  assert.match(words, /^http.*\/e\/test-election.*Printed on .*\d{4}/)
  assert.equal(
    (await page.getByText('City of Riverton: council and mayor').all()).length,
    1,
    'the title appears once',
  )
  await screenshot(page, 'booth-receipt-one-page')
})

test('a sample shows the ballot, says on every step that it casts nothing, and sends nothing', async (t) => {
  const requests: string[] = []
  const { page, faults } = await open(t, `${boothOf(server)}?sample`, {}, async (page) => {
    page.on('request', (request) => {
      if (
        !/\/assets\/|^[^?]*\/e\/|^\S+\/elections\/test-election$/.test(request.url()) ||
        request.method() !== 'GET'
      )
        requests.push(`${request.method()} ${request.url()}`)
    })
  })
  const banner = page.getByText('Sample ballot: nothing here is cast, stored or sent.')
  await at(page, 'Sample ballot')
  await banner.waitFor()
  await sound(page, 'sample-start')
  await page.getByLabel('Your district').selectOption('south')
  await press(page, 'Start')
  const next = () => page.locator('.actions .primary').click()
  for (const title of ['Mayor', 'City council', 'Shall the old bridge be kept?']) {
    await at(page, title)
    assert.ok(await banner.isVisible())
    await page.locator('.option').first().click()
    await next()
  }
  await at(page, 'Review your ballot')
  assert.ok(await banner.isVisible())
  assert.equal(await page.getByRole('button', { name: 'Cast my ballot' }).count(), 0)
  await page.getByText('This is a sample: there is nothing to cast').waitFor()
  await sound(page, 'sample-end')
  assert.equal(await storageOf(page), '{}')
  await press(page, 'Look at it again')
  await at(page, 'Sample ballot')
  assert.deepEqual(requests, [])
  assert.deepEqual(faults, [])
})

test('a kiosk keeps nothing of a voter for the next one, whichever way the voter leaves', async (t) => {
  const [one, other] = [nextKey(), nextKey()]
  const { page } = await open(t, `${boothOf(server)}?kiosk`, { locale: 'en-GB' }, (page) =>
    page.clock.install(),
  )
  const fresh = async () => {
    await at(page, 'Enter your voter key')
    await page.clock.resume()
    assert.equal(await page.getByLabel('Voter ID').inputValue(), '')
    assert.equal(await page.getByLabel('Voter key', { exact: true }).inputValue(), '')
    assert.equal(await storageOf(page), '{}')
    assert.equal(await page.evaluate('navigation.entries().filter((e) => e.url.includes("/e/")).length'), 1)
    assert.equal(await page.evaluate('history.state'), null)
    assert.doesNotMatch(await page.content(), /Ada Lovelace|Lovelace/)
    await page.goBack()
    assert.equal(page.url(), 'about:blank', 'the history has no earlier page')
    await page.goForward()
    await at(page, 'Enter your voter key')
    assert.equal(await page.getByLabel('Voter ID').inputValue(), '')
  }
  await at(page, 'Enter your voter key')
  await page.getByLabel('Language').selectOption('es')
  await at(page, 'Introduzca su clave de votante')
  await page.getByLabel('Idioma').selectOption('en')
  await at(page, 'Enter your voter key')
  await typeKey(page, one)
  await castBallot(page)
  await trackerOn(page)
  await sound(page, 'kiosk-receipt')
  for (const name of ['Copy the tracker', 'Save the receipt'])
    assert.equal(await page.getByRole('button', { name }).count(), 0, name)
  assert.equal(await page.locator('main a').count(), 0)
  await press(page, 'Done')
  await fresh()

  // The voter walks away in the middle: a warning appears, then the start page.
  await typeKey(page, other)
  await fillBallot(page, 'Ada Lovelace')
  await at(page, 'Review your ballot')
  await page.clock.runFor(95_000)
  await page.getByRole('dialog', { name: 'Are you still there?' }).waitFor()
  await sound(page, 'kiosk-warning')
  await press(page, 'I am still here')
  assert.equal(await page.getByRole('dialog').count(), 0)
  assert.match((await page.locator('.review').textContent())!, /Ada Lovelace/)
  await page.clock.runFor(125_000)
  await fresh()

  // The voter types half a key and walks away.
  await page.getByLabel('Voter ID').fill('P0000001')
  await page.clock.runFor(125_000)
  await fresh()

  // A link to the kiosk, opened in a voter's own browser, deletes no checkpoint and no mark of a
  // ballot that is being sent.
  const own = { 'verified-logs': '{"logs":[],"places":[]}', 'sent/test-election/name': ' 17' }
  await page.evaluate(`Object.assign(localStorage, ${JSON.stringify({ ...own, language: 'es' })})`)
  await page.reload()
  await at(page, 'Enter your voter key')
  assert.deepEqual(JSON.parse(await storageOf(page)), own)
})

test('a kiosk whose script comes late shows nothing before it, and all of the page then', async (t) => {
  const held = Promise.withResolvers<void>()
  let asked = 0
  let electionIsHere: Promise<unknown> | undefined
  const { page } = await open(t, `${boothOf(server)}?kiosk`, {}, async (page) => {
    await page.route(KIOSK_SCRIPT, async (route) => {
      await held.promise
      await (asked++ === 0 ? route.abort('internetdisconnected') : route.continue())
    })
    electionIsHere = page.waitForResponse(RICH_SCRIPT).then((answer) =>
      // Once this import is through, so is the page's own, which shows the election.
      page.evaluate(`import('${answer.url()}').then(() => new Promise((done) => setTimeout(done)))`),
    )
  })
  await electionIsHere
  assert.ok(await page.locator('#wait').isVisible(), 'nothing is drawn before the kiosk’s script is there')
  held.resolve()
  await at(page, 'Enter your voter key')
  await page.getByLabel('Language').selectOption('es')
  await at(page, 'Introduzca su clave de votante')
  await sound(page, 'kiosk-late')
})

test('on a slow network a kiosk requests the next page once and shows nothing in the meantime', async (t) => {
  const CLEARED = 'nothing is shown for four seconds'
  const { page } = await open(t, `${boothOf(server)}?kiosk`, { locale: 'en-GB' }, async (page) => {
    await page.clock.install()
    await page.addInitScript(`let seconds = 0
      setInterval(() => {
        if (document.body.textContent === '…' && ++seconds === 4) console.info('${CLEARED}')
      }, 1000)`)
  })
  await at(page, 'Enter your voter key')
  await typeKey(page, nextKey())
  await fillBallot(page, 'Ada Lovelace')
  await at(page, 'Review your ballot')
  let asked = 0
  const first = Promise.withResolvers<void>()
  const slow = Promise.withResolvers<void>()
  await page.route(`${boothOf(server)}?kiosk`, async (route) => {
    asked++
    first.resolve()
    await slow.promise
    await route.continue()
  })
  const cleared = page.waitForEvent('console', (message) => message.text() === CLEARED)
  const ran = page.clock.runFor(125_000)
  // The test's clock runs through the page's seconds in milliseconds: the page's request may arrive
  // after its message.
  await Promise.all([cleared, first.promise])
  slow.resolve()
  await ran
  await at(page, 'Enter your voter key')
  assert.equal(asked, 1)
  assert.equal(await page.getByLabel('Voter ID').inputValue(), '')
})
