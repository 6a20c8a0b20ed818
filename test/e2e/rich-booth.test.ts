/**
 * The booth with a rich ballot, the example of River County, in a real Chromium: two languages,
 * photos, a measure.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { keyFragment } from '../../src/core/election/key-link.ts'
import { type Key, rollOf, startServer, type TestServer } from '../server.ts'
import { accessibilityFaults, launchBrowser, openPage, screenshot } from './browser.ts'
import { at, heading, pairOf, press, RECORDED } from './voter.ts'

const EXAMPLE = fileURLToPath(new URL('../../examples/river-county/', import.meta.url))
const ID = 'river-county-2026'
const DISTRICTS = ['harbor', 'hillside']

let browser: Browser
let server: TestServer
before(async () => {
  browser = await launchBrowser()
  const definition = JSON.parse(readFileSync(`${EXAMPLE}election.json`, 'utf8'))
  server = await startServer({ definition, roll: rollOf(12, DISTRICTS), beside: EXAMPLE })
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

const keyIn = (district: string, n = 0): Key => server.keys.filter((key) => key.district === district)[n]!

async function open(t: TestContext, key: Key, locale: string) {
  const url = `${server.url}/e/${ID}${keyFragment(pairOf(key))}`
  const watched = await openPage(browser, url, { viewport: { width: 360, height: 800 }, locale })
  t.after(() => watched.close())
  return watched
}

async function sound(page: Page, name: string): Promise<void> {
  assert.deepEqual(await accessibilityFaults(page), [], name)
  const wider = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number
  assert.ok(wider <= 0, `${name}: ${wider} px wider than the screen`)
  await screenshot(page, `rich-${name}`)
}

const option = (page: Page, id: string) => page.locator(`[data-option="${id}"]`)
const next = (page: Page) => page.locator('.actions .primary').click()

test('a Spanish reader sees the whole ballot in Spanish, with photos, and votes', async (t) => {
  const { page, faults } = await open(t, keyIn('harbor'), 'es-MX')
  await at(page, 'Su papeleta')
  assert.match((await page.locator('.toolbar').textContent())!, /Elección general del condado de River/)
  assert.match((await page.locator('.facts').textContent())!, /Puerto/)
  assert.match((await page.locator('.letterhead').textContent())!, /Secretaría del condado de River/)
  assert.match(
    (await page.locator('.help').textContent())!,
    /\+1 555 0100.*vote@river\.example.*sin su nombre/,
  )
  await sound(page, 'welcome-es')
  await page.locator('.actions .primary').click()

  await at(page, 'Alguacil')
  assert.match((await page.locator('.paragraphs').first().textContent())!, /dirige la policía/)
  const widths = await page.evaluate(
    "Promise.all([...document.querySelectorAll('img.photo')]" +
      '.map((image) => image.decode().then(() => image.naturalWidth)))',
  )
  assert.deepEqual(widths, [160, 160, 160])
  assert.equal(
    await option(page, 'baptiste').locator('.designation').textContent(),
    'Partido Cívico · Capitana de policía',
  )
  assert.equal(await page.locator('.who').first().getAttribute('lang'), 'es')
  await page.getByText('Acerca de', { exact: false }).click()
  assert.match((await page.locator('.about').textContent())!, /dos comisarías/)
  assert.equal(
    await page.getByRole('radio', { checked: true }).count(),
    0,
    'opening a description chooses nothing',
  )
  assert.equal(await page.locator('.about a').getAttribute('rel'), 'noopener noreferrer')
  await sound(page, 'contest-es')
  await option(page, 'baptiste').click()
  await next(page)

  await at(page, 'Comisión del condado')
  assert.match((await page.locator('#rule').textContent())!, /Elija de 2 a 3, o nada/)
  await option(page, 'brandt').click()
  await next(page)
  assert.match((await page.getByRole('alert').textContent())!, /al menos 2, o nada: ha elegido 1/)
  assert.equal(await heading(page).textContent(), 'Comisión del condado')
  await option(page, 'dang').click()
  await next(page)

  await at(page, 'Medida B: bono para el transbordador')
  assert.match((await page.locator('.paragraphs').textContent())!, /embarcadero.*dos tercios/)
  await option(page, 'yes').click()
  await next(page)
  await page.locator('.review').waitFor()
  const review = (await page.locator('.review').textContent())!
  // Each voter sees the options in a different order.
  for (const chosen of [/Renée Baptiste.*Sí/, /Baptiste.*Ulrich Brandt.*Sí/, /Baptiste.*Dặng Thị Hoa.*Sí/])
    assert.match(review, chosen)
  await sound(page, 'review-es')
  await page.locator('.cast .primary').click()
  await page.locator('.tracker .code').waitFor()
  await page.locator('.qr').waitFor()
  assert.deepEqual(faults, [])
})

test('a change of language keeps choices, and a district without the measure does not show it', async (t) => {
  const { page } = await open(t, keyIn('hillside'), 'en-US')
  await at(page, 'Your ballot')
  await press(page, 'Start')
  await at(page, 'Sheriff')
  await option(page, 'none').click()
  await page.locator('select.language').selectOption('es')
  await at(page, 'Alguacil')
  assert.ok(await option(page, 'none').locator('input').isChecked())
  assert.match((await option(page, 'none').textContent())!, /Ninguna de estas personas/)
  // In a language that the ballot does not have, the page is translated, and the ballot is in the
  // election's first language.
  await page.locator('select.language').selectOption('ar')
  await at(page, 'Sheriff')
  assert.equal(await page.evaluate('document.documentElement.lang'), 'ar')
  await page.locator('select.language').selectOption('en')
  await next(page)
  await at(page, 'County commission')
  await next(page)
  await at(page, 'Review your ballot')
  await press(page, 'Cast my ballot')
  await at(page, RECORDED)
})

/** The layout of a contest in numbers: edges in CSS pixels from the side where a line starts. */
const LAID_OUT = `(() => {
  const rtl = document.documentElement.dir === 'rtl'
  const from = (box) => Math.round(rtl ? innerWidth - box.right : box.left)
  const boxOf = (element) => element.getBoundingClientRect()
  const options = [...document.querySelectorAll('.option')].map((option) => {
    const about = option.nextElementSibling?.matches('.about') ? option.nextElementSibling : null
    return {
      name: from(boxOf(option.querySelector('.who'))),
      end: Math.round(boxOf(option.querySelector('.who')).width),
      height: Math.round(boxOf(option).height), edge: from(boxOf(option)),
      gap: about && Math.round(boxOf(about).top - boxOf(option).bottom),
      aboutEdge: about && from(boxOf(about)),
    }
  })
  const texts = [...document.querySelectorAll('main :is(p, h1, summary, bdi, .designation)')]
    .filter((e) => e.checkVisibility())
  const paragraphs = [...document.querySelectorAll('.paragraphs p')]
  const style = (e) => getComputedStyle(e)
  const sizeOf = (e) => parseFloat(style(e).fontSize)
  return {
    options,
    photos: [...document.querySelectorAll('.photo')]
      .map((photo) => boxOf(photo).width + 'x' + boxOf(photo).height),
    smallest: Math.min(...texts.map(sizeOf)),
    odd: texts.filter((text) =>
      /center|justify/.test(style(text).textAlign) || style(text).textTransform !== 'none').length,
    widest: Math.max(0, ...paragraphs.map((p) => boxOf(p).width / sizeOf(p))),
    rule: parseInt(style(document.querySelector('#rule')).fontWeight),
    ruleAbove: boxOf(document.querySelector('fieldset')).top - boxOf(document.querySelector('#rule')).bottom,
    quieter: [...document.querySelectorAll('.designation')].every((each) =>
      sizeOf(each) < sizeOf(each.parentElement.querySelector('bdi')) && style(each).fontWeight === '400'),
  }
})()`

