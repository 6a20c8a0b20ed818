/**
 * The booth in a real Chromium with a real server: every way to a receipt, and every refusal.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { after, before, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { DefinitionFile } from '../../src/core/election/definition.ts'
import { keyCode } from '../../src/core/election/key-code.ts'
import { keyFragment } from '../../src/core/election/key-link.ts'
import { rotated, rotationOf } from '../../src/core/election/rotation.ts'
import { inFiveMinutes, type PutForward, putForward } from '../moved-clock.ts'
import { logKeyOf, promised } from '../receipts.ts'
import { type Key, rollOf, startServer, type TestServer, vote } from '../server.ts'
import { accessibilityFaults, becomes, launchBrowser, openPage, screenshot, type Watched } from './browser.ts'
import {
  at,
  ballotsCounted,
  boothOf,
  castBallot,
  councilElection,
  fillBallot,
  heading,
  linkOf,
  pairOf,
  press,
  RECORDED,
  storageOf,
  trackerOn,
  typeKey,
} from './voter.ts'

const PHONE = { width: 360, height: 800 }
const DESK = { width: 1280, height: 900 }
const SMALL = { width: 320, height: 256 } // a desktop's 1280 × 1024 at 400 %
const BALLOTS = '**/elections/test-election/ballots'
const STYLE = '**/elections/test-election/ballot-style'

/** An even number, because every test has voters of both districts in the same order. */
const VOTERS = 24
const SHARING = 19

let browser: Browser
let shared: TestServer
before(async () => {
  const page = fileURLToPath(new URL('../../dist/web/booth/index.html', import.meta.url))
  assert.ok(existsSync(page), 'the pages are not built: npm run build')
  browser = await launchBrowser()
  shared = await startServer({ definition: councilElection(), roll: rollOf(VOTERS * SHARING) })
})
after(async () => {
  await browser?.close()
  await shared?.stop()
})

interface Served extends TestServer {
  /** Ballots that were counted when the test began. */
  readonly ballotsBefore: number
}

/** Starts a server for one test, which may kill it or have another election. */
async function serve(
  t: TestContext,
  changes: Partial<DefinitionFile> = {},
  clock?: PutForward,
): Promise<Served> {
  const server = await startServer({
    ...{ definition: councilElection(changes), roll: rollOf(VOTERS) },
    ...(clock && { env: clock.env }),
  })
  t.after(() => server.stop())
  return Object.assign(server, { ballotsBefore: 0 })
}

let given = 0
/** Returns the server that tests share, with voters for this test. */
async function serveShared(): Promise<Served> {
  const keys = shared.keys.slice(given, given + VOTERS)
  assert.equal(keys.length, VOTERS, 'more tests share the server than SHARING says')
  given += VOTERS
  return { ...shared, keys, ballotsBefore: await ballotsCounted(shared) }
}

const ballotsCast = async (server: Served) => (await ballotsCounted(server)) - server.ballotsBefore

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

/** A refusal is an answer to the page, but Chromium writes each to the console. */
const real = (faults: readonly string[]) => faults.filter((fault) => !/Failed to load resource/.test(fault))

/** The file behind "Save the receipt", whatever the language. */
async function savedReceipt(page: Page): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('.tracker .actions button').last().click(),
  ])
  assert.equal(download.suggestedFilename(), 'receipt.json')
  return readFile(await download.path(), 'utf8')
}

async function sound(page: Page, name: string): Promise<void> {
  assert.deepEqual(await accessibilityFaults(page), [], name)
  const wider = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number
  assert.ok(wider <= 0, `${name}: ${wider} px wider than the screen`)
  await screenshot(page, `booth-${name}`)
}

test('a link leads to a receipt, and the key is in no address, header, storage or history', async (t) => {
  const server = await serveShared()
  const key = server.keys[0]!
  const secrets = [
    key.guid,
    key.guid.replaceAll('-', ''),
    keyFragment(pairOf(key)).slice(3),
    keyCode(pairOf(key)),
  ]
  const heard: string[] = []
  const referers: string[] = []
  const recorded = Promise.withResolvers<string>()
  const { page, faults } = await open(t, linkOf(server, key), {}, async (page) => {
    page.on('request', async (request) => {
      const headers = await request.allHeaders()
      heard.push(request.url(), JSON.stringify(headers))
      referers.push(headers.referer ?? '')
    })
    page.on('response', async (response) => {
      if (response.request().method() === 'POST' && response.status() === 201)
        recorded.resolve(((await response.json()) as { tracker: string }).tracker)
    })
  })
  assert.equal(page.url(), boothOf(server))
  await castBallot(page)
  const tracker = await trackerOn(page)
  assert.equal(tracker, await recorded.promise)
  assert.equal(await ballotsCast(server), 1)
  const kept = await storageOf(page)
  const history = (await page.evaluate(
    'JSON.stringify([navigation.entries().map((e) => e.url), history.state])',
  )) as string
  for (const secret of secrets)
    for (const text of [...heard, kept, history, page.url(), await page.content()])
      assert.ok(!text.toLowerCase().includes(secret.toLowerCase()), `the key is in ${text.slice(0, 200)}`)
  assert.doesNotMatch(kept, new RegExp(`${key.personal_id}|"ada"|mayor|${tracker}`))
  assert.ok(referers.length > 5)
  assert.equal(referers.join(''), '', 'no request has a referrer')
  assert.doesNotMatch(server.stderr(), new RegExp(key.guid))
  assert.deepEqual(faults, [])

  assert.equal(kept, '{}', 'the browser keeps nothing after an answer')

  await press(page, 'Done')
  await at(page, 'You are done')
  assert.equal(await storageOf(page), '{}')
  await page.goto('about:blank')
  await page.goto(linkOf(server, key))
  await at(page, 'This key has already been used')
})

