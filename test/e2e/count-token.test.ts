/**
 * A count for people with an access token: the page says so, accepts the token, shows everything
 * and stores nothing.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, type TestContext, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Scope } from '../../src/core/access/access-token.ts'
import { addToken, revokeToken } from '../../src/organise/access-tokens.ts'
import { openElectionFile, rollOf, startServer, type TestServer, vote } from '../server.ts'
import { accessibilityFaults, launchBrowser, openPage, screenshot, type Watched } from './browser.ts'
import { storageOf } from './voter.ts'

const PHONE = { width: 360, height: 800 }
const DESK = { width: 1280, height: 900 }

let browser: Browser
let server: TestServer
before(async () => {
  browser = await launchBrowser()
  const election = { definition: openElectionFile(), roll: rollOf(20) }
  server = await startServer({ ...election, args: ['--require-token', 'results'] })
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

async function open(t: TestContext, path: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const watched = await openPage(browser, server.url + path, { viewport: DESK, ...options })
  t.after(() => watched.close())
  return watched
}

async function tokenFor(scope: Scope): Promise<{ readonly id: string; readonly text: string }> {
  const wanted = { name: 'Press', scopes: [scope], expiresAtMs: Date.parse('2099-01-01'), perSecond: 1_000 }
  const { token, text } = await addToken({ dataDir: server.dataDir }, wanted)
  return { id: token.id, text }
}

async function enter(page: Page, text: string): Promise<void> {
  await page.getByLabel('Access token').fill(text)
  await page.getByRole('button', { name: 'Show the count' }).click()
}

const cast = (page: Page, text: string) =>
  page.locator('[data-figure=cast] .number').filter({ hasText: new RegExp(`^${text}$`) })
const title = (page: Page) => page.getByRole('heading', { name: 'This count is not public' })
/** A refusal is an answer to the page, but Chromium writes each to the console. */
const real = (faults: readonly string[]) => faults.filter((fault) => !/Failed to load resource/.test(fault))

test('without a token the page asks for one, offers the public log and shows no count', async (t) => {
  for (const [name, options] of Object.entries({
    'phone-light': { viewport: PHONE },
    'phone-dark': { viewport: PHONE, colorScheme: 'dark' },
    'desk-ar': { locale: 'ar' },
  } satisfies Record<string, BrowserContextOptions>)) {
    const { page, faults, close } = await openPage(browser, `${server.url}/e/test-election/results`, options)
    await page.locator('#token').waitFor()
    assert.deepEqual(await accessibilityFaults(page), [], name)
    assert.deepEqual(faults, [], name)
    assert.equal(await page.locator('[data-figure], .downloads').count(), 0)
    await screenshot(page, `count-token-${name}`)
    await close()
  }
  const { page } = await open(t, '/')
  await title(page).waitFor()
  await enter(page, 'not a token')
  await page.getByRole('alert').filter({ hasText: 'does not accept this token' }).waitFor()
  await enter(page, (await tokenFor('cast')).text)
  await page.getByRole('alert').filter({ hasText: 'does not allow access to the count' }).waitFor()
  assert.deepEqual(await accessibilityFaults(page), [])
  await page.getByRole('link', { name: 'Check the public log' }).click()
  await page.waitForURL(/\/verify$/)
})

test('with a token the page shows live count, history and downloads, and does not store it', async (t) => {
  const { text, id } = await tokenFor('results')
  const { page, faults } = await open(t, '/e/test-election/results')
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await enter(page, text)
  await cast(page, '0').waitFor()
  assert.equal((await vote(server.url, server.keys[0]!, 'ada')).status, 201)
  await cast(page, '1').waitFor()
  assert.ok(
    asked.some((url) => url.includes('/results/stream')),
    'the count comes by a stream',
  )
  for (const [name, holds] of [
    ['CSV', 'Ada Lovelace'],
    ['JSON', '"ada"'],
  ] as const) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name }).click(),
    ])
    assert.match(download.suggestedFilename(), /^test-election-results\.(csv|json)$/)
    assert.ok(readFileSync(await download.path(), 'utf8').includes(holds))
  }
  assert.deepEqual(await accessibilityFaults(page), [])
  assert.deepEqual(faults, [])
  assert.doesNotMatch(await storageOf(page), /elections_/)
  assert.ok(!asked.some((url) => url.includes(text)))
  assert.ok(!(await page.content()).includes(text))

  await revokeToken({ dataDir: server.dataDir }, id)
  await page.reload()
  await title(page).waitFor()
  await enter(page, text)
  await page.getByRole('alert').filter({ hasText: 'was revoked' }).waitFor()
  assert.deepEqual(real(faults), [])
})

test('if the token is revoked, an open page asks for one again and removes old numbers', async (t) => {
  const { text, id } = await tokenFor('results')
  const { page } = await open(t, '/?kiosk=1')
  await enter(page, text)
  await cast(page, '1').waitFor()
  await revokeToken({ dataDir: server.dataDir }, id)
  // An open stream continues; only the next request needs the token.
  await server.terminate()
  await server.restart()
  await page.getByRole('alert').filter({ hasText: 'was revoked' }).waitFor()
  assert.equal(await page.locator('[data-figure]').count(), 0)
})

test('a framed page asks for no token; without scripts it shows a message and no dead links', async (t) => {
  const { page } = await open(t, '/e/test-election/results?embed=')
  await title(page).waitFor()
  assert.equal(await page.locator('input').count(), 0)
  assert.equal(await page.getByRole('link', { name: 'All results' }).getAttribute('target'), '_blank')
  const scriptless = await open(t, '/e/test-election/results', { javaScriptEnabled: false })
  const words = await scriptless.page.locator('noscript p').textContent()
  assert.match(words!, /shown to those who have an access token/)
  assert.equal(await scriptless.page.locator('a').count(), 0)
})
