/**
 * Every view of the dashboard: extremes, held ballots, paused, at an earlier moment, on a wall, in
 * a frame.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createRelay, type Socket } from 'node:net'
import { after, before, type TestContext, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page, Route } from 'playwright-core'
import type { ResultsSnapshot } from '../../src/core/status/snapshot.ts'
import type { HistorySnapshot } from '../../src/core/tally/history.ts'
import { openElectionFile, rollOf, startServer, vote } from '../server.ts'
import {
  accessibilityFaults,
  becomes,
  keepPicture,
  launchBrowser,
  openPage,
  screenshot,
  type Watched,
} from './browser.ts'
import { fakeResults, madeUpSnapshot } from './fake-results.ts'

const SIZES = {
  phone: { width: 360, height: 800 },
  desk: { width: 1280, height: 900 },
  projector: { width: 1920, height: 1080 },
} as const

let browser: Browser
before(async () => {
  browser = await launchBrowser()
})
after(() => browser?.close())

async function open(t: TestContext, url: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const watched = await openPage(browser, url, { viewport: SIZES.desk, ...options })
  t.after(() => watched.close())
  return watched
}

async function fake(t: TestContext, ...args: Parameters<typeof fakeResults>) {
  const server = await fakeResults(...args)
  t.after(() => server.stop())
  return server
}

const figure = (page: Page, name: string) => page.locator(`[data-figure=${name}] .number`)
const widerThanScreen = async (page: Page) =>
  (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number

async function sound(page: Page, faults: readonly string[], what: string): Promise<void> {
  assert.deepEqual(await accessibilityFaults(page), [], what)
  assert.ok((await widerThanScreen(page)) <= 0, `${what}: wider than the screen`)
  assert.deepEqual(faults, [], what)
}

test('the dashboard shows 0 and 10 million votes, 2 and 40 options, any size, light and dark', async (t) => {
  const counts = {
    'two-none': [0, 0],
    'two-many': [5_000_001, 4_999_999],
    'forty-many': Array.from({ length: 40 }, (_, i) => Math.floor(3_000_000 / (i + 1))),
  }
  for (const [name, votes] of Object.entries(counts)) {
    const server = await fake(t, madeUpSnapshot(votes))
    for (const [size, viewport] of Object.entries(SIZES))
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page, faults, close } = await openPage(browser, server.url, { viewport, colorScheme })
        await figure(page, 'cast').waitFor()
        await sound(page, faults, `${name} ${size} ${colorScheme}`)
        await screenshot(page, `dashboard-${name}-${size}-${colorScheme}`)
        if (name === 'two-many') {
          assert.match((await page.locator('.standing').textContent())!, /by 2 votes \(<0\.1 points\)/)
          assert.match(
            (await page.locator('.standing').textContent())!,
            /Can still change: 10,000,000 ballots outstanding\./,
          )
          await page.getByText('About this count', { exact: true }).click()
          assert.equal(await page.locator('[data-pipeline=viewers] dd').textContent(), '9,876')
          assert.equal(await page.locator('[data-pipeline=commit] dd').textContent(), '1.9 ms')
        }
        await close()
      }
  }
})

test('in each language an option “leads”, is “elected” after the close or “tied” before a lot', async (t) => {
  const made = madeUpSnapshot([700, 300])
  const closed = { ...made, phase: 'closed' as const }
  const [contest] = made.contests!
  const level = { ...contest!, options: contest!.options.map((option) => ({ ...option, votes: 500 })) }
  const log = { lots: { council: ['o1'] } } as unknown as typeof made.log
  for (const [snapshot, words, marks] of [
    [made, /Among the votes counted so far, .*1.* leads .*2.* by 400 votes/, 0],
    [closed, /Candidate number 1.* is elected\. 400 votes \(40\.0 points\) ahead of/, 1],
    [{ ...closed, contests: [level] }, /Tied for first: .* The tie is not decided\./, 0],
    [{ ...closed, contests: [level], log }, /Candidate number 2.* is elected by lot after a tie\./, 1],
  ] as const) {
    const server = await fake(t, snapshot)
    const { page, faults, close } = await openPage(browser, server.url, {})
    await page.locator('.standing').waitFor()
    assert.match((await page.locator('.standing').textContent())!, words)
    assert.equal(await page.locator('tr .row-word:is(.elected, .passed)').count(), marks)
    await sound(page, faults, String(words))
    await close()
    for (const [lang, own] of [
      ['es', /votos contados|puesto|empate/i],
      ['ar', /الأصوات|الفائز|تعادل/],
    ] as const) {
      const other = await openPage(browser, `${server.url}/?lang=${lang}`, {})
      await other.page.locator('.standing').waitFor()
      assert.match((await other.page.locator('.standing').textContent())!, own)
      await other.close()
    }
  }
})

test('on a cluster the pipeline panel shows every engine; ballots in transit raise no alarm', async (t) => {
  const made = madeUpSnapshot([700, 300])
  const tally = {
    ...{
      state: 'counting',
      problem: null,
      batch_id: 7,
      input_rows_per_second: 900,
      restarts: 0,
      recounts: 0,
    },
    ...{
      processed_rows_per_second: 950,
      batch_ms: 640,
      records_behind: 12,
      state_rows: 1_000,
      state_bytes: 1,
    },
  }
  const server = await fake(t, {
    ...made,
    invariant: { ...made.invariant, keys_used: 1_012, ballots_stored: 1_005, settling: true },
    pipeline: {
      tally: { state: tally, atMs: 0 },
      projector: { state: { stored: 9, ignored: 0, problem: null }, atMs: 0 },
      log_watch: {
        state: { ballots: 1_005, set_aside: { 'bad-seal': 2, unreadable: 1 }, problem: null },
        atMs: 0,
      },
      ballot_box: { log_up: true, keys_loaded: false, reserved: 3 },
    },
  })
  for (const [size, viewport] of Object.entries(SIZES))
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, faults, close } = await openPage(browser, server.url, { viewport, colorScheme })
      await figure(page, 'cast').waitFor()
      await page.getByText('About this count', { exact: true }).click()
      const told = async (name: string) => page.locator(`[data-pipeline=${name}] dd`).textContent()
      assert.deepEqual(
        await Promise.all(['tally', 'behind', 'batch', 'log', 'keys', 'set-aside'].map(told)),
        ['counts', '12', '640 ms', 'ready', 'does not answer; voting waits', '3'],
      )
      const balance = page.locator('.balance')
      assert.match((await balance.textContent())!, /Counting.*still being counted/s)
      assert.equal(await page.locator('.balance.alarm').count(), 0)
      await sound(page, faults, `cluster ${size} ${colorScheme}`)
      await screenshot(page, `dashboard-cluster-${size}-${colorScheme}`)
      await close()
    }
})

test('the page shows how many ballots are held back, and why', async (t) => {
  const districts = ['north', 'south', 'east', 'west'].map((id) => ({ id, name: `Ward ${id}` }))
  const server = await startServer({
    definition: openElectionFile({ suppress_below: 5, districts }),
    roll: rollOf(60, ['north', 'south', 'east']).concat(
      rollOf(3, ['west']).map((v) => ({ ...v, personal_id: `W${v.personal_id}` })),
    ),
  })
  t.after(() => server.stop())
  // Fifteen of north's twenty ballots are published. South has eight ballots, east has four, and
  // west has only three voters.
  const most: Readonly<Record<string, number>> = { south: 24, east: 12 }
  const voters = server.keys.filter(({ district }, i) => i < (most[district] ?? 100))
  for (const [i, key] of voters.entries())
    await vote(server.url, key, key.district === 'south' || i % 2 ? 'ada' : 'grace')
  for (const [size, viewport] of Object.entries(SIZES))
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, faults, close } = await openPage(browser, server.url, { viewport, colorScheme })
      await page
        .locator('.contest-totals')
        .filter({ hasText: /^15 ballots/ })
        .waitFor()
      const withheld = page.locator('.withheld')
      await withheld.first().waitFor()
      assert.deepEqual(await withheld.allTextContents(), ['held back', 'fewer than 5', 'in the totals only'])
      assert.equal(await figure(page, 'cast').textContent(), '35')
      assert.match(
        (await page.locator('.held-back').textContent())!,
        /^20 ballots are held back\. Why\?Turnout includes/,
      )
      await page.getByText('A district’s votes are counted in groups of 5').waitFor()
      await sound(page, faults, `held back ${size} ${colorScheme}`)
      await screenshot(page, `dashboard-held-back-${size}-${colorScheme}`)
      await close()
    }
  for (const query of ['kiosk=1', 'embed=mayor', 'lang=es', 'lang=ar']) {
    const { page, faults, close } = await openPage(browser, `${server.url}/?${query}`, {
      viewport: SIZES[query.startsWith('kiosk') ? 'projector' : 'phone'],
    })
    await page.locator('.held-back').filter({ hasText: /20|٢٠/ }).waitFor()
    await sound(page, faults, query)
    if (query.startsWith('kiosk'))
      await becomes(
        page,
        "[...document.querySelectorAll('.kiosk .panel')]" +
          '.every((panel) => panel.scrollHeight <= panel.clientHeight + 1)',
      )
    await screenshot(page, `dashboard-held-back-${query.replace('=', '-')}`)
    await close()
  }
})

test('a paused page stays, says so, and continues with the newest count', async (t) => {
  const server = await fake(t, madeUpSnapshot([10, 5]))
  const { page, faults } = await open(t, server.url)
  await figure(page, 'cast').filter({ hasText: /^15$/ }).waitFor()
  await page.getByRole('button', { name: 'Pause' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText(/^Paused, showing/).waitFor()
  server.send(madeUpSnapshot([100, 50]))
  await page.waitForTimeout(500)
  assert.equal(await figure(page, 'cast').textContent(), '15')
  await sound(page, faults, 'paused')
  await screenshot(page, 'dashboard-paused')
  await page.keyboard.press('Enter')
  await figure(page, 'cast').filter({ hasText: /^150$/ }).waitFor()
})

/**
 * Returns the count at every fourth moment of the curve: the first option has two fifths, the
 * others share the rest.
 */
