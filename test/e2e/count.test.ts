/**
 * The count as newsrooms use it: the first result on a phone, districts that open, their map,
 * shares over time, and on paper.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { ResultsSnapshot } from '../../src/core/status/snapshot.ts'
import { openElectionFile, rollOf, startServer, type TestServer, vote } from '../server.ts'
import { accessibilityFaults, becomes, launchBrowser, openPage, screenshot } from './browser.ts'
import { fakeResults, madeUpSnapshot } from './fake-results.ts'

const WARDS = ['north', 'east', 'south', 'west']
const PHONE = { width: 360, height: 800 }
const DESK = { width: 1280, height: 900 }

/** Four squares around a point, and a lake without a district. */
function wardsMap(): string {
  const square = (id: string, x: number, y: number) => {
    const ring = [
      [x, y],
      [x + 0.1, y],
      [x + 0.1, y + 0.1],
      [x, y + 0.1],
      [x, y],
    ]
    return { type: 'Feature', id, properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } }
  }
  const features = [...WARDS, 'lake'].map((id, i) =>
    square(id, 8 + (i % 2) / 10, 47 + Math.floor(i / 2) / 10),
  )
  return JSON.stringify({ type: 'FeatureCollection', features })
}

let browser: Browser
let server: TestServer
let beside: string
before(async () => {
  browser = await launchBrowser()
  beside = mkdtempSync(join(tmpdir(), 'elections-map-'))
  writeFileSync(join(beside, 'wards.geojson'), wardsMap())
  server = await startServer({
    definition: openElectionFile({
      districts: WARDS.map((id) => ({ id, name: `Ward ${id}` })),
      map: { file: 'wards.geojson' },
    }),
    roll: rollOf(48, WARDS),
    beside,
  })
  for (const [i, key] of server.keys.entries())
    if (key.district !== 'west')
      await vote(server.url, key, key.district === 'north' || i % 3 === 0 ? 'grace' : 'ada')
})
after(async () => {
  await server?.stop()
  rmSync(beside, { recursive: true, force: true })
  await browser?.close()
})

async function sound(page: Page, faults: readonly string[], what: string): Promise<void> {
  assert.deepEqual(await accessibilityFaults(page), [], what)
  const wider = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number
  assert.ok(wider <= 0, `${what}: wider than the screen`)
  assert.deepEqual(faults, [], what)
}

test('the map is sent as JSON that cannot run as script, cached without expiry under its hash', async () => {
  const { election } = (await (await fetch(`${server.url}/results`)).json()) as ResultsSnapshot
  const answer = await fetch(`${server.url}/e/${election.id}/pictures/${election.map}`)
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type')!, /^application\/json/)
  assert.match(answer.headers.get('cache-control')!, /immutable/)
  assert.match(answer.headers.get('content-security-policy')!, /^default-src 'none'; sandbox$/)
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(await answer.text(), wardsMap())
})

test('a district opens to its votes by key and by map; leader, margin and turnout are shown', async (t) => {
  for (const [name, viewport, colorScheme, query] of [
    ['desk', DESK, 'light', ''],
    ['desk-dark', DESK, 'dark', ''],
    ['phone', PHONE, 'light', ''],
    ['arabic', DESK, 'light', '?lang=ar'],
  ] as const) {
    const { page, faults, close } = await openPage(browser, `${server.url}/${query}`, {
      viewport,
      colorScheme,
    })
    t.after(close)
    await page.locator('[data-district=north] .opens').focus()
    await page.keyboard.press('Enter')
    const votes = page.locator('.district-votes')
    await votes.waitFor()
    // All of its twelve keys have voted, for the same option.
    const north = ['12', '0', '0']
    const told = await votes.locator('td.number:not(.share)').allTextContents()
    assert.deepEqual(told, north)
    await page.keyboard.press('Enter')
    await votes.waitFor({ state: 'detached' })
    if (viewport === PHONE) await page.locator('.map summary').click()
    const area = (id: string) => page.locator(`.map [data-area=${id}]`)
    await area('north').waitFor()
    assert.equal(await page.locator('.map [data-area]').count(), WARDS.length + 1)
    const fills = async () =>
      (await page.evaluate(
        `${JSON.stringify([...WARDS, 'lake'])}.map((id) =>
          getComputedStyle(document.querySelector('.map [data-area=' + id + ']')).fill)`,
      )) as string[]
    const leaders = await fills()
    assert.notEqual(leaders[0], leaders[4], 'north has a leader, the lake has none')
    await page.locator('.map-shows input').nth(2).check()
    await becomes(
      page,
      `getComputedStyle(document.querySelector('.map [data-area=north]')).fill !== '${leaders[0]}'`,
    )
    const turnout = await fills()
    assert.equal(turnout[0], turnout[1], 'one colour for turnout')
    await area('east').click()
    await votes.waitFor()
    assert.equal(await page.locator('[data-district=east] .opens').getAttribute('aria-expanded'), 'true')
    await sound(page, faults, name)
    await page.locator('.districts').scrollIntoViewIfNeeded()
    await screenshot(page, `count-districts-${name}`)
    await close()
  }
})

