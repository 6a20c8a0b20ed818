/**
 * Measures the wall: within one rotation every screen shows every option of every contest in full
 * and large enough.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { ResultsSnapshot } from '../../src/core/status/snapshot.ts'
import { accessibilityFaults, launchBrowser, openPage, screenshot } from './browser.ts'
import { fakeResults, madeUpSnapshot } from './fake-results.ts'

const SCREENS = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
  { width: 1080, height: 1920 },
] as const

/**
 * The smallest type that people can read from ten metres, in hundredths of the screen's shorter
 * side (wall/row-plan.ts).
 */
const READABLE = 2.8

let browser: Browser
before(async () => {
  browser = await launchBrowser()
})
after(() => browser?.close())

interface SetUp {
  readonly options: number
  readonly contests: number
  readonly long: boolean
  readonly held: boolean
}

const LONG = 'Prof. Dr. María-Fernanda Wilhelmina Konstantinopoulou de la Santísima Trinidad (Alliance for'
const nameOf = (j: number, long: boolean) =>
  long && j % 3 !== 1 ? `${LONG} Ward ${j + 1} and the Harbour)` : `Candidate ${j + 1}`

function snapshotOf({ options, contests, long, held }: SetUp): ResultsSnapshot {
  const votes = Array.from({ length: options }, (_, j) => 90_000 - j * 2_000 - ((j * 37) % 11))
  const made = madeUpSnapshot(votes)
  const [council] = made.contests!
  const seats = options > 4 ? 3 : 1
  return {
    ...made,
    election: {
      ...made.election,
      title: `Riverton: ${JSON.stringify({ options, contests, long, held })}`,
      suppress_below: held ? 10 : 1,
    },
    held: held ? 1_204 : 0,
    contests: Array.from({ length: contests }, (_, c) => ({
      ...council!,
      ...{ id: `c${c}`, seats, votes_allowed: seats },
      title: long ? `Member of the council for the wards by the river and the harbour, seat ${c}` : `C ${c}`,
      options: council!.options.map((option, j) => ({ ...option, name: nameOf(j, long) })),
    })),
  }
}

interface Seen {
  readonly turn: number
  readonly page: number
  readonly slides: number
  readonly contest: string | null
  /** Options shown in full, by rank and id. */
  readonly rows: readonly { readonly id: string; readonly rank: number }[]
  /** What is wrong with this page. */
  readonly faults: readonly string[]
}

/** Measures the page when nothing on it moves. */
const LOOK = `(async () => {
  const { round } = Math
  const kiosk = () => document.querySelector('.kiosk')
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  const rowsNow = () => [...document.querySelectorAll('.kiosk table:not(.ruler) tbody tr')]
  let before = ''
  for (let still = 0, frames = 0; still < 2 && frames < 200; frames++) {
    await frame()
    const now = rowsNow().map((row) => [row.dataset.option, round(row.getBoundingClientRect().top)]).join()
    still = now === before && (now !== '' || !document.querySelector('.wall-contest')) ? still + 1 : 0
    before = now
  }
  const faults = []
  const vmin = Math.min(innerWidth, innerHeight) / 100
  const isIn = (inner, outer) =>
    inner.left >= outer.left - 1 && inner.right <= outer.right + 1 &&
    inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1
  const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight }
  const panel = document.querySelector('.kiosk .panel')
  const others = document.querySelectorAll('.wall-figures, .kiosk header, .kiosk footer')
  for (const part of [...panel.children, ...others]) {
    const box = part.getBoundingClientRect()
    const what = part.className || part.tagName
    if (!isIn(box, screen)) faults.push('off the screen: ' + what)
    if (panel.contains(part) && !isIn(box, panel.getBoundingClientRect())) faults.push('cut: ' + what)
  }
  const room = document.querySelector('.kiosk .room')?.getBoundingClientRect()
  const rows = []
  for (const row of document.querySelectorAll('[data-option]')) {
    const box = row.getBoundingClientRect()
    const what = row.dataset.option
    if (!isIn(box, room)) {
      faults.push('cut: ' + what + ' ' + JSON.stringify([box.bottom, room.bottom]))
      continue
    }
    const name = row.querySelector('bdi')
    const texts = document.createRange()
    texts.selectNodeContents(name)
    if ([...texts.getClientRects()].some((text) => !isIn(text, room))) {
      faults.push('name cut: ' + what)
      continue
    }
    const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
    if (!row.contains(at)) { faults.push('covered: ' + what); continue }
    for (const text of [name, ...row.querySelectorAll('td.number')])
      if (parseFloat(getComputedStyle(text).fontSize) < ${READABLE} * vmin * 0.99)
        faults.push('small: ' + what)
    rows.push({ id: what, rank: Number(row.querySelector('.rank').textContent) })
  }
  const figures = document.querySelector('.wall-figures').getBoundingClientRect().height / innerHeight
  if (figures > 0.2) faults.push('figures take ' + figures)
  if (document.documentElement.scrollWidth > innerWidth) faults.push('wider than the screen')
  return {
    turn: Number(kiosk().dataset.turn), page: Number(kiosk().dataset.page),
    slides: Number(document.querySelector('.turn').textContent.split(' of ')[1]),
    contest: document.querySelector('.wall-contest h2')?.id ?? null, rows, faults,
  }
})()`

