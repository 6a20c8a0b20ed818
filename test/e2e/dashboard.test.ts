/** The dashboard in a real Chromium, before a real server. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { DefinitionFile } from '../../src/core/election/definition.ts'
import { inFiveMinutes, type PutForward, putForward } from '../moved-clock.ts'
import { openElectionFile, rollOf, startServer, type TestServer, vote } from '../server.ts'
import { accessibilityFaults, launchBrowser, openPage, screenshot, type Watched } from './browser.ts'

const PHONE = { width: 360, height: 800 }
const DESK = { width: 1280, height: 900 }
const PROJECTOR = { width: 1920, height: 1080 }

let browser: Browser
before(async () => {
  const page = fileURLToPath(new URL('../../dist/web/dashboard/index.html', import.meta.url))
  assert.ok(existsSync(page), 'the pages are not built: npm run build')
  browser = await launchBrowser()
})
after(() => browser?.close())

/** Starts a server for one test; it ends with the test. */
async function serve(
  t: TestContext,
  changes: Partial<DefinitionFile> = {},
  voters = 20,
  districts?: string[],
  clock?: PutForward,
) {
  const server = await startServer({
    ...{ definition: openElectionFile(changes), roll: rollOf(voters, districts) },
    ...(clock && { env: clock.env }),
  })
  t.after(() => server.stop())
  return server
}

async function open(
  t: TestContext,
  url: string,
  options: BrowserContextOptions = {},
  prepare?: (page: Page) => Promise<unknown>,
): Promise<Watched> {
  const watched = await openPage(browser, url, { viewport: DESK, ...options }, prepare)
  t.after(() => watched.close())
  return watched
}

const figure = (page: Page, name: string) => page.locator(`[data-figure=${name}] .number`)
const votesOf = (page: Page, option: string) => page.locator(`[data-option=${option}] td.number`).first()
const barOf = (page: Page, option: string) =>
  page.locator(`[data-option=${option}] .bar div`).evaluate((bar) => bar.getBoundingClientRect().width)

async function shows(page: Page, name: string, text: string): Promise<void> {
  await figure(page, name)
    .filter({ hasText: new RegExp(`^${text}$`) })
    .waitFor()
}

async function castVotes(server: TestServer, from: number, ...candidates: string[]): Promise<void> {
  for (const [i, candidate] of candidates.entries())
    assert.equal((await vote(server.url, server.keys[from + i]!, candidate)).status, 201)
}

test('a vote appears in the count and in the bar soon after it is acknowledged', async (t) => {
  const server = await serve(t)
  const { page, faults } = await open(t, `${server.url}/`)
  await shows(page, 'cast', '0')
  assert.equal(await page.title(), 'Test election – results')
  assert.equal(await barOf(page, 'ada'), 1)
  await page.evaluate(`
    const cast = document.querySelector('[data-figure=cast] .number')
    globalThis.seenAtMs = {}
    new MutationObserver(() => { seenAtMs[cast.textContent] ??= Date.now() })
      .observe(cast, { subtree: true, characterData: true, childList: true })
  `)
  const delaysMs: number[] = []
  for (let i = 0; i < 10; i++) {
    await castVotes(server, i, i < 6 ? 'Ada Lovelace' : 'grace')
    const acknowledgedAtMs = Date.now()
    await shows(page, 'cast', String(i + 1))
    const seenAtMs = (await page.evaluate(`seenAtMs['${i + 1}']`)) as number
    delaysMs.push(Math.max(0, seenAtMs - acknowledgedAtMs))
  }
  t.diagnostic(`shown after the acknowledgement, ms: ${delaysMs.join(' ')}`)
  assert.equal(await votesOf(page, 'ada').textContent(), '6')
  assert.equal(await votesOf(page, 'grace').textContent(), '4')
  const [ada, grace] = [await barOf(page, 'ada'), await barOf(page, 'grace')]
  assert.ok(Math.abs(grace / ada - 4 / 6) < 0.02, `bars ${ada} and ${grace}`)
  assert.equal(await figure(page, 'turnout').textContent(), '50.0%')
  assert.match((await page.locator('.standing').textContent())!, /by 2 votes \(20\.0 points\)/)
  assert.match((await page.locator('.balance').textContent())!, /Count balances/)
  await page.locator('[data-district=north] td.leader').filter({ hasText: 'Ada Lovelace' }).waitFor()
  assert.deepEqual(faults, [])
})