test('opening a link many times does not use up the key', async (t) => {
  const server = await serveShared()
  const key = server.keys[0]!
  for (let i = 0; i < 3; i++) {
    assert.equal((await fetch(linkOf(server, key))).status, 200)
    const { page, close } = await openPage(browser, linkOf(server, key))
    await at(page, 'Your ballot')
    await close()
  }
  assert.equal((await fetch(`${server.url}/elections/test-election/ballot-style`)).status, 405)
  assert.equal(await ballotsCast(server), 0)
  const { page } = await open(t, linkOf(server, key))
  await castBallot(page)
  await trackerOn(page)
})

test('the page finds a mistyped key before it sends anything', async (t) => {
  const server = await serveShared()
  const key = server.keys[1]!
  const code = keyCode(pairOf(key))
  const posts: string[] = []
  const { page, faults } = await open(t, boothOf(server), {}, async (page) => {
    page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()))
  })
  await at(page, 'Enter your voter key')
  await sound(page, 'key')
  const [id, typed] = [page.getByLabel('Voter ID'), page.getByLabel('Voter key', { exact: true })]
  for (const field of [id, typed])
    for (const [name, value] of Object.entries({
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      inputmode: 'text',
    }))
      assert.equal(await field.getAttribute(name), value, name)

  await press(page, 'Continue')
  await page.getByText('Enter your voter ID.').waitFor()
  const swapped = code.replace(/^(.)(.)/, '$2$1')
  for (const [wrong, words] of [
    [swapped === code ? `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}` : swapped, /do not match/],
    [code.slice(0, -2), /too short/],
    [`${code}77`, /too long/],
    [code.replace(/.$/, 'U'), /never the letter U/],
    ['', /^Enter your voter key\./],
  ] as const) {
    await typeKey(page, key, wrong)
    await page.locator('#key-code-fault').filter({ hasText: words }).waitFor()
    assert.equal(await page.evaluate('document.activeElement.id'), 'key-code')
    assert.equal(await typed.getAttribute('aria-invalid'), 'true')
  }
  await sound(page, 'key-mistyped')
  assert.deepEqual(posts, [])

  await typed.fill('')
  await typed.pressSequentially(code.replaceAll('-', '').toLowerCase())
  assert.equal(await typed.inputValue(), code, 'the page groups the code while it is typed')
  await page.evaluate(`document.getElementById('key-code').setSelectionRange(7, 7)`)
  await page.keyboard.press('Backspace')
  await page.keyboard.type(code[6]!)
  assert.equal(await typed.inputValue(), code, 'a corrected character in the middle')
  assert.equal(await page.evaluate(`document.getElementById('key-code').selectionStart`), 7)

  // Pasted from a message, and the id in the case that a phone changed it to.
  await id.fill(` ${key.personal_id.toLowerCase()} `)
  await typed.fill(` ${code.toLowerCase().replaceAll('-', ' ')} `)
  await page.keyboard.press('Enter')
  await at(page, 'Your ballot')
  assert.equal(posts.length, 1)
  assert.deepEqual(faults, [])

  const plain = await open(t, boothOf(server))
  await typeKey(plain.page, server.keys[2]!, server.keys[2]!.guid.toUpperCase())
  await at(plain.page, 'Your ballot')
})

test('the page reports a truncated link, and the voter can type the key', async (t) => {
  const server = await serveShared()
  const { page, faults } = await open(t, linkOf(server, server.keys[0]!).slice(0, -4))
  await page.getByText('Your link is not complete.').waitFor()
  assert.equal(page.url(), boothOf(server))
  await sound(page, 'link-damaged')
  await page.goto(linkOf(server, server.keys[0]!))
  await at(page, 'Your ballot')
  assert.equal(page.url(), boothOf(server), 'a link opened in the same tab works too')
  assert.deepEqual(faults, [])
})

test('a voter sees only the contests of their district', async (t) => {
  const server = await serveShared()
  for (const [key, contests] of [
    [server.keys.find(({ district }) => district === 'north')!, ['Mayor', 'City council']],
    [
      server.keys.find(({ district }) => district === 'south')!,
      ['Mayor', 'City council', 'Shall the old bridge be kept?'],
    ],
  ] as const) {
    const { page } = await open(t, linkOf(server, key))
    await fillBallot(page, 'Ada Lovelace')
    if (contests.length === 3) await page.locator('.actions .primary').click()
    await at(page, 'Review your ballot')
    assert.deepEqual(await page.locator('.review h2').allTextContents(), contests)
    await press(page, 'Cast my ballot')
    await trackerOn(page)
  }
})