interface LaidOut {
  readonly options: readonly Readonly<
    Record<'name' | 'end' | 'height' | 'edge' | 'gap' | 'aboutEdge', number>
  >[]
  readonly photos: readonly string[]
  readonly smallest: number
  readonly odd: number
  readonly widest: number
  readonly rule: number
  readonly ruleAbove: number
  readonly quieter: boolean
}

test('options have one layout, however long their text, on any screen, theme and direction', async (t) => {
  const url = `${server.url}/e/${ID}${keyFragment(pairOf(keyIn('harbor', 1)))}`
  const { page, faults, close } = await openPage(browser, url, { locale: 'en-US' })
  t.after(close)
  await at(page, 'Your ballot')
  await next(page)
  await at(page, 'Sheriff')
  await option(page, 'baptiste').click()
  await page.locator('.about summary').first().click()
  for (const language of ['en', 'ar'])
    for (const [size, viewport] of Object.entries({
      phone: { width: 360, height: 800 },
      desk: { width: 1280, height: 900 },
    }))
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.locator('select.language').selectOption(language)
        await page.setViewportSize(viewport)
        await page.emulateMedia({ colorScheme })
        const name = `laid-out-${language}-${size}-${colorScheme}`
        await sound(page, name)
        const seen = (await page.evaluate(LAID_OUT)) as LaidOut
        const same = (values: readonly (number | string)[]) => assert.equal(new Set(values).size, 1, name)
        same(seen.options.map((each) => each.name))
        same(seen.options.map((each) => each.end))
        same(seen.options.map((each) => each.edge))
        same(seen.photos)
        if (size === 'desk') same(seen.options.map((each) => each.height))
        const about = seen.options.filter(({ gap }) => gap !== null)
        assert.ok(about.length > 0)
        for (const { gap, edge, aboutEdge } of about)
          assert.ok(Math.abs(gap) <= 1 && Math.abs(edge - aboutEdge) <= 1, `${name}: one card`)
        assert.ok(seen.smallest >= 14.4, `${name}: ${seen.smallest} px`)
        assert.equal(seen.odd, 0, name)
        assert.ok(seen.widest <= 38.1, `${name}: ${seen.widest} em`)
        assert.ok(seen.rule >= 600 && seen.ruleAbove >= 0 && seen.ruleAbove < 40 && seen.quieter, name)
      }
  assert.deepEqual(faults, [])
})