test('a named election has its own page, and its downloads equal the result', async (t) => {
  const server = await serve(t)
  await castVotes(server, 0, 'ada')
  const { page, faults } = await open(t, `${server.url}/e/test-election/results`)
  await shows(page, 'cast', '1')
  for (const [name, link] of [
    ['CSV', '/elections/test-election/results.csv'],
    ['JSON', '/elections/test-election/results.json'],
  ] as const) {
    assert.equal(await page.getByRole('link', { name }).getAttribute('href'), link)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name }).click(),
    ])
    assert.equal(await download.failure(), null)
  }
  assert.deepEqual(faults, [])
})

test('the numbers stay on screen when the server is killed, and recover when it is back', async (t) => {
  const server = await serve(t)
  const { page } = await open(t, `${server.url}/`)
  await castVotes(server, 0, 'ada', 'ada', 'grace')
  await shows(page, 'cast', '3')
  await page.evaluate('globalThis.neverReloaded = true')

  await server.kill()
  const lost = page.getByText(/Connection lost, showing \d\d:\d\d:\d\d/)
  await lost.waitFor()
  assert.equal(await figure(page, 'cast').textContent(), '3')
  assert.equal(await votesOf(page, 'ada').textContent(), '2')
  await screenshot(page, 'dashboard-connection-lost')
  assert.deepEqual(await accessibilityFaults(page), [])

  await server.restart()
  const restartedAtMs = Date.now()
  await lost.waitFor({ state: 'hidden' })
  t.diagnostic(`recovered ${Date.now() - restartedAtMs} ms after the server was ready`)
  await castVotes(server, 3, 'ada')
  await shows(page, 'cast', '4')
  assert.equal(await page.evaluate('globalThis.neverReloaded'), true)
})

test('the page notices a silent server, and recovers when the server sends again', async (t) => {
  const server = await serve(t)
  const { page } = await open(t, `${server.url}/`)
  await shows(page, 'cast', '0')
  const lost = page.getByText('Connection lost')
  process.kill(server.pid, 'SIGSTOP')
  try {
    await lost.waitFor()
  } finally {
    process.kill(server.pid, 'SIGCONT')
  }
  await lost.waitFor({ state: 'hidden' })
  await castVotes(server, 0, 'ada')
  await shows(page, 'cast', '1')
})

test('a page that gets no answer, or only refusals, waits and then shows the results', async (t) => {
  const server = await serve(t)
  const STREAM = /\/results\/stream\b/
  let refused = 0
  // An answer other than 200 makes a browser's EventSource give up permanently.
  const { page } = await open(t, `${server.url}/`, {}, (page) =>
    page.route(STREAM, (route) => {
      refused++
      return route.fulfill({ status: 503 })
    }),
  )
  await page.getByRole('heading', { name: 'Waiting for the server…' }).waitFor()
  assert.deepEqual(await accessibilityFaults(page), [])
  assert.ok(refused > 0)
  await page.unroute(STREAM)
  await shows(page, 'cast', '0')
})