test('the page shows the choices left, refuses one too many with a reason and clears a choice', async (t) => {
  const server = await serve(t)
  const { page, faults } = await open(t, linkOf(server, server.keys[0]!))
  await at(page, 'Your ballot')
  await press(page, 'Start')
  await at(page, 'Mayor')
  const ada = page.getByRole('radio', { name: 'Ada Lovelace' })
  const grace = page.getByRole('radio', { name: 'Grace Hopper' })
  await ada.check()
  await grace.check()
  assert.deepEqual([await ada.isChecked(), await grace.isChecked()], [false, true])
  await press(page, 'Clear my choice')
  await page.getByRole('status').filter({ hasText: 'Your choice was cleared.' }).waitFor()
  assert.equal(await page.getByRole('radio', { checked: true }).count(), 0)
  await press(page, 'Next')

  await at(page, 'City council')
  const left = page.getByRole('status')
  assert.equal(await left.textContent(), '3 choices left')
  for (const [i, words] of ['2 choices left', '1 choice left', 'No choices left'].entries()) {
    await page.getByRole('checkbox').nth(i).check()
    assert.equal(await left.textContent(), words)
  }
  const fourth = page.getByRole('checkbox', { name: 'Katherine Johnson' })
  await fourth.click()
  assert.equal(await fourth.isChecked(), false)
  assert.equal(await page.getByRole('checkbox', { checked: true }).count(), 3, 'no choice was replaced')
  assert.match((await page.getByRole('alert').textContent())!, /Katherine Johnson.*was not added.*3 choices/)
  await sound(page, 'overvote')
  await page.getByRole('checkbox').nth(0).uncheck()
  assert.equal(await page.getByRole('alert').textContent(), '')
  await page.getByRole('checkbox').nth(2).uncheck()
  await press(page, 'Review')

  await at(page, 'Review your ballot')
  await page.getByText('No choice made').waitFor()
  await page.getByText('You can still make 2 choices here.').waitFor()
  await sound(page, 'review-undervote')
  await page.getByRole('button', { name: /Change.*Mayor/ }).click()
  await at(page, 'Mayor')
  await grace.check()
  await press(page, 'Review')
  assert.match((await page.locator('[data-contest=mayor]').textContent())!, /Grace Hopper/)

  await page.goBack()
  await at(page, 'Mayor')
  await page.goForward()
  await at(page, 'Review your ballot')
  await press(page, 'Cast my ballot')
  await trackerOn(page)
  await page.goBack()
  await at(page, RECORDED)
  const { contests } = (await (await fetch(`${server.url}/results`)).json()) as {
    contests: { options: { id: string; votes: number }[] }[]
  }
  const votes = contests.flatMap(({ options }) => options.filter((o) => o.votes > 0).map(({ id }) => id))
  assert.deepEqual(votes, ['grace', 'c1'])
  assert.deepEqual(faults, [])
})

test('a voter can cast a blank ballot after confirming it', async (t) => {
  const server = await serveShared()
  const { page, faults } = await open(t, linkOf(server, server.keys[0]!))
  await press(page, 'Start')
  await press(page, 'Next')
  await press(page, 'Review')
  await page.getByText('Your ballot is blank').waitFor()
  await press(page, 'Cast my ballot')
  await page.getByText('Tick the box to cast a blank ballot').waitFor()
  assert.equal(await ballotsCast(server), 0)
  await sound(page, 'blank')
  await page.getByLabel('Yes, I want to cast a blank ballot').check()
  await press(page, 'Cast my ballot')
  await trackerOn(page)
  assert.equal(await ballotsCast(server), 1)
  assert.deepEqual(faults, [])
})

test('a rotated contest starts at its own option for each voter, the same one after a reload', async (t) => {
  const council = { ...councilElection().contests[1]!, rotation: true }
  const server = await serve(t, { contests: [council] })
  const names = council.options.map(({ name }) => name as string)
  const seen = new Set<string>()
  for (const key of server.keys.slice(0, 6)) {
    const expected = rotated(names, rotationOf('council', key.guid, names.length))
    for (let again = 0; again < 2; again++) {
      const { page, close } = await openPage(browser, linkOf(server, key))
      await press(page, 'Start')
      assert.deepEqual(await page.locator('.option').allTextContents(), expected)
      await close()
    }
    seen.add(expected[0]!)
  }
  assert.ok(seen.size > 1)
})

