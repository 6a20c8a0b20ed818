/**
 * A certified result on the dashboard: the badge and the documents, in every language, on a phone
 * and on a wall.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import type { PublicLogState } from '../../src/core/status/public-log-state.ts'
import { accessibilityFaults, launchBrowser, openPage, screenshot } from './browser.ts'
import { fakeResults, madeUpSnapshot } from './fake-results.ts'

const SIZES = { phone: { width: 360, height: 800 }, projector: { width: 1920, height: 1080 } } as const
const WORDS = {
  'en-GB': ['Certified', /Certified result: every ballot/],
  'es-ES': ['Certificado', /Resultado certificado/],
  'ar-EG': ['نتيجة مصدَّقة', /نتيجة مصدَّقة/],
} as const

const LOG: PublicLogState = {
  ...{ origin: 'example.org/made-up', key: 'example.org/made-up+1a2b3c4d+AbCd', size: 1_002, root: 'AAAA' },
  ...{ published_at: '2026-11-23T19:00:02.000Z', behind: 0, failures: 0, closed: true },
}
const CLOSED = madeUpSnapshot([700, 300], { phase: 'closed', log: LOG })
const CERTIFIED = { ...CLOSED, log: { ...LOG, certified_at: '2026-11-23T20:15:00.000Z' } }

let browser: Browser
before(async () => {
  browser = await launchBrowser()
})
after(() => browser?.close())

test('when the result is certified, the badge changes and the page offers the documents', async (t) => {
  const server = await fakeResults(CLOSED)
  t.after(() => server.stop())
  const { page, faults, close } = await openPage(browser, server.url)
  t.after(close)
  const badge = page.locator('.status .badge')
  await badge.getByText('Voting is closed').waitFor()
  const links = async () => {
    const all = await page.locator('.downloads a').all()
    return Promise.all(all.map((each) => each.getAttribute('href')))
  }
  assert.deepEqual(await links(), ['/results.csv', '/results.json', '/results.cdf.json'])
  server.send(CERTIFIED)
  await badge.getByText('Certified', { exact: true }).waitFor()
  assert.equal(await badge.count(), 1)
  assert.deepEqual((await links()).slice(0, 2), ['/log/certification.pdf', '/log/certification.json'])
  server.send({ ...CERTIFIED, phase: 'open' })
  await badge.getByText('Voting is open').waitFor()
  assert.deepEqual(faults, [])
})

test('the certified result is readable in 3 languages, on phone and projector, light and dark', async (t) => {
  const server = await fakeResults(CERTIFIED)
  t.after(() => server.stop())
  for (const [locale, [badge, footer]] of Object.entries(WORDS))
    for (const [size, viewport] of Object.entries(SIZES))
      for (const colorScheme of ['light', 'dark'] as const) {
        const what = `certified-${locale.slice(0, 2)}-${size}-${colorScheme}`
        const { page, faults, close } = await openPage(browser, server.url, { viewport, colorScheme, locale })
        await page.locator('.badge.certified').waitFor()
        assert.equal(await page.locator('.badge.certified').textContent(), badge)
        assert.match((await page.locator('footer').textContent())!, footer)
        assert.deepEqual(await accessibilityFaults(page), [], what)
        assert.ok(((await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number) <= 0)
        assert.deepEqual(faults, [], what)
        await screenshot(page, `dashboard-${what}`)
        await close()
      }
  const wall = await openPage(browser, `${server.url}/?kiosk=1`, { viewport: SIZES.projector })
  await wall.page.locator('.badge.certified').waitFor()
  await screenshot(wall.page, 'dashboard-certified-kiosk')
  await wall.close()
})