function historyOf(snapshot: ResultsSnapshot): HistorySnapshot {
  const moments = snapshot.turnout.filter(([, cast], i) => i % 4 === 0 && cast > 0)
  const cast = moments.map(([, count]) => count)
  return {
    times: moments.map(([timeS]) => timeS),
    cast,
    held: cast.map(() => 0),
    contests: snapshot.contests!.map(({ id, options }) => ({
      ...{ id, ballots: cast, blank: cast.map(() => 0) },
      votes: options.map((_, j) =>
        cast.map((count) => {
          const first = Math.round(count * 0.4)
          return j === 0 ? first : (count - first) / (options.length - 1)
        }),
      ),
    })),
  }
}

test('the scrubber goes back through the count by keyboard and shows each moment’s numbers', async (t) => {
  const snapshot = madeUpSnapshot([6_000, 4_000])
  const history = historyOf(snapshot)
  const server = await fake(t, snapshot, history)
  for (const [size, viewport] of Object.entries(SIZES)) {
    const { page, faults } = await open(t, server.url, { viewport })
    const scrubber = page.getByRole('slider', { name: 'Look back at the count' })
    await scrubber.focus()
    assert.equal(await scrubber.getAttribute('aria-valuetext'), 'Now')
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowLeft')
    await page.getByText(/^Looking back at/).waitFor()
    await page.locator('[data-option=o0]').waitFor()
    const castThen = Number((await figure(page, 'cast').textContent())!.replaceAll(',', ''))
    const at = history.cast.indexOf(castThen)
    assert.ok(at > 0, `${castThen} is no moment of the history`)
    const shown = async (option: string) =>
      Number(
        (await page.locator(`[data-option=${option}] td.number`).first().textContent())!.replaceAll(',', ''),
      )
    assert.deepEqual(
      [await shown('o0'), await shown('o1')],
      history.contests![0]!.votes.map((line) => line[at]),
    )
    assert.equal(await page.locator('tbody tr').first().getAttribute('data-option'), 'o1', 'ranked as then')
    server.send(snapshot)
    await page.waitForTimeout(300)
    assert.equal(await shown('o0'), history.contests![0]!.votes[0]![at])
    await sound(page, faults, `looking back ${size}`)
    await screenshot(page, `dashboard-looking-back-${size}`)
    // The server has no count of this moment: the page shows turnout, and why there is no count.
    await page.keyboard.press('Home')
    await page.getByRole('heading', { name: 'No count was kept for this moment' }).waitFor()
    assert.equal(await figure(page, 'cast').textContent(), '0')
    await sound(page, faults, `looking back too far ${size}`)
    await page.getByRole('button', { name: 'Back to now' }).focus()
    await page.keyboard.press('Space')
    await figure(page, 'cast')
      .filter({ hasText: /^10,000$/ })
      .waitFor()
  }
})