test('every step is accessible and fits phone and desk, in both themes and both directions', async () => {
  const server = await serveShared()
  const keys = [...server.keys]
  for (const [size, viewport] of Object.entries({ phone: PHONE, desk: DESK }))
    for (const colorScheme of ['light', 'dark'] as const)
      for (const locale of ['en-GB', 'ar-EG', 'es-MX']) {
        if (locale === 'es-MX' && colorScheme === 'dark') continue
        const name = `${size}-${colorScheme}-${locale.slice(0, 2)}`
        const watched = await openPage(browser, linkOf(server, keys.shift()!), {
          viewport,
          colorScheme,
          locale,
        })
        const { page, faults } = watched
        const next = () => page.locator('.actions .primary').click()
        await page.locator('.facts').waitFor()
        assert.equal(await page.locator('html').getAttribute('dir'), locale === 'ar-EG' ? 'rtl' : 'ltr')
        assert.equal(await page.locator('html').getAttribute('lang'), locale.slice(0, 2))
        await sound(page, `welcome-${name}`)
        await next()
        await page.getByRole('radio').nth(1).check()
        await sound(page, `contest-${name}`)
        await next()
        for (let i = 0; i < 3; i++) await page.getByRole('checkbox').nth(i).check()
        await page.getByRole('checkbox').nth(3).click()
        await page.locator('.not-added').waitFor()
        await sound(page, `overvote-${name}`)
        await next()
        while ((await page.locator('.review').count()) === 0) await next()
        await sound(page, `review-${name}`)
        await page.locator('button.big').click()
        await page.locator('.receipt').waitFor()
        await sound(page, `receipt-${name}`)
        assert.deepEqual(faults, [], name)
        await watched.close()
      }
})

test('at 400 % zoom and with the largest text no page scrolls sideways', async (t) => {
  const server = await serveShared()
  const { page } = await open(t, linkOf(server, server.keys[1]!), { viewport: SMALL })
  await at(page, 'Your ballot')
  await page.locator('.display summary').click()
  await page.getByLabel('Text size').selectOption('200')
  await page.getByLabel('High contrast').check()
  await sound(page, 'small-display')
  await page.locator('.display summary').click()
  await page.locator('.actions .primary').click()
  await page.getByRole('radio').first().check()
  await sound(page, 'small-contest')
  for (const button of await page.getByRole('button').all()) {
    const box = (await button.boundingBox())!
    assert.ok(box.height >= 44, `${await button.textContent()} is ${box.height} px high`)
  }
  await page.locator('.actions .primary').click()
  await page.locator('.actions .primary').click()
  await page.locator('.actions .primary').click()
  await sound(page, 'small-review')
  await press(page, 'Cast my ballot')
  await trackerOn(page)
  await sound(page, 'small-receipt')
  assert.equal(await page.evaluate('document.documentElement.dataset.text'), '200')
})

test('a change of language, text size, contrast or theme keeps the choices and is remembered', async (t) => {
  const server = await serveShared()
  const dictionaries: string[] = []
  const { page, faults } = await open(t, linkOf(server, server.keys[0]!), {}, async (page) => {
    page.on('request', (request) => {
      const name = /\/assets\/(en|es|ar)-/.exec(request.url())?.[1]
      if (name !== undefined) dictionaries.push(name)
    })
  })
  await at(page, 'Your ballot')
  assert.deepEqual(dictionaries, ['en'], 'only one dictionary is loaded')
  await press(page, 'Start')
  await page.getByRole('radio', { name: 'Grace Hopper' }).check()
  await page.getByLabel('Language').selectOption('ar')
  await page.locator('html[dir=rtl]').waitFor()
  assert.equal(await page.getByRole('radio', { name: 'Grace Hopper' }).isChecked(), true)
  assert.deepEqual(dictionaries, ['en', 'ar'])
  await page.locator('.display summary').click()
  const [contrast, dark] = [page.getByRole('checkbox').nth(0), page.getByRole('checkbox').nth(1)]
  await contrast.check()
  await dark.check()
  await sound(page, 'switches')
  await page.locator('.language').selectOption('es')
  await page.locator('html[lang=es]').waitFor()
  await page.reload()
  await at(page, 'Introduzca su clave de votante')
  assert.deepEqual(await page.evaluate('({ ...document.documentElement.dataset })'), {
    theme: 'dark',
    contrast: 'more',
  })
  await sound(page, 'key-es')
  assert.deepEqual(faults, [])
})

test('a voter can vote by keyboard alone; focus is visible and starts at each step’s heading', async (t) => {
  const server = await serveShared()
  const key = server.keys[0]!
  const { page, faults } = await open(t, boothOf(server), { viewport: DESK })
  await at(page, 'Enter your voter key')
  // The focus moves after the heading appears, which may have been loaded late.
  const step = async (title: string) => {
    await at(page, title)
    await becomes(page, `document.activeElement.textContent === ${JSON.stringify(title)}`)
  }
  const tabTo = async (selector: string) => {
    for (let i = 0; i < 15; i++) {
      await page.keyboard.press('Tab')
      const [there, outline] = (await page.evaluate(
        `[document.activeElement.matches(${JSON.stringify(selector)}),
          [document.activeElement, document.activeElement.closest('.option')]
            .some((e) => e && getComputedStyle(e).outlineStyle !== 'none')]`,
      )) as [boolean, boolean]
      assert.ok(outline, 'the focus is visible')
      if (there) return
    }
    assert.fail(`${selector} is not reached with Tab`)
  }
  await step('Enter your voter key')
  await tabTo('#voter-id')
  await page.keyboard.type(key.personal_id)
  await tabTo('#key-code')
  await page.keyboard.type(keyCode(pairOf(key)))
  await page.keyboard.press('Enter')
  await step('Your ballot')
  await tabTo('.primary')
  await page.keyboard.press('Enter')
  await step('Mayor')
  await tabTo('[type=radio]')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await tabTo('.actions .primary')
  await page.keyboard.press('Enter')
  await step('City council')
  await tabTo('[type=checkbox]')
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
  }
  assert.equal(await page.getByRole('checkbox', { checked: true }).count(), 3)
  await page.locator('.not-added').waitFor()
  assert.match((await page.getByRole('alert').textContent())!, /was not added/)
  await tabTo('.actions .primary')
  await page.keyboard.press('Enter')
  await step('Review your ballot')
  await tabTo('button.big')
  await page.keyboard.press('Enter')
  await step(RECORDED)
  assert.equal(await page.title(), `${RECORDED} – City of Riverton: council and mayor`)
  assert.deepEqual(faults, [])
})

