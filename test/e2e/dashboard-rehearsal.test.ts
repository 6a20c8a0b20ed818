/**
 * A browser watches a rehearsal: thousands of districts arrive, and the page stays smooth.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import type { ResultsSnapshot } from '../../src/core/status/snapshot.ts'
import { MAIN } from '../server.ts'
import { COUNTIES, sharedFile, withoutShared } from '../shared.ts'
import { accessibilityFaults, becomes, launchBrowser, openPage, screenshot } from './browser.ts'

/** Generous, because the same machine also runs the server and casts the ballots. */
const LONGEST_TASK_MS = 400
const PUBLISHED = sharedFile(COUNTIES)

let browser: Browser
before(async () => {
  browser = await launchBrowser()
})
after(() => browser?.close())

interface Rehearsed {
  readonly equal: boolean
  readonly districts: number
  readonly ballots: number
  readonly totals: readonly { readonly name: string; readonly votes: number }[]
}

async function watch(t: TestContext, file: string, scale: number, rate: number, name: string): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'elections-test-'))
  const args = [
    'rehearse',
    file,
    '--data',
    join(dir, 'data'),
    '--scale',
    String(scale),
    '--rate',
    String(rate),
  ]
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...args, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, LOG_LEVEL: 'warn' },
  })
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]()
  t.after(async () => {
    try {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      assert.deepEqual(await ended, [0, null], 'Ctrl-C ends it with exit code 0')
    } finally {
      // Not before: the server still writes into it.
      rmSync(dir, { recursive: true, force: true })
    }
  })
  const line = async () => JSON.parse((await lines.next()).value as string)
  const { url } = await line()
  const { page, faults, close } = await openPage(
    browser,
    url,
    { viewport: { width: 1280, height: 900 } },
    (page) =>
      page.addInitScript(`
      globalThis.tasks = []
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)))
        .observe({ type: 'longtask', buffered: true })
    `),
  )
  t.after(close)
  const rehearsed = (await line()) as Rehearsed
  assert.equal(rehearsed.equal, true)
  const cast = page.locator('[data-figure=cast] .number')
  await cast.filter({ hasText: new RegExp(`^${rehearsed.ballots.toLocaleString('en')}$`) }).waitFor()
  await page.getByText('Simulated votes').waitFor()
  for (const { votes } of rehearsed.totals.slice(0, 12))
    await page
      .locator('[data-option] td.number')
      .filter({ hasText: new RegExp(`^${votes.toLocaleString('en')}$`) })
      .first()
      .waitFor()
  const tasks = (await page.evaluate('tasks')) as number[]
  const longest = Math.max(0, ...tasks)
  t.diagnostic(
    `${rehearsed.districts} districts: ${tasks.length} tasks over 50 ms, ` +
      `the longest ${longest.toFixed(0)} ms`,
  )
  assert.ok(longest < LONGEST_TASK_MS, `the longest task took ${longest} ms`)
  const { contests } = (await (await fetch(`${url}/results`)).json()) as ResultsSnapshot
  assert.deepEqual(
    contests![0]!.options.map(({ name, votes }) => ({ name, votes })),
    rehearsed.totals,
  )
  assert.deepEqual(await accessibilityFaults(page), [])
  assert.deepEqual(faults, [])
  await screenshot(page, name)
}

test('with 3,000 districts and 20 options every number on the page equals the file’s', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'elections-test-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const file = join(dir, 'made-up.csv')
  const rows = Array.from({ length: 3_000 * 20 }, (_, i) => {
    const district = Math.floor(i / 20)
    return `County ${district + 1},Candidate ${(i % 20) + 1},${(district * 7 + (i % 20) * 3) % 4}`
  })
  writeFileSync(file, `district,candidate,votes\n${rows.join('\n')}\n`)
  await watch(t, file, 1, 15_000, 'dashboard-rehearsal-made-up')
})

test('the dashboard follows the presidential result of 2020 as it arrives, one vote for a thousand', {
  skip: withoutShared(COUNTIES),
}, async (t) => {
  await watch(t, PUBLISHED, 1_000, 25_000, 'dashboard-rehearsal-2020')
  // Compared with the file: the test adds up the same rounded numbers.
  const totals = new Map<string, number>()
  for (const row of readFileSync(PUBLISHED, 'utf8').trim().split(/\r?\n/).slice(1)) {
    const [, candidate, votes] = /^.*,([^,]*),(\d+)$/.exec(row) as unknown as [string, string, string]
    totals.set(candidate, (totals.get(candidate) ?? 0) + Math.floor(Number(votes) / 1_000 + 0.5))
  }
  assert.deepEqual([...totals.values()], [81_233, 74_206, 2_685])
})

const COUNTY_MAP = fileURLToPath(new URL('../../scripts/us-county-map.js', import.meta.url))

test('the result is shown on a county map, matched by name, and the page lists counties without a match', {
  skip: withoutShared(COUNTIES),
}, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'elections-test-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const map = join(dir, 'map.json')
  const said = execFileSync(process.execPath, [COUNTY_MAP, PUBLISHED, map], { encoding: 'utf8' })
  assert.match(said, /^3112 of 3152 districts have an area/)
  assert.match(said, /Districts without an area \(40\): Alaska \/ District 1; /)
  const args = ['rehearse', PUBLISHED, '--data', join(dir, 'data'), '--scale', '5000', '--map', map]
  const child = spawn(process.execPath, [MAIN, ...args, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LOG_LEVEL: 'warn' },
  })
  t.after(async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  })
  let warned = ''
  child.stderr.on('data', (text) => {
    warned += text
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const { url } = JSON.parse((await lines.next()).value as string)
  const viewport = { width: 1280, height: 1000 }
  const { page, faults, close } = await openPage(browser, url, { viewport })
  t.after(close)
  assert.equal((JSON.parse((await lines.next()).value as string) as Rehearsed).equal, true)
  assert.match(warned, /has no area for Alaska \/ District 1, .* and 35 more/)
  await page.getByText('40 districts are not on the map').waitFor()
  await page
    .locator('[data-figure=cast] .number')
    .filter({ hasText: /^3\d,\d{3}$/ })
    .waitFor()
  const led =
    `[...document.querySelectorAll('.map [data-area]')]` +
    `.filter((area) => area.style.fill.startsWith('rgb')).length`
  await becomes(page, `${led} > 1500`)
  assert.equal(await page.locator('.map [data-area]').count(), 3_142)
  assert.deepEqual(await accessibilityFaults(page), [])
  assert.deepEqual(faults, [])
  await page.locator('.map').scrollIntoViewIfNeeded()
  await screenshot(page, 'dashboard-rehearsal-2020-map')
})
