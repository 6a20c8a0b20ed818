/**
 * The verifier page in a real Chromium: public logs of a real server, and changed logs on other
 * servers.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { FindingCode } from '../../src/core/verify/finding.ts'
import { ar } from '../../src/web/verifier/strings/ar.ts'
import { en } from '../../src/web/verifier/strings/en.ts'
import { es } from '../../src/web/verifier/strings/es.ts'
import {
  type Attack,
  BALLOT_ATTACKS,
  CHECKPOINT_ATTACKS,
  FILE_ATTACKS,
  honest,
  OPERATOR_ATTACKS,
  RECEIPT_ATTACKS,
} from '../log/attacks.ts'
import { CERTIFICATION_ATTACKS, wellCertified } from '../log/certification-attacks.ts'
import { AFTERWARDS_MS, cityLog, DURING_MS, filesOf } from '../log/honest-log.ts'
import { type Files, leafHash, logKey, receipts, trackerOf } from '../log/log-bytes.ts'
import { inFiveMinutes, putForward } from '../moved-clock.ts'
import { openElectionFile, rollOf, runCli, startServer, type TestServer, vote } from '../server.ts'
import { accessibilityFaults, becomes, launchBrowser, openPage, screenshot, type Watched } from './browser.ts'
import { type ServedLog, serveLog } from './served-log.ts'

const PHONE = { width: 360, height: 800 }
const DESK = { width: 1280, height: 900 }
const PROJECTOR = { width: 1920, height: 1080 }
const LOG = cityLog({ ballots: 3000 })
/** Later than everything that a test does: the page's clock stands still at this time. */
const PAGE_AHEAD_MS = 300_000

let browser: Browser
/** Open till 2099; three voters have voted. */
let server: TestServer
/** The first voter's receipt, for Ada, as the server answered it. */
let receipt: string