test('photos are sent with their own media type, may be cached, and cannot run as script', async () => {
  const { contests, logo } = (await (await fetch(`${server.url}/elections/${ID}`)).json()) as {
    contests: { options: { photo?: { file: string; sha256: string } }[] }[]
    logo: { sha256: string }
  }
  const [webp, jpeg, png] = contests[0]!.options.map(({ photo }) => photo!)
  for (const [photo, type] of [
    [webp!, 'image/webp'],
    [jpeg!, 'image/jpeg'],
    [png!, 'image/png'],
  ] as const) {
    const answer = await fetch(`${server.url}/e/${ID}/pictures/${photo.sha256}`)
    const bytes = Buffer.from(await answer.arrayBuffer())
    assert.deepEqual(bytes, readFileSync(EXAMPLE + photo.file))
    assert.equal(createHash('sha256').update(bytes).digest('hex'), photo.sha256)
    const header = (name: string) => answer.headers.get(name)
    assert.equal(header('content-type'), type)
    assert.equal(header('x-content-type-options'), 'nosniff')
    assert.equal(header('content-security-policy'), "default-src 'none'; sandbox")
    assert.equal(header('cross-origin-resource-policy'), 'same-origin')
    assert.equal(header('cache-control'), 'public, max-age=31536000, immutable')
    const again = await fetch(answer.url, { headers: { 'if-none-match': header('etag')! } })
    assert.equal(again.status, 304)
  }
  assert.equal((await fetch(`${server.url}/e/${ID}/pictures/${logo.sha256}`)).status, 200)
  for (const name of ['0'.repeat(64), '..%2felection.json', 'constructor'])
    assert.equal((await fetch(`${server.url}/e/${ID}/pictures/${name}`)).status, 404)
})