test('a count that loads, or cannot be loaded, is said so, and the slider retries', async (t) => {
  const snapshot = madeUpSnapshot([6_000, 4_000])
  const server = await fake(t, snapshot, historyOf(snapshot))
  const asked = Promise.withResolvers<Route>()
  const { page } = await open(t, server.url)
  await page.route('**/results/history', asked.resolve)
  const says = (title: string) => page.getByRole('heading', { name: title }).waitFor()
  await page.getByRole('slider').focus()
  for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowLeft')
  await says('The count of this moment is loading')
  await (await asked.promise).fulfill({ status: 503 })
  await says('The count of this moment cannot be loaded now')
  await page.unroute('**/results/history')
  while ((await page.locator('[data-option]').count()) === 0) {
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowRight')
  }
  await page.keyboard.press('Home')
  await says('No count was kept for this moment')
})

test('without a public history the scrubber shows only past turnout', async (t) => {
  const snapshot = madeUpSnapshot([6_000, 4_000])
  const election = { ...snapshot.election, results: 'after-close' as const }
  const server = await fake(t, { ...snapshot, election, contests: null, blank: null })
  const { page, faults } = await open(t, server.url)
  await page.getByText('Results after the close', { exact: true }).waitFor()
  await page.getByRole('slider').focus()
  await page.keyboard.press('PageDown')
  await page.getByText(/^Looking back at/).waitFor()
  assert.equal(await page.locator('[data-option]').count(), 0)
  await page.getByRole('heading', { name: 'The count is shown after the close' }).waitFor()
  await sound(page, faults, 'after the close, looking back')
})