test('if the request cannot be sent, the page says it is unsure, retries, shows the receipt', async (t) => {
  const server = await serveShared()
  const { page, faults } = await open(t, linkOf(server, server.keys[0]!))
  const sent: (string | undefined)[] = []
  await page.route(BALLOTS, (route) => {
    sent.push(route.request().headers()['idempotency-key'])
    return sent.length < 3 ? route.abort('internetdisconnected') : route.continue()
  })
  await castBallot(page)
  await at(page, 'Not sure yet: we keep asking')
  await page.getByText(/You may also close this page/).waitFor()
  await page
    .getByRole('timer')
    .filter({ hasText: /Next try in \d+ seconds?/ })
    .waitFor()
  await sound(page, 'unsure')
  await trackerOn(page)
  assert.equal(sent.length, 3)
  assert.equal(new Set(sent).size, 1)
  assert.equal(await ballotsCast(server), 1)
  assert.deepEqual(real(faults), [])
})

test('if the answer is lost, the voter gets the same receipt and the ballot counts once', async (t) => {
  const server = await serveShared()
  const { page } = await open(t, linkOf(server, server.keys[0]!))
  const trackers: string[] = []
  await page.route(BALLOTS, async (route) => {
    const response = await route.fetch()
    trackers.push(((await response.json()) as { tracker: string }).tracker)
    return trackers.length === 1 ? route.abort('connectionreset') : route.fulfill({ response })
  })
  await castBallot(page)
  await at(page, 'Not sure yet: we keep asking')
  await press(page, 'Try now')
  const tracker = await trackerOn(page)
  assert.deepEqual(trackers, [tracker, tracker])
  assert.equal(await ballotsCast(server), 1)
})

test('a voter whose server was killed and restarted only has to wait', async (t) => {
  const server = await serve(t)
  const { page } = await open(t, linkOf(server, server.keys[0]!))
  let recorded = ''
  await page.route(BALLOTS, async (route) => {
    if (recorded !== '') return route.continue()
    const response = await route.fetch()
    recorded = ((await response.json()) as { tracker: string }).tracker
    await server.kill()
    return route.abort('connectionreset')
  })
  await castBallot(page)
  await at(page, 'Not sure yet: we keep asking')
  await page
    .getByRole('timer')
    .filter({ hasText: /Next try in [34]/ })
    .waitFor()
  await server.restart()
  assert.equal(await trackerOn(page), recorded)
  assert.equal(await ballotsCast(server), 1)
})

test('after a lost answer, the link or the typed key shows that the ballot is recorded', async (t) => {
  const server = await serveShared()
  const key = server.keys[0]!
  const { page } = await open(t, linkOf(server, key))
  let recorded = ''
  await page.route(BALLOTS, async (route) => {
    recorded = ((await (await route.fetch()).json()) as { tracker: string }).tracker
    return route.abort('connectionreset')
  })
  await castBallot(page)
  await at(page, 'Not sure yet: we keep asking')
  await page.getByText(/You may also close this page; it then forgets your choices/).waitFor()
  const context = page.context()
  await page.close()

  const again = await context.newPage()
  const posts: string[] = []
  again.on('request', (request) => posts.push(request.postData() ?? ''))
  await again.goto(boothOf(server))
  await again.getByText(/A ballot was sent from this browser, and no answer came/).waitFor()
  await sound(again, 'key-unfinished')
  await typeKey(again, key)
  await at(again, RECORDED)
  await again.getByText(/It is the ballot you sent earlier from this browser/).waitFor()
  await sound(again, 'recorded-earlier')
  assert.equal(await again.locator('.tracker').count(), 0)
  assert.ok(!(await again.content()).includes(recorded))
  assert.doesNotMatch(posts.join(), /"(mayor|council|ada|c0)"/, 'no later request has the choices')
  assert.equal(await storageOf(again), '{}')
  await again.close()

  const third = await context.newPage()
  await third.goto(linkOf(server, key))
  await at(third, 'This key has already been used')
  assert.equal(await ballotsCast(server), 1)
})