const look = async (page: Page) => (await page.evaluate(LOOK)) as Seen
async function step(page: Page): Promise<Seen> {
  await page.keyboard.press('PageDown')
  return look(page)
}

/** Everything of one rotation, page by page. */
async function rotation(page: Page): Promise<Seen[]> {
  let seen = await look(page)
  do seen = await step(page)
  while (seen.page !== 0)
  const all = [seen]
  for (;;) {
    const next = await step(page)
    if (next.turn === seen.turn + seen.slides) return all
    all.push(next)
    assert.ok(all.length < 200, 'a rotation ends')
  }
}

const SET_UPS: readonly SetUp[] = [2, 4, 12, 40].flatMap((options, i) =>
  [false, true].flatMap((long) =>
    [false, true].map((held) => ({ options, long, held, contests: i === 2 && !long ? 3 : 1 })),
  ),
)

test('one rotation shows every option of every contest in full, on every screen', async (t) => {
  const server = await fakeResults(snapshotOf(SET_UPS[0]!))
  t.after(() => server.stop())
  const address = `${server.url}/?kiosk=1&rotate=60m&theme=dark`
  const { page, faults, close } = await openPage(browser, address, { viewport: SCREENS[0] })
  t.after(close)
  const tall = { options: 12, contests: 10, long: true, held: true }
  for (const viewport of SCREENS) {
    await page.setViewportSize(viewport)
    for (const setUp of [...SET_UPS, ...(viewport.width === 1280 ? [tall] : [])]) {
      const what = `${viewport.width}×${viewport.height} ${JSON.stringify(setUp)}`
      const snapshot = snapshotOf(setUp)
      server.send(snapshot)
      await page.locator('h1').filter({ hasText: snapshot.election.title }).waitFor()
      const seen = await rotation(page)
      const wrong = seen.flatMap((each) => each.faults)
      assert.deepEqual(wrong, [], what)
      for (const contest of snapshot.contests!) {
        const pages = seen.filter((each) => each.contest === `contest-${contest.id}`)
        const shown = pages.flatMap(({ rows }) => rows.map(({ id }) => id))
        const names = contest.options.map(({ id }) => id)
        assert.deepEqual([...shown].sort(), [...names].sort(), `${what} ${contest.id}`)
        const first = pages[0]!.rows.map(({ rank }) => rank)
        for (let rank = 1; rank <= contest.seats; rank++)
          assert.ok(first.includes(rank), `${what}: seat ${rank} is on another page than the first`)
      }
      assert.deepEqual(faults, [], what)
      if (setUp.long === setUp.held) {
        while ((await look(page)).contest === null) await page.keyboard.press('PageDown')
        await look(page)
        const name = `${setUp.options}${setUp.long ? '-long' : ''}${setUp.held ? '-held' : ''}`
        await screenshot(page, `wall-${viewport.width}x${viewport.height}-${name}`)
      }
    }
    assert.deepEqual(await accessibilityFaults(page), [])
  }
})

test('each of several keys pressed at once turns the wall, and none goes before its start', async (t) => {
  const server = await fakeResults(snapshotOf({ options: 2, contests: 3, long: false, held: false }))
  t.after(() => server.stop())
  const { page, close } = await openPage(browser, `${server.url}/?kiosk=1&rotate=60m`, {
    viewport: SCREENS[0],
  })
  t.after(close)
  const press = async (keys: readonly string[], contest: string) => {
    // In one task of the page, so that nothing is painted between the keys.
    await page.evaluate(
      `for (const key of ${JSON.stringify(keys)}) dispatchEvent(new KeyboardEvent('keydown', { key }))`,
    )
    await page.locator(`#contest-${contest}`).waitFor()
  }
  await page.locator('#contest-c0').waitFor()
  await press(['PageDown', 'PageDown'], 'c2')
  await press(['PageUp'], 'c1')
  await press(['PageUp', 'PageUp', 'PageUp', 'PageDown'], 'c1')
})

