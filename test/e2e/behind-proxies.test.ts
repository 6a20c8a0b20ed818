/**
 * The pages behind proxies, in a real Chromium: below a path, with proxies that remove the path and
 * proxies that keep it, and behind one that holds every answer back until it is complete.
 */
import assert from 'node:assert/strict'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, type TestContext, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { strings as booth } from '../../src/web/booth/strings/en.ts'
import { en as dashboard } from '../../src/web/dashboard/strings/en.ts'
import { en as verifier } from '../../src/web/verifier/strings/en.ts'
import { type Key, rollOf, startServer, type TestServer } from '../server.ts'
import { launchBrowser, openPage, screenshot } from './browser.ts'
import { castBallot, councilElection, linkOf, trackerOn } from './voter.ts'

let browser: Browser
let server: TestServer
before(async () => {
  browser = await launchBrowser()
  server = await startServer({
    definition: councilElection(),
    roll: rollOf(12),
    args: ['--base', '/vote/', '--publish-every', '0.5'],
  })
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

interface Passing {
  /** Returns the server's path for a requested path; undefined if the proxy answers 404. */
  readonly path: (asked: string) => string | undefined
  /** Passes an answer on only when it is complete, like some virus scanners and office proxies. */
  readonly whole?: boolean
}

/** Starts a proxy in front of the server. @returns its address, and the requested paths */
async function proxy(t: TestContext, { path, whole = false }: Passing) {
  const target = new URL(server.url)
  const asked: string[] = []
  const front: Server = createServer((from, to) => {
    asked.push(from.url!)
    const passed = path(from.url!)
    if (passed === undefined) {
      to.statusCode = 404
      return to.end('nothing of ours')
    }
    const { hostname, port } = target
    const onward = { host: hostname, port, path: passed, method: from.method, headers: from.headers }
    const up = request(onward, (answer) => {
      if (!whole) {
        to.writeHead(answer.statusCode!, answer.headers)
        return answer.pipe(to)
      }
      const parts: Buffer[] = []
      answer.on('data', (part) => parts.push(part))
      answer.on('end', () => to.writeHead(answer.statusCode!, answer.headers).end(Buffer.concat(parts)))
    })
    up.on('error', () => to.destroy())
    to.on('close', () => up.destroy())
    from.pipe(up)
  })
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    front.closeAllConnections()
    front.close()
  })
  return { url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`, asked }
}

const stripped = (asked: string) => (asked.startsWith('/vote/') ? asked.slice(5) : undefined)
const asItIs = (asked: string) => (/^\/vote(?:$|\/)/.test(asked) ? asked : undefined)

async function cast(url: string, { personal_id, guid }: Key): Promise<void> {
  const answer = await fetch(`${url}/elections/test-election/ballots`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ personal_id, guid, contests: { mayor: ['ada'] } }),
  })
  assert.equal(answer.status, 201)
}

/** The addresses of all links of a page. */
const links = (page: Page) =>
  page.evaluate(
    `[...document.querySelectorAll('[href],[src]')].map((e) => new URL(e.href || e.src).pathname)`,
  ) as Promise<string[]>

const figure = (page: Page, name: string, text: string) =>
  page
    .locator(`[data-figure=${name}] .number`)
    .filter({ hasText: new RegExp(`^${text}$`) })
    .waitFor()

for (const [what, path, mayor, at] of [
  ['takes the path away', stripped, 'Ada Lovelace', 0],
  ['leaves the path as it is', asItIs, 'Grace Hopper', 1],
] as const)
  test(`booth, receipt, dashboard and verifier work below a path, behind a proxy that ${what}`, async (t) => {
    const { url, asked } = await proxy(t, { path })
    const link = linkOf({ ...server, url: `${url}/vote` }, server.keys[at * 2]!)
    const watched = await openPage(browser, link)
    t.after(() => watched.close())
    const { page, faults } = watched
    await castBallot(page, mayor)
    const tracker = await trackerOn(page)
    for (const address of await links(page)) assert.match(address, /^\/vote\//)

    const results = await page.getByRole('link', { name: booth.seeResults }).first().getAttribute('href')
    await page.goto(url + results)
    assert.equal(new URL(page.url()).pathname, '/vote/e/test-election/results')
    await figure(page, 'cast', String(at * 2 + 1))
    for (const address of await links(page)) assert.match(address, /^\/vote\//)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV' }).click(),
    ])
    assert.equal(await download.failure(), null)
    // The count is live: the stream comes through.
    await cast(`${url}/vote`, server.keys[at * 2 + 1]!)
    await figure(page, 'cast', String(at * 2 + 2))

    // The server's own page, with both spellings of its address.
    await page.goto(`${url}/vote/`)
    await figure(page, 'cast', String(at * 2 + 2))

    await page.goto(`${url}/vote/e/test-election/verify#${tracker}`)
    await page.getByRole('button', { name: verifier.start, exact: true }).click()
    await page.locator('.verdict').waitFor({ timeout: 30_000 })
    const said = await page.locator('main').innerText()
    assert.ok(said.includes(verifier.verdictTrust) || said.includes(verifier.verdictSoFar), said)
    assert.ok(asked.some((path) => path.startsWith('/vote/elections/test-election/log/tile/')))
    assert.deepEqual(
      asked.filter((path) => !path.startsWith('/vote')),
      [],
    )
    assert.deepEqual(faults, [])
  })

test('below a path an address without the last slash is redirected; the API keeps its address', async (t) => {
  const { url } = await proxy(t, { path: asItIs })
  const sent = await fetch(`${url}/vote`, { redirect: 'manual' })
  assert.deepEqual([sent.status, sent.headers.get('location')], [308, '/vote/'])
  const openApi = (await (await fetch(`${url}/vote/openapi.json`)).json()) as { servers: unknown }
  assert.deepEqual(openApi.servers, [{ url: '/vote/' }])
  const docs = await (await fetch(`${url}/vote/docs`)).text()
  assert.match(docs, /"\/vote\/docs\/static\//)
  assert.equal((await fetch(`${url}/vote/elections/test-election/log/checkpoint`)).status, 200)
  // On the machine itself, without a proxy.
  assert.equal((await fetch(`${server.url}/results`)).status, 200)
  assert.equal((await fetch(server.url.replace(/\/vote$/, '/results'))).status, 200)
})

test('behind a proxy that holds the stream back numbers still arrive, and the page says how', async (t) => {
  const { url } = await proxy(t, { path: asItIs, whole: true })
  const watched = await openPage(browser, `${url}/vote/e/test-election/results`)
  t.after(() => watched.close())
  const { page } = watched
  const note = page.getByText(dashboard.polled)
  await note.waitFor({ timeout: 40_000 })
  const now = (await (await fetch(`${server.url}/results`)).json()) as { cast: number }
  await figure(page, 'cast', String(now.cast))
  await screenshot(page, 'dashboard-polled')
  await cast(server.url, server.keys[8]!)
  await page
    .locator('[data-figure=cast] .number')
    .filter({ hasText: new RegExp(`^${now.cast + 1}$`) })
    .waitFor()
  assert.equal(await note.isVisible(), true)
})