test('after a reload before sending the voter votes again or learns that nothing was recorded', async (t) => {
  const closesAtMs = inFiveMinutes()
  const clock = putForward()
  const server = await serve(t, { closes_at: new Date(closesAtMs).toISOString() }, clock)
  const [first, second] = server.keys.filter(({ district }) => district === 'north') as [Key, Key]
  const opened: Watched[] = []
  for (const key of [first, second]) {
    const watched = await open(t, linkOf(server, key))
    opened.push(watched)
    await watched.page.route(BALLOTS, (route) => route.abort('internetdisconnected'))
    await castBallot(watched.page)
    await at(watched.page, 'Not sure yet: we keep asking')
    await watched.page.reload()
    await at(watched.page, 'Enter your voter key')
  }
  const [early, late] = opened as [Watched, Watched]
  await early.page.unroute(BALLOTS)
  await early.page.goto(linkOf(server, first))
  await at(early.page, 'Your ballot')
  await early.page.getByText('The ballot sent earlier from this browser was not recorded.').waitFor()
  await sound(early.page, 'welcome-again')
  await castBallot(early.page, 'Grace Hopper')
  await trackerOn(early.page)
  assert.equal(await storageOf(early.page), '{}')
  await late.page.unroute(BALLOTS)
  clock.to(closesAtMs)
  await late.page.goto('about:blank')
  await late.page.goto(linkOf(server, second))
  await at(late.page, 'Voting is closed')
  await late.page.getByText('The ballot sent earlier from this browser was not recorded.').waitFor()
  await sound(late.page, 'closed-not-recorded')
  assert.equal(await storageOf(late.page), '{}')
  assert.equal(await ballotsCast(server), 1)
  const { page } = await open(t, boothOf(server))
  await at(page, 'Voting is closed')
  await sound(page, 'closed')
})

test('after the close, a page with a lost answer says that the ballot is recorded', async (t) => {
  const closesAtMs = inFiveMinutes()
  const clock = putForward()
  const server = await serve(t, { closes_at: new Date(closesAtMs).toISOString() }, clock)
  const key = server.keys.find(({ district }) => district === 'north')!
  const { page } = await open(t, linkOf(server, key))
  await page.route(BALLOTS, async (route) => {
    await route.fetch()
    return route.abort('connectionreset')
  })
  await castBallot(page)
  await at(page, 'Not sure yet: we keep asking')
  await page.goto('about:blank')
  await page.unroute(BALLOTS)
  clock.to(closesAtMs)
  await page.goto(linkOf(server, key))
  await at(page, RECORDED)
  assert.equal(await page.locator('.tracker').count(), 0)
  assert.equal(await ballotsCast(server), 1)
})

test('a key that was used elsewhere in the meantime never shows success', async (t) => {
  const contests = [councilElection().contests[0]!]
  const server = await serve(t, { contests })
  const key = server.keys[0]!
  const { page, faults } = await open(t, linkOf(server, key))
  await press(page, 'Start')
  await page.getByRole('radio', { name: 'Ada Lovelace' }).check()
  await press(page, 'Review')
  assert.equal((await vote(server.url, key, 'grace')).status, 201)
  await press(page, 'Cast my ballot')
  await at(page, 'This key has already been used')
  await page.getByText('The ballot you made on this page was not recorded.').waitFor()
  assert.equal(await page.locator('.tracker').count(), 0)
  await sound(page, 'key-used')
  assert.equal(await storageOf(page), '{}')
  assert.equal(await ballotsCast(server), 1)
  assert.deepEqual(real(faults), [])
})

test('without a secure context voting works, and the page explains what a lost answer means', async (t) => {
  const server = await serveShared()
  const { page, faults } = await open(t, linkOf(server, server.keys[0]!), {}, (page) =>
    page.addInitScript(`Object.defineProperty(crypto, 'subtle', { value: undefined })`),
  )
  await page.route(BALLOTS, (route) => route.abort('internetdisconnected'), { times: 1 })
  await castBallot(page)
  await page.getByText(/Keep this page open: this browser cannot remember your ballot/).waitFor()
  await sound(page, 'unsure-not-kept')
  await trackerOn(page)
  assert.equal(await storageOf(page), '{}')
  assert.deepEqual(real(faults), [])
})