test('if the map cannot be loaded, the table stays', async (t) => {
  const { page, close } = await openPage(browser, server.url, { viewport: DESK }, (page) =>
    page.route('**/pictures/**', (route) => route.abort()),
  )
  t.after(close)
  await page.getByText('The map cannot be shown now.').waitFor()
  await page.locator('[data-district=north]').waitFor()
})

test('on a phone the first screen shows the first result, whatever notices are above it', async (t) => {
  const made = madeUpSnapshot([500, 400, 99, 1])
  const fake = await fakeResults({
    ...made,
    election: { ...made.election, title: 'City of Riverton: council and mayor', simulated: true },
    held: 20,
  })
  t.after(() => fake.stop())
  for (const query of ['', '?lang=es', '?lang=ar']) {
    const { page, faults, close } = await openPage(browser, `${fake.url}/${query}`, { viewport: PHONE })
    t.after(close)
    const first = page.locator('[data-option=o0]')
    await first.waitFor()
    const { y, height } = (await first.boundingBox())!
    assert.ok(y + height <= PHONE.height, `${query}: the first row ends at ${y + height} px`)
    await screenshot(page, `count-phone${query.replace('?lang=', '-')}`)
    await sound(page, faults, query)
    await close()
  }
})

test('a change of language on the page is also in its address', async (t) => {
  const { page, close } = await openPage(browser, `${server.url}/?theme=light`, { viewport: DESK })
  t.after(close)
  await page.getByLabel('Language').selectOption('es')
  await page.waitForURL(/\?theme=light&lang=es$/)
  await page.getByRole('heading', { name: 'Por distrito' }).waitFor()
  assert.equal(await page.getByLabel('Idioma').inputValue(), 'es')
})

test('shares over time are drawn as a line per option beside turnout, and described in words', async (t) => {
  const made = madeUpSnapshot(Array.from({ length: 12 }, (_, j) => 900 - j * 50))
  const [contest] = made.contests!
  const times = made.turnout.filter((_, i) => i % 6 === 5).map(([timeS]) => timeS)
  const grown = (votes: number, m: number) => Math.round((votes * (m + 1)) / times.length)
  const fake = await fakeResults(made, {
    ...{ times, cast: times.map((_, m) => grown(made.cast, m)), held: times.map(() => 0) },
    contests: [
      {
        ...{ id: contest!.id, ballots: times.map((_, m) => grown(made.cast, m)), blank: times.map(() => 0) },
        votes: contest!.options.map(({ votes }, j) => times.map((_, m) => grown(votes, m) + ((m * j) % 5))),
      },
    ],
  })
  t.after(() => fake.stop())
  for (const [name, viewport, colorScheme] of [
    ['desk', DESK, 'light'],
    ['phone', PHONE, 'dark'],
  ] as const) {
    const { page, faults, close } = await openPage(browser, fake.url, { viewport, colorScheme })
    t.after(close)
    await page.locator('.shares summary').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('img', { name: /^Line chart: the share of each option/ }).waitFor()
    assert.equal(await page.locator('.shares .chart .share-line').count(), 8)
    assert.equal(await page.locator('.shares .chart .turnout-line').count(), 1)
    assert.equal(await page.locator('.shares .legend li').count(), 9)
    await sound(page, faults, name)
    await screenshot(page, `count-shares-${name}`)
    await close()
  }
})

test('the printed count is as wide as the sheet, and no district’s row is split', async (t) => {
  const { page, close } = await openPage(browser, server.url, { viewport: { width: 794, height: 1123 } })
  t.after(close)
  await page.locator('[data-district=north]').waitFor()
  await page.emulateMedia({ media: 'print' })
  const [panels, sheet] = (await page.evaluate(`[
    [...document.querySelectorAll('.contest, .districts')]
      .map((panel) => panel.getBoundingClientRect().width),
    document.body.clientWidth,
  ]`)) as [number[], number]
  for (const width of panels) assert.ok(width > sheet * 0.95, `${width} of ${sheet}`)
  for (const control of ['.pill', '.theme-toggle', 'select', 'input', '.more', '.by-district thead svg'])
    assert.equal(await page.locator(`${control}:visible`).count(), 0, control)
  await screenshot(page, 'count-print')
})