/** Two contests and enough districts for several pages. */
function large(): ResultsSnapshot {
  const one = madeUpSnapshot([5_000, 3_000, 2_000])
  const [council] = one.contests!
  const districts = Array.from({ length: 25 }, (_, i) => ({
    ...{ id: `d${i}`, name: `Precinct ${i + 1}`, eligible: 800, cast: 400 },
  }))
  const byDistrict = districts.map((_, d) => [d, 200, 120, 80, 0])
  const mayor = {
    ...{ ...council!, id: 'mayor', title: 'Mayor' },
    by_district: byDistrict,
    options: Array.from({ length: 20 }, (_, i) => ({
      ...{ id: `m${i}`, name: `A rather long name of candidate ${i + 1}`, color: null, votes: 900 - 40 * i },
    })),
  }
  return {
    ...one,
    election: { ...one.election, title: 'City of Riverton: council and mayor', simulated: true },
    districts,
    contests: [{ ...council!, by_district: byDistrict }, mayor],
  }
}

test('the wall has large type and no controls, shows everything in turn, and does not scroll', async (t) => {
  const server = await fake(t, large())
  for (const [name, viewport, theme] of [
    ['projector', SIZES.projector, 'dark'],
    ['projector', SIZES.projector, 'light'],
    ['tv', { width: 1280, height: 720 }, 'dark'],
  ] as const) {
    const address = `${server.url}/?kiosk=1&rotate=3s&theme=${theme}`
    const { page, faults } = await open(t, address, { viewport })
    const seen: string[] = []
    for (const heading of ['Council chair', 'Mayor', 'Turnout over time', /By district/]) {
      // If a page of the wall passes while the test examines the one before, it comes again after
      // all others.
      await page.getByRole('heading', { level: 2, name: heading }).waitFor({ timeout: 30_000 })
      assert.deepEqual(await accessibilityFaults(page), [], `${name} ${heading}`)
      const cut = (await page.evaluate(`
        [...document.querySelectorAll('.kiosk .panel')]
          .map((panel) => panel.scrollHeight - panel.clientHeight)
      `)) as number[]
      assert.ok(
        cut.every((pixels) => pixels <= 1),
        `${name} ${heading}: ${cut} px are cut off`,
      )
      await screenshot(page, `dashboard-wall-${name}-${theme}-${seen.length + 1}`)
      seen.push(String(heading))
    }
    assert.equal(await page.locator('button, input, select, summary, a').count(), 0)
    const scrolls = (await page.evaluate('document.documentElement.scrollHeight - innerHeight')) as number
    assert.ok(scrolls <= 0, `${name}: ${scrolls} px too high`)
    assert.equal(await page.evaluate('document.documentElement.dataset.theme'), theme)
    assert.equal(await page.evaluate('localStorage.getItem("theme")'), null, 'the address is not remembered')
    assert.deepEqual(faults, [])
  }
})