test('with results after the close, page and API show only turnout before, everything after', async (t) => {
  const closesAtMs = inFiveMinutes()
  const clock = putForward()
  const closes_at = new Date(closesAtMs).toISOString()
  const server = await serve(t, { results: 'after-close', closes_at }, 20, undefined, clock)
  const heard: string[] = []
  const { page, faults } = await open(t, `${server.url}/`, {}, async (page) => {
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Network.enable')
    cdp.on('Network.eventSourceMessageReceived', ({ data }) => heard.push(data))
  })
  await castVotes(server, 0, 'ada', 'ada', 'grace')
  await shows(page, 'cast', '3')
  await page.getByRole('heading', { name: 'The count is shown after the close' }).waitFor()
  const hidden = await page.content()
  for (const [where, text] of [
    ['the page', hidden],
    ['the stream', heard.join('\n')],
    ['GET /results', await (await fetch(`${server.url}/results`)).text()],
  ] as const) {
    assert.doesNotMatch(text, /Lovelace|Hopper|Turing|"ada"|"grace"|blank":\d/, where)
    if (where !== 'the page') assert.match(text, /"contests":null/)
  }
  assert.equal(await page.locator('[data-option]').count(), 0)
  for (const file of ['results.csv', 'results.json'])
    assert.ok((await fetch(`${server.url}/${file}`)).status >= 400, file)
  assert.equal(await page.locator('.downloads a').count(), 0)
  await screenshot(page, 'dashboard-after-close')
  assert.deepEqual(await accessibilityFaults(page), [])
  assert.ok(Date.now() < closesAtMs, 'this machine was too slow to look before the close')

  clock.to(closesAtMs)
  await page.getByText('Voting is closed').waitFor()
  assert.equal(await votesOf(page, 'ada').textContent(), '2')
  assert.deepEqual(faults, [])
})

test('names are shown as text even if they contain markup', async (t) => {
  const hostile = [
    '<img src=x onerror=alert(1)>',
    '"><script>alert(2)</script>',
    '{{constructor.constructor("alert(3)")()}}',
    '\u2067gnp.etov\u2069',
    'L'.repeat(200),
  ]
  const server = await serve(
    t,
    {
      title: '</title><script>alert(0)</script>',
      simulated: true,
      districts: [
        { id: 'north', name: '<b onmouseover=alert(4)>North</b>' },
        { id: 'south', name: 'W'.repeat(200) },
      ],
      contests: [
        {
          id: 'c',
          title: '<svg onload=alert(5)>',
          options: hostile.map((name, i) => ({ id: `o${i}`, name })),
        },
      ],
    },
    20,
  )
  await castVotes(server, 0, 'o0', 'o1', 'o0')
  const { page, faults } = await open(t, `${server.url}/`, { viewport: PHONE })
  let dialogs = 0
  page.on('dialog', (dialog) => {
    dialogs++
    void dialog.dismiss()
  })
  await shows(page, 'cast', '3')
  assert.equal(
    await page.getByRole('heading', { level: 1 }).textContent(),
    '</title><script>alert(0)</script>',
  )
  for (const [i, name] of hostile.entries())
    assert.equal(await page.locator(`[data-option=o${i}] bdi`).textContent(), name)
  assert.equal(await page.locator('#page :is(script, img, b)').count(), 0)
  await page.getByText('Simulated votes').waitFor()
  assert.ok(((await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number) <= 0)
  assert.equal(dialogs, 0)
  assert.deepEqual(faults, [])
})

/**
 * Two contests, one with many options and one with several votes; more districts than the page
 * shows at once.
 */
function largeElection(): Partial<DefinitionFile> {
  return {
    title: 'City of Riverton: council and mayor',
    districts: Array.from({ length: 120 }, (_, i) => ({ id: `d${i}`, name: `Precinct ${i + 1}` })),
    contests: [
      {
        id: 'mayor',
        title: 'Mayor',
        options: ['Ada', 'Grace', 'Alan'].map((name) => ({ id: name.toLowerCase(), name })),
      },
      {
        id: 'council',
        title: 'Council',
        votes: 5,
        options: Array.from({ length: 40 }, (_, i) => ({ id: `c${i}`, name: `Candidate ${i + 1}` })),
      },
    ],
  }
}

async function castLarge(server: TestServer): Promise<void> {
  for (const [i, key] of server.keys.slice(0, 60).entries()) {
    const response = await fetch(`${server.url}/elections/test-election/ballots`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        personal_id: key.personal_id,
        guid: key.guid,
        contests: {
          mayor: ['ada'],
          council: [`c${i % 40}`, `c${(i * 7 + 1) % 40}`].filter((id, j, all) => all.indexOf(id) === j),
        },
      }),
    })
    assert.equal(response.status, 201, await response.text())
  }
}

const largeDistricts = Array.from({ length: 120 }, (_, i) => `d${i}`)