test('every refusal has a page that explains it', async (t) => {
  const server = await serveShared()
  const [key, unused, other] = server.keys.filter(({ district }) => district === 'north') as [Key, Key, Key]

  const unknown = await open(t, boothOf(server))
  await typeKey(unknown.page, { ...key, personal_id: 'NOBODY' }, key.guid)
  await at(unknown.page, 'This key is not on the voter roll')
  await sound(unknown.page, 'key-unknown')
  const words = await unknown.page.locator('main').textContent()
  await press(unknown.page, 'Enter a key')
  await typeKey(unknown.page, key, '00000000-0000-4000-8000-000000000000')
  await at(unknown.page, 'This key is not on the voter roll')
  assert.equal(
    await unknown.page.locator('main').textContent(),
    words,
    'the page does not say which part is wrong',
  )

  const missing = await open(t, `${server.url}/e/no-such-election`)
  await at(missing.page, 'There is no such election here')
  await sound(missing.page, 'no-election')

  for (const [code, status, title] of [
    ['too-many-attempts', 429, 'Too many tries'],
    ['too-busy', 503, 'The server is busy'],
    ['', 0, 'No answer from the server'],
  ] as const) {
    const { page } = await open(t, linkOf(server, unused), {}, (page) =>
      page.route(STYLE, (route) =>
        status === 0
          ? route.abort('connectionrefused')
          : route.fulfill({
              status,
              headers: { 'retry-after': '60', 'content-type': 'application/problem+json' },
              body: JSON.stringify({ code }),
            }),
      ),
    )
    await at(page, title)
    await page.getByRole('timer').waitFor()
    await sound(page, `wait-${code || 'unreachable'}`)
    await page.unroute(STYLE)
    await press(page, 'Try now')
    await at(page, 'Your ballot')
  }

  const busy = await open(t, linkOf(server, other))
  await busy.page.route(
    BALLOTS,
    (route) =>
      route.fulfill({
        status: 503,
        headers: { 'retry-after': '1', 'content-type': 'application/problem+json' },
        body: JSON.stringify({ code: 'too-busy' }),
      }),
    { times: 1 },
  )
  await castBallot(busy.page)
  await at(busy.page, 'Not recorded yet: we keep trying')
  await sound(busy.page, 'cast-busy')
  await trackerOn(busy.page)
})

test('every refusal page works on phone and desk, in dark mode and right to left', async (t) => {
  const server = await serveShared()
  const link = linkOf(server, server.keys[0]!)
  const problem = (status: number, code: string) => ({
    status,
    headers: { 'retry-after': '60', 'content-type': 'application/problem+json' },
    body: JSON.stringify({ code }),
  })
  for (const [name, options] of Object.entries({
    'phone-dark-ar': { viewport: PHONE, colorScheme: 'dark', locale: 'ar' },
    'desk-light-ar': { viewport: DESK, colorScheme: 'light', locale: 'ar' },
    'desk-dark-en': { viewport: DESK, colorScheme: 'dark' },
    'phone-light-es': { viewport: PHONE, colorScheme: 'light', locale: 'es' },
  } as const)) {
    const { page, faults } = await open(t, 'about:blank', options)
    for (const [status, code] of [
      [403, 'unknown-key'],
      [409, 'key-already-used'],
      [403, 'polls-closed'],
      [403, 'polls-not-open'],
      [404, 'unknown-election'],
      [422, 'unknown-contest'],
      [429, 'too-many-attempts'],
      [503, 'too-busy'],
      [0, 'lost'],
    ] as const) {
      await page.route(STYLE, (route) =>
        status === 0 ? route.abort('connectionrefused') : route.fulfill(problem(status, code)),
      )
      await page.goto(link)
      await page.locator(status === 0 || status > 422 ? '[role=timer]' : '.refused').waitFor()
      await sound(page, `no-${code}-${name}`)
      await page.unroute(STYLE)
      await page.goto('about:blank')
    }
    assert.deepEqual(
      real(faults).filter((fault) => !fault.startsWith('request:')),
      [],
      name,
    )
  }
})

test('before voting opens the page says when it opens, and can check again', async (t) => {
  const opensAtMs = inFiveMinutes()
  const clock = putForward()
  const server = await serve(t, { opens_at: new Date(opensAtMs).toISOString() }, clock)
  const opened: (readonly [Watched, string])[] = []
  for (const [url, then] of [
    [boothOf(server), 'Enter your voter key'],
    [linkOf(server, server.keys[0]!), 'Your ballot'],
  ] as const) {
    const watched = await open(t, url)
    await at(watched.page, 'Voting is not open yet')
    await watched.page.getByText(/It opens on \w+day.* \d{4}/).waitFor()
    opened.push([watched, then])
  }
  await sound(opened[0]![0].page, 'not-open')
  // The page uses the Date header, which has whole seconds.
  clock.to(opensAtMs + 1_000)
  for (const [{ page, faults }, then] of opened) {
    await press(page, 'Check again')
    await at(page, then)
    assert.deepEqual(real(faults), [])
  }
})