test('another site may frame one contest, but not the whole page', async (t) => {
  const server = await startServer({
    definition: openElectionFile({ title: 'A <vote> & "more"' }),
    roll: rollOf(6),
  })
  t.after(() => server.stop())
  for (const [i, key] of server.keys.entries()) await vote(server.url, key, i % 3 ? 'ada' : 'grace')
  const { page, faults } = await open(t, server.url)
  await page.locator('.take-away summary').focus()
  await page.keyboard.press('Enter')
  const code = await page.getByLabel('Put the live count on your own site:').inputValue()
  assert.equal(
    code,
    `<iframe src="${server.url}/e/test-election/results?embed=mayor" ` +
      'title="A &#60;vote&#62; &#38; &#34;more&#34;: Mayor" ' +
      'width="100%" height="531" loading="lazy" style="border:0"></iframe>',
  )
  await sound(page, faults, 'with the code to embed')
  await screenshot(page, 'dashboard-take-away')

  const blog = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`<!doctype html><html lang="en"><title>A blog</title><main><h1>News</h1>${code}
      <iframe id="whole" title="whole" src="${server.url}/"></iframe></main></html>`)
  })
  await new Promise<void>((resolve) => blog.listen(0, '127.0.0.1', resolve))
  t.after(() => blog.close())
  // With another host name, so that it is another site and not only another origin.
  const context = await browser.newContext({ viewport: SIZES.desk, locale: 'en-GB' })
  t.after(() => context.close())
  const other = await context.newPage()
  await other.goto(`http://localhost:${(blog.address() as AddressInfo).port}/`)
  const framed = other.frameLocator('iframe').first()
  await framed.locator('[data-option=ada] td.number').first().filter({ hasText: /^4$/ }).waitFor()
  assert.equal(await framed.locator('button, input').count(), 0)
  assert.equal(await other.frameLocator('#whole').locator('[data-figure]').count(), 0)
  await screenshot(other, 'dashboard-embedded')
})

test('an embedded contest is the first or by id; an unknown id or no result shows a message', async (t) => {
  const server = await fake(t, large())
  const hidden = await fake(t, { ...large(), contests: null, blank: null })
  for (const [url, text] of [
    [`${server.url}/?embed=mayor`, 'Mayor'],
    [`${server.url}/?embed`, 'Council chair'],
    [`${server.url}/?embed=%3Cscript%3E`, 'There is no such contest in this election.'],
    [`${hidden.url}/?embed=mayor&theme=dark`, 'The count is shown after the close'],
  ] as const)
    for (const viewport of [SIZES.phone, { width: 640, height: 480 }]) {
      const { page, faults } = await open(t, url, { viewport })
      await page.getByText(text).first().waitFor()
      assert.equal((await page.locator('section.contest').count()) <= 1, true)
      await sound(page, faults, `${url} ${viewport.width}`)
      if (url.endsWith('mayor')) await screenshot(page, `dashboard-embed-${viewport.width}`)
    }
})

test('a stream that was cut and resumed without new numbers is live again', async (t) => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(2) })
  t.after(() => server.stop())
  const line = await breakableLine(Number(new URL(server.url).port))
  t.after(() => line.stop())
  const { page } = await open(t, line.url)
  await figure(page, 'cast').filter({ hasText: /^0$/ }).waitFor()
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/results/stream')) asked.push(request.url())
  })
  line.cut()
  const lost = page.getByText('Connection lost')
  await lost.waitFor()
  line.mend()
  await lost.waitFor({ state: 'hidden' })
  assert.match(asked.at(-1)!, /\/stream\?deltas=1&last=[\w.]{8}-\d+$/)
  await vote(server.url, server.keys[0]!, 'ada')
  await figure(page, 'cast').filter({ hasText: /^1$/ }).waitFor()
})