test('the dashboard is accessible and fits phone, desk and projector, in light and dark', async (t) => {
  const server = await serve(t, largeElection(), 240, largeDistricts)
  await castLarge(server)
  for (const [name, viewport] of Object.entries({
    small: { width: 320, height: 640 },
    phone: PHONE,
    desk: DESK,
    projector: PROJECTOR,
  }))
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, faults, close } = await openPage(browser, `${server.url}/`, { viewport, colorScheme })
      await shows(page, 'cast', '60')
      assert.deepEqual(await accessibilityFaults(page), [], `${name} ${colorScheme}`)
      const wider = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number
      assert.ok(wider <= 0, `${name}: ${wider} px wider than the screen`)
      await screenshot(page, `dashboard-${name}-${colorScheme}`)
      assert.deepEqual(faults, [])
      await close()
    }
})

test('everything can be reached and used with the keyboard alone', async (t) => {
  const server = await serve(t, largeElection(), 240, largeDistricts)
  await castLarge(server)
  const { page, faults } = await open(t, `${server.url}/`, { colorScheme: 'light' })
  await shows(page, 'cast', '60')
  const controls = (await page.evaluate(`
    [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
      .filter((element) => element.checkVisibility())
      .map((element, i) => (element.dataset.control = i)).length
  `)) as number
  const reached = new Set<string>()
  for (let i = 0; i < controls + 5; i++) {
    await page.keyboard.press('Tab')
    const [control, outline] = (await page.evaluate(`
      [document.activeElement.dataset.control ?? null, getComputedStyle(document.activeElement).outlineStyle]
    `)) as [string | null, string]
    if (control === null) continue
    reached.add(control)
    assert.notEqual(outline, 'none', `control ${control} does not show its focus`)
  }
  assert.equal(reached.size, controls)

  const press = async (name: string | RegExp, key: string) => {
    await page.getByRole('button', { name }).focus()
    await page.keyboard.press(key)
  }
  await press('Dark mode', 'Space')
  assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark')
  await press('Show all 40 options', 'Enter')
  assert.equal(await page.locator('section.contest').nth(1).locator('[data-option]').count(), 40)
  await page.locator('.turnout summary').focus()
  await page.keyboard.press('Enter')
  await page.locator('details table tbody tr').first().waitFor()
  await page.locator('.by-district tbody tr').first().waitFor()
  assert.equal(await page.locator('.by-district tbody tr').count(), 50)
  await press('Show more', 'Enter')
  await page.getByText('Showing 100 of 120 districts').waitFor()
  await press('District', 'Enter')
  await press('District', 'Enter')
  await page.locator('th[aria-sort=descending]').filter({ hasText: 'District' }).waitFor()
  assert.equal(await page.locator('.by-district tbody th').first().textContent(), 'Precinct 120')
  await page.getByLabel('Find a district').focus()
  await page.keyboard.type('precinct 11')
  await page.getByText('Showing 11 of 11 districts').waitFor()
  assert.deepEqual(await accessibilityFaults(page), [])

  await page.reload()
  await shows(page, 'cast', '60')
  assert.equal(
    await page.evaluate('document.documentElement.dataset.theme'),
    'dark',
    'the choice is remembered',
  )
  assert.deepEqual(faults, [])
})

test('with 3,000 districts the page has few rows, and every district can be found', async (t) => {
  const ids = Array.from({ length: 3_000 }, (_, i) => `d${i}`)
  const districts = ids.map((id, i) => ({ id, name: `County ${i + 1}` }))
  const server = await serve(t, { districts }, 3_000, ids)
  const { page, faults } = await open(t, `${server.url}/`)
  await shows(page, 'cast', '0')
  await page.locator('.by-district tbody tr').first().waitFor()
  assert.equal(await page.locator('.by-district tbody tr').count(), 50)
  await page.getByLabel('Find a district').fill('county 2999')
  const key = server.keys.find(({ district }) => district === 'd2998')!
  assert.equal((await vote(server.url, key, 'ada')).status, 201)
  await shows(page, 'cast', '1')
  await page.locator('[data-district=d2998] td.leader').filter({ hasText: 'Ada Lovelace' }).waitFor()
  assert.deepEqual(faults, [])
})