before(async () => {
  const page = fileURLToPath(new URL('../../dist/web/verifier/index.html', import.meta.url))
  assert.ok(existsSync(page), 'the pages are not built: npm run build')
  browser = await launchBrowser()
  server = await startServer({
    definition: openElectionFile(),
    roll: rollOf(40),
    args: ['--publish-every', '0.2'],
  })
  receipt = await (await vote(server.url, server.keys[0]!, 'ada')).text()
  for (const key of server.keys.slice(1, 3)) assert.equal((await vote(server.url, key, 'grace')).status, 201)
  await published(server, (JSON.parse(receipt) as { tracker: string }).tracker)
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

async function published({ url }: TestServer, tracker: string): Promise<void> {
  const untilMs = Date.now() + 20_000
  while (!(await fetch(`${url}/log/proof/${tracker}`)).ok) {
    assert.ok(Date.now() < untilMs, 'the ballot was not published')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function open(
  t: TestContext,
  url = `${server.url}/e/test-election/verify`,
  options: BrowserContextOptions = {},
  prepare?: (page: Page) => Promise<unknown>,
): Promise<Watched> {
  const watched = await openPage(browser, url, { viewport: DESK, ...options }, prepare)
  t.after(() => watched.close())
  return watched
}

/** A page at the address of another server's log, at a time when the city's election is over. */
async function openAt(t: TestContext, log: ServedLog, nowMs = AFTERWARDS_MS): Promise<Watched> {
  const watched = await open(t, undefined, {}, (page) => page.clock.setFixedTime(nowMs))
  await watched.page.getByLabel(en.otherLog).check()
  await watched.page.getByLabel(en.address, { exact: true }).fill(log.url)
  return watched
}

/** Faults except the 404 of a file that does not exist yet, and requests to the other server. */
const own = (faults: readonly string[]) =>
  faults.filter((fault) => !/Failed to load resource|^request: http:\/\/127\.0\.0\.1/.test(fault))

/** The verdict about the log; the verdict about a ballot comes before it. */
const verdictOn = (page: Page) => page.locator('.verdict').getByRole('heading')
async function at(page: Page, title: string, timeout = 30_000): Promise<void> {
  await page.getByRole('heading', { name: title, exact: true }).waitFor({ timeout })
}
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
async function check(page: Page, verdict: string): Promise<void> {
  await press(page, en.start)
  await at(page, verdict)
}
/** Checks again, and waits for the new verdict. */
async function again(page: Page, verdict?: string): Promise<void> {
  await page.evaluate(`document.querySelector('.verdict').dataset.old = ''`)
  await press(page, en.again)
  await page.locator('.verdict:not([data-old])').waitFor({ timeout: 30_000 })
  if (verdict !== undefined) assert.equal(await verdictOn(page).textContent(), verdict)
}
const enter = (page: Page, text: string) => page.getByLabel(en.receipt, { exact: true }).fill(text)
/**
 * Waits for the receipt's field. It polls from outside, because the page's policy forbids code from
 * text.
 */
async function holds(page: Page, isSo: (text: string) => boolean): Promise<void> {
  const untilMs = Date.now() + 20_000
  while (!isSo(await page.getByLabel(en.receipt, { exact: true }).inputValue())) {
    assert.ok(Date.now() < untilMs, 'the field stayed empty')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
/** Waits until the element with this id has the focus. */
const focusOn = (page: Page, id: string) => becomes(page, `document.activeElement.id === '${id}'`)
const countOf = (page: Page, name: string) => page.locator(`[data-check=${name}] td.number`).textContent()
async function findingsOn(page: Page): Promise<string[]> {
  const all = await page.evaluate(
    `[...document.querySelectorAll('[data-finding]')]` +
      `.map((item) => item.dataset.finding + '|' + item.firstChild.textContent)`,
  )
  return [...new Set(all as string[])].sort()
}
const withWords = (codes: readonly FindingCode[], words = en.findings) =>
  codes.map((code) => `${code}|${words[code]}`).sort()

async function saved(page: Page, button: string): Promise<Record<string, unknown>> {
  const [download] = await Promise.all([page.waitForEvent('download'), press(page, button)])
  return JSON.parse(await readFile(await download.path(), 'utf8')) as Record<string, unknown>
}

async function sound(page: Page, name: string): Promise<void> {
  assert.deepEqual(await accessibilityFaults(page), [], name)
  const wider = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number
  assert.ok(wider <= 0, `${name}: ${wider} px wider than the screen`)
  await screenshot(page, `verifier-${name}`)
}

function folderOf(t: TestContext, files: Files): string {
  const dir = mkdtempSync(join(tmpdir(), 'verifier-log-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  for (const [path, bytes] of files) {
    const file = join(dir, 'city', 'log', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  }
  writeFileSync(join(dir, 'city', 'results.json'), LOG.result)
  return join(dir, 'city')
}

test('a server’s public log verifies before and after the close; a ballot shows on request', async (t) => {
  const closesAtMs = inFiveMinutes()
  const clock = putForward()
  const closing = await startServer({
    definition: openElectionFile({ closes_at: new Date(closesAtMs).toISOString() }),
    roll: rollOf(20),
    args: ['--publish-every', '0.2'],
    env: clock.env,
  })
  t.after(() => closing.stop())
  const given = await (await vote(closing.url, closing.keys[0]!, 'ada')).text()
  for (const key of closing.keys.slice(1, 9)) assert.equal((await vote(closing.url, key, 'alan')).status, 201)
  const { tracker } = JSON.parse(given) as { tracker: string }
  await published(closing, tracker)

  const watched = await open(t, `${closing.url}/e/test-election/verify#${tracker}`)
  const { page } = watched
  assert.equal(page.url(), `${closing.url}/e/test-election/verify`)
  assert.equal(await page.getByLabel(en.receipt, { exact: true }).inputValue(), tracker)
  await page.getByText('Test election').waitFor()
  await sound(page, 'form')
  await enter(page, given)
  await check(page, en.verdictTrust)
  assert.equal(await countOf(page, 'ballots'), '9')
  assert.match((await page.locator('[data-receipt=published]').textContent())!, /Your ballot is in the log/)
  assert.match((await page.locator('main').textContent())!, /promise is signed with the log’s key/)
  assert.ok(await page.getByText(en.notChecked['voting-open']).isVisible())
  // Others may see the screen, so it does not show the choices.
  assert.equal(await page.locator('.ballot').getByText('Ada Lovelace').isVisible(), false)
  await sound(page, 'so-far')
  await page.getByText(en.showBallot).click()
  assert.ok(await page.locator('.ballot').getByText('Ada Lovelace').isVisible())
  assert.ok(await page.getByText(en.showSecret).isVisible())
  await sound(page, 'ballot')
  // People pass reports on.
  const report = await saved(page, en.saveReport)
  assert.ok(!JSON.stringify(report).includes(tracker))
  assert.equal(report.ballots, 9)

  clock.to(closesAtMs)
  await page.clock.setFixedTime(clock.nowMs() + PAGE_AHEAD_MS)
  const untilMs = Date.now() + 60_000
  while (!(await (await fetch(`${closing.url}/results`)).text()).includes('"phase":"closed"')) {
    assert.ok(Date.now() < untilMs)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  do {
    assert.ok(Date.now() < untilMs, 'the log was not closed')
    await again(page)
    // While the log is open the verdict can be the same, but without a word about the result.
  } while (!(await page.getByText(en.saysResult).isVisible()))
  assert.equal(await verdictOn(page).textContent(), en.verdictTrust)
  assert.equal(await countOf(page, 'result'), '1')
  assert.ok(Number(await countOf(page, 'history')) >= 1)
  assert.ok(await page.getByText(en.notCertified).isVisible())
  await sound(page, 'verified')

  const certify = await runCli(['certify', '--data', closing.dataDir, '--json'], clock.env)
  assert.equal(certify.code, 0, certify.stderr)
  await again(page, en.verdictTrust)
  assert.equal(await countOf(page, 'certification'), '1')
  assert.match((await page.locator('.verdict').textContent())!, /Certified on .* by digital-elections \d/)
  const certified = await saved(page, en.saveReport)
  const { at } = JSON.parse(certify.stdout) as { at: string }
  assert.deepEqual([(certified.certification as { at: string }).at, certified.verified], [at, true])
  assert.deepEqual(own(watched.faults), [])
})

test('a verdict names the key, what no check can show, and its count beside the published one', async (t) => {
  const log = await serveLog(t, honest(LOG).files)
  log.result = Buffer.from(LOG.result)
  const { page, faults } = await openAt(t, log)
  await check(page, en.verdictTrust)
  await page.getByText(en.trustGenesis).waitFor()
  assert.ok((await page.locator('.verdict').textContent())!.includes(LOG.key.vkey))
  assert.equal(await page.locator('.verdict.good').count(), 0)
  for (const line of en.notShown) assert.ok(await page.getByText(line).isVisible())
  const published = JSON.parse(Buffer.from(LOG.result).toString()) as {
    contests: { options: { votes: number }[] }[]
  }
  const votes = published.contests.flatMap(({ options }) => options.map((each) => each.votes))
  const numbers = await page.locator('.totals tbody td').allTextContents()
  assert.deepEqual(
    numbers.map((text) => Number(text.replaceAll(',', ''))),
    votes.flatMap((n) => [n, n]),
  )
  const changes = await page.locator('[data-amendment]').allTextContents()
  assert.equal(changes.length, 2)
  assert.match(changes[0]!, /voters were added. From then on there were [\d,]+ keys/)
  assert.match(changes[1]!, /the end of voting was moved to .* 2026/)
  for (const [name, viewport, colorScheme, lang] of [
    ['phone', PHONE, 'light', 'en'],
    ['desk-dark', DESK, 'dark', 'en'],
    ['phone-ar', PHONE, 'dark', 'ar'],
    ['desk-es', DESK, 'light', 'es'],
  ] as const) {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    await page.locator('header select').selectOption(lang)
    await page.locator(`html[lang=${lang}]`).waitFor()
    await sound(page, `on-trust-${name}`)
  }
  await page.locator('header select').selectOption('en')

  // The same page again: a remembered key is not a confirmed one.
  await again(page, en.verdictTrust)
  await page.getByText(en.trustMemory).waitFor()
  // A key in the organiser's link is confirmed.
  await page.evaluate(`location.hash = '#key=' + encodeURIComponent(${JSON.stringify(LOG.key.vkey)})`)
  await again(page, en.verdictClosed)
  assert.equal(await page.locator('.verdict.good').count(), 1)
  // The verdict is green because of a link, which anybody can write: the page says so and shows the
  // key to compare.
  await page.getByText(en.keyOfLink).waitFor()
  assert.equal(await page.locator('.verdict .code').textContent(), LOG.key.vkey)
  assert.ok(await page.getByText(en.notShown[0]!).isVisible(), 'also below a good verdict')
  await sound(page, 'vouched-for')

  // The report as a page says the same, and can be printed.
  const [download] = await Promise.all([page.waitForEvent('download'), press(page, en.savePage)])
  const kept = await readFile(await download.path(), 'utf8')
  for (const words of [en.verdictClosed, en.notShown[1]!, en.totalsTitle])
    assert.ok(kept.includes(words), words)
  assert.doesNotMatch(kept, /<script|<button/)
  const pdf = await page.pdf({ format: 'A4' })
  assert.ok(pdf.length > 10_000)

  // A link with another key accuses this log, but is not confirmed either.
  const other = logKey(LOG.key.name, 'another key')
  await page.evaluate(`location.hash = '#key=' + encodeURIComponent(${JSON.stringify(other.vkey)})`)
  await again(page, en.verdictWrong)
  await page.getByText(en.keyOfLink).waitFor()
  await page.evaluate(`location.hash = '#key=' + encodeURIComponent(${JSON.stringify(LOG.key.vkey)})`)
  await again(page, en.verdictClosed)

  log.result = Buffer.from(
    Buffer.from(LOG.result)
      .toString()
      .replace(/"votes":(\d+)/, (_, n) => `"votes":${Number(n) + 7}`),
  )
  await again(page, en.verdictWrong)
  await page.getByText(en.notShownWrong).waitFor()
  assert.equal(await page.locator('.totals tr.wrong').count(), 1)
  await sound(page, 'totals-differ')
  assert.deepEqual(own(faults), [])
})

test('a ballot is looked up by its proof, and an invalid or missing proof is reported', async (t) => {
  const { page, faults } = await open(t, undefined, { viewport: PHONE })
  const requests: string[] = []
  page.on('request', (request) => requests.push(new URL(request.url()).pathname))
  const { tracker } = JSON.parse(receipt) as { tracker: string }
  await enter(page, receipt)
  await page.getByText(en.lookUpHint).waitFor()
  await press(page, en.lookUp)
  await page.locator('[data-looked-up=in]').waitFor()
  assert.match((await page.locator('.ballot').textContent())!, /it is entry \d/)
  assert.equal(await page.locator('.ballot.trust').count(), 1, 'green only with a key from outside')
  assert.ok(!requests.some((path) => path.includes('/tile/')), 'no tile was read')
  await sound(page, 'looked-up')
  const { key } = (await (await fetch(`${server.url}/elections/test-election/log/genesis.json`)).json()) as {
    key?: string
  }
  const text = await page.locator('.ballot .code').textContent()
  if (key !== undefined) assert.equal(text, key)
  await press(page, en.other)
  await page.evaluate(`location.hash = '#key=' + encodeURIComponent(${JSON.stringify(text)})`)
  await press(page, en.lookUp)
  await page.locator('[data-looked-up=in].good').waitFor()
  await press(page, en.lookedUpWhole)
  await at(page, en.verdictSoFar)
  await press(page, en.other)
  // Another ballot's proof, and a missing one.
  const proof = await (await fetch(`${server.url}/elections/test-election/log/proof/${tracker}`)).text()
  await enter(page, 'A'.repeat(43))
  await press(page, en.lookUp)
  await page.locator('[data-looked-up=no-proof]').waitFor()
  await press(page, en.other)
  await page.route('**/log/proof/**', (route) => route.fulfill({ body: proof, contentType: 'text/plain' }))
  await press(page, en.lookUp)
  await page.locator('[data-looked-up=unproved]').waitFor()
  await sound(page, 'looked-up-unproved')
  assert.deepEqual(own(faults), [])
})

test('if results come after the close, no ballot is public before; its receipt verifies later', async (t) => {
  const later = await startServer({
    definition: openElectionFile({ results: 'after-close' }),
    roll: rollOf(20),
    args: ['--publish-every', '0.2'],
  })
  t.after(() => later.stop())
  const answers = []
  for (const key of later.keys.slice(0, 3)) answers.push(await (await vote(later.url, key, 'ada')).text())
  const { page, faults } = await open(t, `${later.url}/verify`)
  await enter(page, answers[0]!)
  await check(page, en.verdictTrust)
  assert.ok(await page.getByText(en.saysOpen).isVisible())
  assert.match((await page.locator('[data-receipt=not-yet-due]').textContent())!, /need not be/)
  assert.deepEqual(own(faults), [])
})

test('in a log of version 1 before the close, fingerprints are checked, and the page says so', async (t) => {
  const hidden = cityLog({ ballots: 300, changes: { results: 'after-close' } })
  const size = hidden.published[1]!
  const files = filesOf(hidden, hidden.entries.slice(0, size))
  for (const path of files.keys()) if (path.startsWith('tile/entries/')) files.delete(path)
  const { page, faults } = await openAt(t, await serveLog(t, files), DURING_MS)
  await enter(page, trackerOf(hidden.entries[5]!))
  await check(page, en.verdictTrust)
  assert.ok(await page.getByText(en.saysHeldBack).isVisible())
  assert.ok(await page.getByText(en.notChecked['entries-held']).isVisible())
  assert.match((await page.locator('[data-receipt=published]').textContent())!, /published after the close/)
  assert.equal(await page.getByText(en.showBallot).count(), 0)
  assert.deepEqual(own(faults), [])
})

const NAMED = [
  'a byte of an entry flipped',
  'an interior tile too narrow',
  'an entry bundle truncated',
  'the published result edited',
  'the checkpoint signed by another key of the same name',
  'a ballot copied, everything rebuilt',
  'more ballots of a district than its keys',
  'a result that fits the close, but not the ballots',
  'a ballot after the close',
  'an overvote',
]

test(`each of ${NAMED.length} changes to a public log is named in words`, async (t) => {
  const log = await serveLog(t, honest(LOG).files)
  log.result = Buffer.from(LOG.result)
  const { page, faults } = await openAt(t, log)
  await check(page, en.verdictTrust)
  assert.equal(await countOf(page, 'ballots'), '3,000')
  assert.deepEqual(await findingsOn(page), [])
  await page.getByText(en.details).click()
  await sound(page, 'details')
  const all: readonly Attack[] = [
    ...FILE_ATTACKS,
    ...CHECKPOINT_ATTACKS,
    ...OPERATOR_ATTACKS,
    ...BALLOT_ATTACKS,
  ]
  for (const name of NAMED) {
    const { scene, finds } = all.find((each) => each.name === name)!
    const { files, input } = scene(LOG)
    await page.evaluate('localStorage.clear()')
    log.files = files
    log.result = (input.result as Uint8Array | undefined) ?? null
    await again(page, en.verdictWrong)
    // The next test covers what only earlier checkpoints reveal.
    const given = finds.filter(
      (code) => !['rollback', 'rewritten', 'split-view', 'seen-signature'].includes(code),
    )
    assert.deepEqual(await findingsOn(page), withWords(given), name)
    assert.equal(await page.evaluate('localStorage.length'), 0, 'a log that is wrong is not remembered')
  }
  await sound(page, 'wrong')
  assert.deepEqual(own(faults), [])
})

const FORGED = [
  'votes edited by a person without the key',
  'signed by another key of the same name',
  'other votes, signed',
  'another title, signed',
  'of another tree of the same log',
  'of another election, under the same key',
  'of another result than the close commits to',
  'dated before the close',
  'the JSON with spaces and line breaks',
  'lists in lists, a million deep',
]

test(`each language shows a certification’s time and key and names ${FORGED.length} forgeries`, async (t) => {
  const log = await serveLog(t, wellCertified(LOG).files)
  log.result = Buffer.from(LOG.result)
  const { page, faults } = await openAt(t, log)
  await check(page, en.verdictTrust)
  assert.equal(await countOf(page, 'certification'), '1')
  const time = '2 Mar 2026, 13:00 CET'
  assert.ok(await page.getByText(en.certified(time, 'digital-elections 0.1.0')).isVisible())
  for (const viewport of [DESK, PHONE]) {
    await page.setViewportSize(viewport)
    for (const strings of [es, ar, en]) {
      await page.locator('header select').selectOption(strings.lang)
      await at(page, strings.verdictTrust)
      assert.match((await page.locator('.verdict').textContent())!, /digital-elections 0\.1\.0/)
      await sound(page, `certified-${strings.lang}-${viewport.width}`)
    }
  }
  for (const name of FORGED) {
    const { scene, finds } = CERTIFICATION_ATTACKS.find((each) => each.name === name)!
    log.files = scene(LOG).files
    await again(page, en.verdictWrong)
    assert.deepEqual(await findingsOn(page), withWords(finds), name)
    assert.doesNotMatch((await page.locator('.verdict').textContent())!, /ertified/)
  }
  await sound(page, 'certification-forged')
  log.files = honest(LOG).files
  await again(page, en.verdictTrust)
  assert.ok(await page.getByText(en.notCertified).isVisible())
  assert.deepEqual(own(faults), [])
})

test('the verifier remembers logs: it shows one cut or rewritten; another key is another log', async (t) => {
  const log = await serveLog(t, honest(LOG).files)
  log.result = Buffer.from(LOG.result)
  const { page } = await openAt(t, log)
  await check(page, en.verdictTrust)
  const cut = LOG.published.at(-3)!
  log.files = filesOf(LOG, LOG.entries.slice(0, cut))
  await again(page, en.verdictWrong)
  assert.deepEqual(await findingsOn(page), withWords(['rollback']))
  const evidence = await saved(page, en.saveEvidence)
  assert.match(String(evidence.checkpoint), new RegExp(`\\n${cut}\\n`))
  const [before_] = evidence.seenBefore as { note: string }[]
  assert.match(before_!.note, new RegExp(`\\n${LOG.entries.length}\\n`))
  assert.equal(evidence.key, LOG.key.vkey)

  const rewritten = OPERATOR_ATTACKS.find(({ name }) => name.startsWith('two ballots swapped'))!.scene(LOG)
  log.files = rewritten.files
  await again(page, en.verdictWrong)
  assert.deepEqual(await findingsOn(page), withWords(['split-view']))

  const other = logKey(LOG.key.name, 'another key')
  log.files = filesOf(LOG, LOG.entries.with(0, LOG.entries[0]!.replace(LOG.key.vkey, other.vkey)), other)
  await again(page, en.verdictTrust)
  await page.getByText(en.notChecked.namesake).waitFor()
  // The two logs are independent: the page still remembers the first one.
  log.files = rewritten.files
  await again(page, en.verdictWrong)
  assert.deepEqual(await findingsOn(page), withWords(['split-view']))
  // A person who knows the reason can make the page forget the log.
  await page.getByText(en.details).click()
  await press(page, en.forget)
  await again(page, en.verdictTrust)
})

test('good, early, broken, foreign, forged and unknown receipts, and other files, are named', async (t) => {
  const log = await serveLog(t, honest(LOG).files)
  log.result = Buffer.from(LOG.result)
  const { page, faults } = await openAt(t, log)
  const says = async (text: string, verdict: string) => {
    await enter(page, text)
    await press(page, en.start)
    await page.locator(`[data-receipt=${verdict}]`).waitFor({ timeout: 30_000 })
    const title = await verdictOn(page).textContent()
    await press(page, en.other)
    return title
  }
  assert.equal(await says(LOG.receipts[1]!, 'published'), en.verdictTrust)
  // Another log's receipt, or a typing error, is no evidence against this log.
  const sceneOf = (start: string) => RECEIPT_ATTACKS.find(({ name }) => name.startsWith(start))!.scene(LOG)
  const textOf = (start: string) => sceneOf(start).input.receipts![0]!
  assert.equal(await says(textOf('a receipt of another log'), 'other-log'), en.verdictTrust)
  assert.equal(await says(textOf('a receipt’s promise signed by'), 'forged'), en.verdictTrust)
  assert.equal(await says(textOf('a tracker that no entry has'), 'not-found'), en.verdictTrust)
  for (const nothing of [
    'hello',
    '{"status":"recorded"}',
    `{"tracker":${'['.repeat(5000)}`,
    '<img src=x onerror=alert(1)>',
    '\u202Egnp.exe',
  ]) {
    await enter(page, nothing)
    await press(page, en.start)
    await page.getByRole('alert').getByText(en.failures['bad-receipt']).waitFor()
    await focusOn(page, 'receipt')
  }
  await sound(page, 'bad-receipt')

  const broken = sceneOf('a receipt whose ballot was never published')
  log.files = broken.files
  log.result = (broken.input.result as Uint8Array | undefined) ?? null
  assert.equal(await says(broken.input.receipts![0]!, 'promise-broken'), en.verdictWrong)
  await press(page, en.start)
  await page.locator('[data-receipt=promise-broken]').waitFor()
  await sound(page, 'promise-broken')
  const evidence = await saved(page, en.saveEvidence)
  assert.deepEqual(evidence.receipt, JSON.parse(broken.input.receipts![0]!))
  const report = await saved(page, en.saveReport)
  const { tracker } = JSON.parse(broken.input.receipts![0]!) as { tracker: string }
  assert.ok(!JSON.stringify(report).includes(tracker))
  assert.deepEqual(own(faults), [])
})

test('while voting is open the verifier says that a promise is not due yet', async (t) => {
  const log = await serveLog(t, filesOf(LOG, LOG.entries.slice(0, LOG.published[4]!)))
  const { page } = await openAt(t, log, DURING_MS)
  await enter(page, LOG.receipts.at(-1)!)
  await check(page, en.verdictTrust)
  await page.locator('[data-receipt=not-yet-due]').waitFor()
  await sound(page, 'not-yet-due')
})

test('names and choices of an unknown public log are shown as text even if they have markup', async (t) => {
  const title = '<img src=x onerror=document.title=1> \u202Eevil'
  const hostile = cityLog({ ballots: 40, changes: { title } })
  const key = logKey('example.org/city-2026', 'the log')
  const ballot = hostile.entries.findIndex((entry) => entry.includes('"nonce"'))
  const log = await serveLog(t, filesOf(hostile))
  log.result = Buffer.from(hostile.result)
  const { page, faults } = await openAt(t, log)
  await enter(page, receipts([trackerOf(hostile.entries[ballot]!)], 'city-2026', 2_000_000_000, key)[0]!)
  await check(page, en.verdictTrust)
  assert.equal(await page.locator('.verdict .election').textContent(), title)
  assert.match((await page.locator('[data-receipt=published]').textContent())!, new RegExp(`entry ${ballot}`))
  await page.getByText(en.showBallot).click()
  const said = (await page.locator('.ballot pre').textContent())!
  assert.deepEqual(leafHash(said), leafHash(hostile.entries[ballot]!))
  assert.deepEqual(own(faults), [])
})

test('over plain HTTP, except locally, the page says that it cannot verify and checks nothing', async (t) => {
  // A host name of this machine is like any other for a browser: not secure, and without
  // cryptography.
  const { port } = new URL(server.url)
  const plain = await launchBrowser(['--host-resolver-rules=MAP plain.example 127.0.0.1'])
  t.after(() => plain.close())
  for (const viewport of [PHONE, DESK]) {
    const url = `http://plain.example:${port}/e/test-election/verify`
    const { page, faults, close } = await openPage(plain, url, { viewport })
    await page.getByRole('alert').getByText(en.notSecure).waitFor()
    assert.equal(await page.evaluate('String(globalThis.crypto.subtle)'), 'undefined')
    await enter(page, receipt)
    for (const name of [en.start, en.lookUp])
      assert.ok(await page.getByRole('button', { name, exact: true }).isDisabled(), name)
    assert.deepEqual(await accessibilityFaults(page), [])
    // The server sends a header that a browser obeys only on secure pages.
    assert.deepEqual(
      own(faults).filter((fault) => !/Cross-Origin-Opener-Policy header has been ignored/.test(fault)),
      [],
    )
    await screenshot(page, `verifier-plain-http-${viewport.width}`)
    await close()
  }
})

test('a stopped check ends at once without a verdict, and can be started again', async (t) => {
  const log = await serveLog(t, honest(LOG).files)
  log.result = Buffer.from(LOG.result)
  const { page } = await openAt(t, log)
  log.delayMs = 400
  await press(page, en.start)
  await at(page, en.checkingTitle)
  await page.getByText(/of 3,\d\d\d entries/).waitFor()
  await sound(page, 'checking')
  await press(page, en.stop)
  await at(page, en.title)
  await page.getByText(en.stopped).waitFor()
  const asked = log.asked.length
  log.delayMs = 0
  await check(page, en.verdictTrust)
  assert.ok(log.asked.length > asked)
})

test('a loaded page verifies a folder offline, in every language', async (t) => {
  const folder = folderOf(t, honest(LOG).files)
  const { page } = await open(t, undefined, {}, (page) => page.clock.setFixedTime(AFTERWARDS_MS))
  await page.getByText('Test election').waitFor()
  await page.context().setOffline(true)
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.getByLabel(en.folderLog).check()
  await page.locator('#folder').setInputFiles(folder)
  await page.getByText(/files chosen/).waitFor()
  await enter(page, LOG.receipts[0]!)
  await check(page, en.verdictTrust)
  assert.equal(await countOf(page, 'ballots'), '3,000')
  assert.equal(await countOf(page, 'result'), '1')
  for (const strings of [es, ar]) {
    await page.locator('header select').selectOption(strings.lang)
    await at(page, strings.verdictTrust)
    assert.equal(await page.evaluate('document.documentElement.dir'), strings.dir)
    assert.match(
      (await page.locator('[data-check=ballots] th').textContent())!,
      new RegExp(strings.checks.ballots),
    )
    await sound(page, `verified-${strings.lang}`)
  }
  assert.deepEqual(asked, [])
})

test('a folder without a log, and a missing result, are reported', async (t) => {
  const folder = folderOf(t, new Map([['notes.txt', Buffer.from('x')]]))
  const { page } = await open(t)
  await page.getByLabel(en.folderLog).check()
  await press(page, en.start)
  await page.getByRole('alert').getByText(en.failures['no-log']).waitFor()
  await page.locator('#folder').setInputFiles(folder)
  await press(page, en.start)
  await page.getByRole('alert').getByText(en.failures['no-log']).waitFor()
  await focusOn(page, 'folder')
})

test('a missing, invalid or unreachable address and a wrong key are each reported', async (t) => {
  const log = await serveLog(t, new Map())
  const { page } = await openAt(t, log)
  const fails = async (address: string, words: string) => {
    await page.getByLabel(en.address, { exact: true }).fill(address)
    await press(page, en.start)
    await page.getByRole('alert').getByText(words).waitFor()
  }
  await fails('', en.failures['bad-address'])
  await fails('ftp://example.org', en.failures['bad-address'])
  await fails(log.url, en.failures['no-log'])
  await fails('http://127.0.0.1:9', en.failures.unreachable)
  await page.getByLabel(en.ownLog).check()
  await page.getByText(en.more).click()
  await page.getByLabel(en.key, { exact: true }).fill('nonsense')
  await press(page, en.start)
  await page.getByRole('alert').getByText(en.failures['bad-key']).waitFor()
  await page.getByLabel(en.key, { exact: true }).fill(LOG.key.vkey)
  await check(page, en.verdictWrong)
  assert.deepEqual(await findingsOn(page), withWords(['key-differs', 'origin-differs']))
})

test('the page reads a code from camera or picture, and explains what to do without a camera', async (t) => {
  const { tracker } = JSON.parse(receipt) as { tracker: string }
  const { page: booth } = await open(t, `${server.url}/verify`, { viewport: PHONE })
  const { qrCode } = await import('../../src/core/qr/qr-code.ts')
  const rows = JSON.stringify(qrCode(tracker).map((row) => row.map(Number)))
  const draw = `(() => {
    const rows = ${rows}, scale = 8, margin = 4
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = (rows.length + 2 * margin) * scale
    const c = canvas.getContext('2d')
    const paint = () => {
      c.fillStyle = '#fff'; c.fillRect(0, 0, canvas.width, canvas.height)
      c.fillStyle = '#000'
      rows.forEach((row, y) => row.forEach((dark, x) =>
        dark && c.fillRect((x + margin) * scale, (y + margin) * scale, scale, scale)))
    }
    paint()
    return { canvas, paint }
  })()`
  const picture = (await booth.evaluate(`${draw}.canvas.toDataURL('image/png').split(',')[1]`)) as string
  const file = join(tmpdir(), `verifier-code-${process.pid}.png`)
  writeFileSync(file, Buffer.from(picture, 'base64'))
  t.after(() => rmSync(file, { force: true }))

  const { page, faults } = await open(t, undefined, { viewport: PHONE }, (page) =>
    page.addInitScript(`
      globalThis.cameraStopped = 0
      navigator.mediaDevices.getUserMedia = async () => {
        const { canvas, paint } = ${draw}
        setInterval(paint, 100)
        const stream = canvas.captureStream(10)
        const track = stream.getTracks()[0], stop = track.stop.bind(track)
        track.stop = () => { cameraStopped++; stop() }
        return stream
      }`),
  )
  const field = page.getByLabel(en.receipt, { exact: true })
  await page.locator('.file input').setInputFiles(file)
  await page.getByText(en.scanned).waitFor()
  assert.equal(await field.inputValue(), tracker)
  await field.fill('')
  await press(page, en.camera)
  await holds(page, (text) => text === tracker)
  assert.equal(await page.locator('video').count(), 0)
  await becomes(page, 'cameraStopped === 1')
  await page.locator('.file input').setInputFiles({
    name: 'no-picture.png',
    mimeType: 'image/png',
    buffer: Buffer.from('no picture'),
  })
  await page.getByText(en.noCode).waitFor()
  await page.evaluate(`
    const data = new DataTransfer()
    data.items.add(new File([${JSON.stringify(receipt)}], 'receipt.json', { type: 'application/json' }))
    document.body.dispatchEvent(
      new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))`)
  await holds(page, (text) => text.startsWith('{"status":"recorded"'))
  assert.deepEqual(faults, [])

  for (const [error, words] of [
    ['NotAllowedError', en.cameraDenied],
    ['NotFoundError', en.cameraNone],
  ] as const) {
    const { page: other } = await open(t, undefined, { viewport: PHONE }, (page) =>
      page.addInitScript(
        `navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', '${error}') }`,
      ),
    )
    await press(other, en.camera)
    await other.getByText(words).waitFor()
    await other.getByRole('button', { name: en.camera }).waitFor()
    assert.equal(await other.getByRole('button', { name: en.cameraStop }).count(), 0)
    await focusOn(other, 'receipt')
  }
})

test('a browser without Ed25519 gets a message, and no check starts', async (t) => {
  const { page } = await open(t, undefined, { viewport: PHONE }, (page) =>
    page.addInitScript(
      `SubtleCrypto.prototype.importKey = async () => { throw new DOMException('', 'NotSupportedError') }`,
    ),
  )
  await page.getByRole('alert').getByText(en.tooOld).waitFor()
  assert.ok(await page.getByRole('button', { name: en.start }).isDisabled())
  await sound(page, 'too-old')
})

test('the verifier works by keyboard alone, on phone and wall, in dark and in three languages', async (t) => {
  const { page, faults } = await open(t, undefined, { viewport: PHONE })
  await page.getByText('Test election').waitFor()
  await sound(page, 'phone')
  const focused = () =>
    page.evaluate('document.activeElement.id || document.activeElement.textContent') as Promise<string>
  const tabTo = async (name: string) => {
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press('Tab')
      if ((await focused()).trim() === name) return
    }
    assert.fail(`Tab did not reach ${name}`)
  }
  await tabTo('receipt')
  await page.keyboard.type((JSON.parse(receipt) as { tracker: string }).tracker)
  await tabTo(en.start)
  await page.keyboard.press('Enter')
  await at(page, en.verdictTrust)
  // The verdict about the ballot comes first.
  await focusOn(page, 'ballot')
  await tabTo(en.showBallot)
  await page.keyboard.press('Enter')
  assert.ok(await page.locator('.ballot').getByText('Ada Lovelace').isVisible())
  await sound(page, 'phone-outcome')
  await tabTo(en.other)
  await page.keyboard.press('Enter')
  await at(page, en.title)
  assert.deepEqual(own(faults), [])

  for (const [strings, colorScheme, viewport] of [
    [es, 'dark', PROJECTOR],
    [ar, 'light', PHONE],
  ] as const) {
    const { page: other } = await open(t, undefined, { viewport, colorScheme, locale: strings.lang })
    await at(other, strings.title)
    await sound(other, `form-${strings.lang}`)
    await press(other, strings.start)
    await at(other, strings.verdictTrust)
    await sound(other, `outcome-${strings.lang}`)
  }
})

test('the other pages link to the verifier, and only the verifier may read from other origins', async (t) => {
  const policy = async (path: string) =>
    (await fetch(server.url + path)).headers.get('content-security-policy')!
  const { page, faults } = await open(t, `${server.url}/e/test-election/results`)
  await page.getByRole('link', { name: 'Check it yourself' }).click()
  await at(page, en.title)
  assert.equal(page.url(), `${server.url}/e/test-election/verify`)
  assert.deepEqual(faults, [])
  const html = await (await fetch(`${server.url}/verify`)).text()
  const script = /\/assets\/verifier-[\w-]+\.js/.exec(html)![0]
  const worker = /verifier-worker-[\w-]+\.js/.exec(await (await fetch(server.url + script)).text())![0]
  for (const path of ['/verify', '/e/test-election/verify', `/assets/${worker}`]) {
    assert.match(await policy(path), /connect-src 'self' http: https:$/)
    assert.match(await policy(path), /default-src 'self'/)
  }
  for (const path of ['/', '/e/test-election', script, '/e/test-election/results'])
    assert.doesNotMatch(await policy(path), /connect-src/)
  assert.equal((await fetch(`${server.url}/e/none/verify`)).status, 404)
  await page.goto(`${server.url}/verify`)
  await page.getByRole('link', { name: en.results }).click()
  await page.getByText('Count balances').waitFor()
})

test('for 50,000 ballots, intact or damaged, one processor and four give the same report', async (t) => {
  const big = cityLog({ ballots: 50_000, changes: { suppress_below: 1 }, batch: 5_000 })
  const log = await serveLog(t, filesOf(big))
  log.result = Buffer.from(big.result)
  const harmed = new Map(filesOf(big))
  const bytes = Buffer.from(harmed.get('tile/entries/150')!)
  bytes[bytes.length - 5]! ^= 1
  harmed.set('tile/entries/150', bytes)

  const reportBy = async (processors: number, files: Files, verdict: string) => {
    log.files = files
    const { page } = await openAt(t, log)
    await page.evaluate(
      `Object.defineProperty(navigator, 'hardwareConcurrency', { value: ${processors} }).onLine`,
    )
    // Workers that a worker starts are visible only in the requests of the page.
    let scripts = 0
    page.on('request', (request) => {
      if (request.url().includes('verifier-worker-')) scripts++
    })
    await enter(page, big.receipts[2]!)
    await press(page, en.start)
    await at(page, verdict, 120_000)
    return { report: await saved(page, en.saveReport), scripts, page }
  }

  for (const [files, verdict] of [
    [filesOf(big), en.verdictTrust],
    [harmed, en.verdictWrong],
  ] as const) {
    const alone = await reportBy(1, files, verdict)
    const together = await reportBy(4, files, verdict)
    t.diagnostic(`${alone.scripts} and ${together.scripts} more workers`)
    const comparable = ({ report }: typeof alone) => ({ ...report, seconds: 0, checkedAt: 0 })
    assert.deepEqual(comparable(together), comparable(alone))
    assert.equal(await countOf(together.page, 'ballots'), await countOf(alone.page, 'ballots'))
    const rate = 50_000 / Number(together.report.seconds)
    t.diagnostic(`${Math.round(rate).toLocaleString('en')} ballots/s in the browser`)
    assert.ok(rate > 2_000, `${rate} ballots/s`)
  }
})