test('names are shown as text even if they contain markup, with 2 options and with 40', async (t) => {
  const hostile = [
    '<img src=x onerror=alert(1)>',
    '"><script>alert(2)</script>',
    '{{constructor.constructor("alert(3)")()}}',
    '\u2067gnp.etov\u2069',
    'L'.repeat(200),
    ...Array.from({ length: 35 }, (_, i) => `Candidate ${i + 1} of the Party for Rather Long Names`),
  ]
  const server = await serve(t, {
    title: '</title><script>alert(0)</script>',
    simulated: true,
    districts: [
      { id: 'north', name: '<b onmouseover=alert(4)>North</b>' },
      { id: 'south', name: 'W'.repeat(200) },
    ],
    contests: [
      {
        id: 'two',
        title:
          'Shall the municipal ordinance on the opening hours of the riverside park be amended as proposed?',
        options: [
          { id: 'yes', name: 'Yes' },
          { id: 'no', name: 'No' },
        ],
      },
      {
        id: 'c',
        title: '<svg onload=alert(5)>',
        votes: 5,
        options: hostile.map((name, i) => ({ id: `o${i}`, name })),
      },
    ],
  })
  for (const [key, colorScheme, viewport] of [
    [server.keys[0]!, 'light', PHONE],
    [server.keys[1]!, 'dark', DESK],
  ] as const) {
    const { page, faults } = await open(t, linkOf(server, key), { colorScheme, viewport })
    let dialogs = 0
    page.on('dialog', (dialog) => {
      dialogs++
      void dialog.dismiss()
    })
    await at(page, 'Your ballot')
    await page.getByText('Demonstration: votes here are not real.').waitFor()
    await sound(page, `hostile-welcome-${colorScheme}`)
    await press(page, 'Start')
    await sound(page, `two-options-${colorScheme}`)
    await press(page, 'Next')
    assert.equal(await heading(page).textContent(), '<svg onload=alert(5)>')
    assert.deepEqual(await page.locator('.option').allTextContents(), hostile)
    for (let i = 0; i < 5; i++) await page.getByRole('checkbox').nth(i).check()
    await sound(page, `forty-options-${colorScheme}`)
    await page.getByRole('checkbox').nth(39).click()
    await page.locator('.not-added').waitFor()
    await sound(page, `forty-options-overvote-${colorScheme}`)
    await press(page, 'Review')
    assert.deepEqual(await page.locator('[data-contest=c] ul li').allTextContents(), hostile.slice(0, 5))
    await sound(page, `hostile-review-${colorScheme}`)
    assert.equal(await page.locator('#page :is(script, img, b)').count(), 0)
    await press(page, 'Cast my ballot')
    await trackerOn(page)
    assert.equal(dialogs, 0)
    assert.deepEqual(faults, [])
  }
})

test('the saved receipt is verified with the public log’s key alone, and says what it reveals', async (t) => {
  const server = await serveShared()
  const key = logKeyOf(server.dataDir, 'test-election')
  const warnings = {
    'en-GB': /publishes ballots unencrypted.*your tracker or your receipt.*see how you voted/,
    'es-ES': /las papeletas se publican sin cifrar.*su código o su recibo.*ver qué votó usted/,
    'ar-EG': /تُنشر الأوراق دون تشفير.*رمزك أو إيصالك.*كيف صوّتَّ/,
  }
  for (const [i, [locale, warning]] of Object.entries(warnings).entries()) {
    const { page, faults } = await open(t, linkOf(server, server.keys[2 * i]!), { locale })
    const next = () => page.locator('.actions .primary').click()
    await page.locator('.facts').waitFor()
    await next()
    await page.getByRole('radio').first().check()
    while ((await page.locator('.review').count()) === 0) await next()
    await page.locator('button.big').click()
    const tracker = (await page.locator('.tracker .code').textContent())!
    const groups = await page.locator('.tracker .code span').allTextContents()
    assert.ok(groups.length === 11 && groups.every((group) => group.length <= 4))
    const receipt = promised(await savedReceipt(page), key)
    assert.equal(receipt.tracker, tracker)
    assert.ok(receipt.term.v === 1 && Math.abs(receipt.term.publishBy - Date.now() / 1000 - 600) < 60)
    assert.match((await page.locator('.note.warn').textContent())!, warning)
    assert.equal(await page.locator('a[href="/e/test-election/verify"]').count(), 1)
    assert.equal(await page.locator(`[href*="${tracker}"]`).count(), 0, 'no link has it')
    assert.deepEqual(faults, [])
  }
})

test('the receipt prints without the page around it', async (t) => {
  const server = await serveShared()
  const { page } = await open(t, linkOf(server, server.keys[0]!), { viewport: DESK, colorScheme: 'dark' })
  await castBallot(page)
  const tracker = await trackerOn(page)
  // The code is loaded after the receipt.
  await page.locator('.qr').waitFor()
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.getByRole('button').count(), 0)
  assert.equal(await page.locator('.switches').isVisible(), false)
  assert.ok(await page.locator('.qr').isVisible())
  assert.ok(await page.locator('.only-print').isVisible())
  assert.equal(await page.locator('.tracker .code').textContent(), tracker)
  await screenshot(page, 'booth-receipt-print')
})

test('the first paint on a slow 3G phone is within the budget', async (t) => {
  const server = await serveShared()
  const { page } = await open(t, linkOf(server, server.keys[0]!), {}, async (page) => {
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Network.enable')
    await cdp.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 400,
      downloadThroughput: (400 * 1024) / 8,
      uploadThroughput: (400 * 1024) / 8,
    })
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  })
  await at(page, 'Your ballot', 30_000)
  const readyMs = (await page.evaluate('performance.now()')) as number
  const paintMs = (await page.evaluate(
    `performance.getEntriesByName('first-contentful-paint')[0].startTime`,
  )) as number
  t.diagnostic(
    `400 ms, 400 kbit/s, CPU / 4: first paint after ${Math.round(paintMs)} ms, ` +
      `the ballot after ${Math.round(readyMs)} ms`,
  )
  assert.ok(paintMs < 3_000, `first paint after ${paintMs} ms`)
})