/** Starts a proxy that a test can cut and mend. */
async function breakableLine(port: number) {
  const ends = new Set<Socket>()
  let whole = true
  const relay = createRelay((near) => {
    if (!whole) return near.destroy()
    const far = connect({ host: '127.0.0.1', port })
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(end)
      end.on('error', () => {})
      end.on('close', () => {
        ends.delete(end)
        other.destroy()
      })
    }
    return near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    whole = false
    for (const end of ends) end.destroy()
  }
  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    cut,
    mend: () => {
      whole = true
    },
    stop: () => {
      cut()
      relay.close()
    },
  }
}

test('a chart is saved as SVG and PNG as shown, with names as text and no external image', async (t) => {
  const snapshot = madeUpSnapshot([500, 400, 99, 1])
  const names = ['</text><script>alert(1)</script>', 'Grace & "Hopper"', 'أمل', 'L'.repeat(200)]
  const [council] = snapshot.contests!
  const hostile = {
    ...snapshot,
    election: { ...snapshot.election, simulated: true },
    contests: [
      { ...council!, options: council!.options.map((option, i) => ({ ...option, name: names[i]! })) },
    ],
  }
  const server = await fake(t, hostile)
  const { page, faults } = await open(t, server.url, { colorScheme: 'dark' })
  await page.locator('.take-away summary').click()
  const saved = async (panel: string, name: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator(panel).getByRole('button', { name, exact: true }).click(),
    ])
    const path = (await download.path())!
    return { name: download.suggestedFilename(), bytes: readFileSync(path) }
  }
  for (const [panel, file] of [
    ['.contest', 'made-up-council'],
    ['.turnout', 'made-up-turnout'],
  ] as const) {
    const svg = await saved(panel, 'SVG')
    assert.equal(svg.name, `${file}.svg`)
    const text = svg.bytes.toString()
    assert.match(text, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="1000"/)
    assert.ok(!text.includes('<script'), 'a name is text')
    assert.match(text, /Simulated votes/)
    const sound = await page.evaluate(`
      new DOMParser().parseFromString(${JSON.stringify(text)}, 'image/svg+xml')
        .querySelector('parsererror') === null
    `)
    assert.ok(sound)
    if (panel === '.contest') assert.ok(text.includes('&#38; &#34;Hopper&#34;') && text.includes('أمل'))
    const png = await saved(panel, 'PNG')
    assert.equal(png.name, `${file}.png`)
    assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG')
    assert.equal(png.bytes.readUInt32BE(16), 2000, 'twice the size')
    keepPicture(`dashboard-picture-${file}`, png.bytes)
  }
  assert.deepEqual(faults, [])
})

test('the dashboard is readable in Spanish and Arabic, in both text directions, at every size', async (t) => {
  const server = await fake(t, { ...large(), phase: 'open' }, historyOf(large()))
  for (const [locale, text, dir] of [
    ['es-MX', 'La votación está abierta', 'ltr'],
    ['ar', 'التصويت مفتوح', 'rtl'],
  ] as const)
    for (const [size, viewport] of Object.entries(SIZES)) {
      const colorScheme = size === 'phone' ? 'dark' : 'light'
      const { page, faults } = await open(t, server.url, { locale, viewport, colorScheme })
      await page.getByText(text).first().waitFor()
      assert.equal(await page.evaluate('document.documentElement.dir'), dir)
      await sound(page, faults, `${locale} ${size}`)
      await screenshot(page, `dashboard-${locale}-${size}`)
      await page.getByRole('slider').focus()
      await page.keyboard.press('PageDown')
      await page.locator('.status.held').waitFor()
      await sound(page, faults, `${locale} ${size}, looking back`)
    }
  const { page, faults } = await open(t, `${server.url}/?lang=ar&kiosk=1&theme=dark`, {
    viewport: SIZES.projector,
  })
  await page.getByRole('heading', { level: 2 }).first().waitFor()
  assert.equal(await page.evaluate('document.documentElement.lang'), 'ar')
  await sound(page, faults, 'a wall in Arabic')
  await screenshot(page, 'dashboard-ar-wall')
})

test('the printed dashboard is light, has no controls and loses no content', async (t) => {
  const server = await fake(t, large())
  const { page } = await open(t, server.url, { colorScheme: 'dark' })
  await figure(page, 'cast').waitFor()
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.locator(':is(button, input, summary):visible:not(th button)').count(), 0)
  assert.equal(await page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(255, 255, 255)')
  await screenshot(page, 'dashboard-print')
})