test('with many districts the wall shows the main ones, none of them cut off, on every screen', async (t) => {
  const made = madeUpSnapshot([5_000, 4_000])
  const names = Array.from({ length: 400 }, (_, i) => (i % 3 ? `Ward ${i}` : `${LONG} Ward ${i})`))
  const snapshotAfter = (more: number): ResultsSnapshot => {
    const districts = names.map((name, i) => ({
      ...{ id: `d${i}`, name, eligible: 100, cast: 50 + (i === 77 ? more : i === 300 ? 2 * more : 0) },
    }))
    const byDistrict = districts.map(({ cast }, i) => [
      i,
      i === 123 ? cast / 2 + 1 : cast,
      i === 123 ? cast / 2 : 0,
      0,
    ])
    return { ...made, districts, contests: [{ ...made.contests![0]!, by_district: byDistrict }] }
  }
  const server = await fakeResults(snapshotAfter(0))
  t.after(() => server.stop())
  const address = `${server.url}/?kiosk=1&rotate=60m`
  const { page, close } = await openPage(browser, address, { viewport: SCREENS[0] })
  t.after(close)
  await page.locator('.kiosk').waitFor()
  server.send(snapshotAfter(10))
  for (let seen = await look(page); !(await page.locator('.notable').count()); seen = await step(page))
    assert.ok(seen.turn < 5)
  const first = (list: number) => page.locator('.notable').nth(list).locator('tbody tr').first()
  for (const viewport of SCREENS) {
    await page.setViewportSize(viewport)
    await look(page)
    assert.deepEqual((await look(page)).faults, [])
    const ids = await Promise.all([0, 1, 2].map((list) => first(list).getAttribute('data-district')))
    assert.deepEqual(ids, ['d123', 'd300', 'd300'], 'the closest, the busiest, the newest')
    const cut =
      await page.evaluate(`[...document.querySelectorAll('.notable tbody tr:not([hidden])')].filter((row) =>
      row.getBoundingClientRect().bottom > row.closest('.list').getBoundingClientRect().bottom + 1).length`)
    assert.equal(cut, 0)
    assert.ok((await page.locator('.notable tbody tr:visible').count()) >= 3)
    await screenshot(page, `wall-districts-${viewport.width}x${viewport.height}`)
  }
})

test('the wall has maps of leader, margin and turnout, and every screen shows them in full', async (t) => {
  const SIDE = 6
  const made = madeUpSnapshot([5_000, 4_000])
  const districts = Array.from({ length: SIDE * SIDE }, (_, i) => ({
    ...{ id: `d${i}`, name: `Ward ${i}`, eligible: 100, cast: 10 + 2 * i },
  }))
  const byDistrict = districts.map(({ cast }, i) => [i, (cast * (i % 5)) / 4, (cast * (4 - (i % 5))) / 4, 0])
  const snapshot = {
    ...made,
    election: { ...made.election, map: 'a'.repeat(64) },
    districts,
    contests: [{ ...made.contests![0]!, by_district: byDistrict }],
  }
  const features = districts.slice(1).map(({ id }, at) => {
    const [x, y] = [8 + ((at % SIDE) * 3) / SIDE, 47 + Math.floor(at / SIDE) / SIDE]
    const ring = [
      [x, y],
      [x, y + 1 / SIDE],
      [x + 3 / SIDE, y + 1 / SIDE],
      [x + 3 / SIDE, y],
      [x, y],
    ]
    return { type: 'Feature', id, properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } }
  })
  const server = await fakeResults(snapshot)
  t.after(() => server.stop())
  const address = `${server.url}/?kiosk=1&rotate=60m&theme=dark`
  const { page, faults, close } = await openPage(browser, address, { viewport: SCREENS[0] }, (page) =>
    page.route('**/e/made-up/pictures/*', (route) =>
      route.fulfill({ json: { type: 'FeatureCollection', features } }),
    ),
  )
  t.after(close)
  await page.locator('.kiosk').waitFor()
  for (let seen = await look(page); !(await page.locator('.wall-map').count()); seen = await step(page))
    assert.ok(seen.turn < 5)
  const fills = () =>
    page.evaluate(
      `[...document.querySelectorAll('[data-area]')]` +
        '.map(({ style }) => style.fill + style.fillOpacity).join()',
    )
  const seenFills = new Set<unknown>()
  for (const [i, heading] of ['who leads', 'the margin', 'turnout'].entries()) {
    if (i > 0) await step(page)
    await page.getByRole('heading', { name: heading }).waitFor()
    await page.locator('.wall-map [data-area]').first().waitFor()
    seenFills.add(await fills())
    for (const viewport of SCREENS) {
      await page.setViewportSize(viewport)
      assert.deepEqual((await look(page)).faults, [], `${heading} ${viewport.width}`)
      const part = (await page.evaluate(`(() => {
        const box = document.querySelector('.wall-map svg').getBoundingClientRect()
        return box.height * box.width / innerHeight / innerWidth
      })()`)) as number
      assert.ok(part > 0.3, `${heading} ${viewport.width}: the map takes ${part} of the screen`)
      if (i < 2) await screenshot(page, `wall-map-${i}-${viewport.width}x${viewport.height}`)
    }
  }
  assert.equal(seenFills.size, 3, 'each page is filled in its own way')
  assert.ok(await page.getByText('1 district is not on the map').isVisible())
  assert.deepEqual(await accessibilityFaults(page), [])
  assert.deepEqual(faults, [])
  await step(page)
  await page.locator('.notable').first().waitFor()
})
