/**
 * The main way through booth, dashboard and verifier in Firefox and WebKit. All else is tested in
 * Chromium. A page that uses a function that these two lack, or have in another form, fails here.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { strings as booth } from '../../src/web/booth/strings/en.ts'
import { en as verifier } from '../../src/web/verifier/strings/en.ts'
import { inFiveMinutes, putForward } from '../moved-clock.ts'
import { openElectionFile, rollOf, startServer, type TestServer, vote } from '../server.ts'
import { button, type DrivenBrowser, heading, press, shown, textOf } from './driven.ts'
import { launchFirefox } from './firefox.ts'
import { linkOf } from './voter.ts'
import { launchWebKit } from './webkit.ts'

before(() => {
  for (const page of ['booth', 'dashboard', 'verifier']) {
    const file = fileURLToPath(new URL(`../../dist/web/${page}/index.html`, import.meta.url))
    assert.ok(existsSync(file), 'the pages are not built: npm run build')
  }
})

for (const [name, launch] of [
  ['Firefox', launchFirefox],
  ['WebKit', launchWebKit],
] as const)
  test(`${name}: a voter votes, the count changes, the ballot is found and the log verifies`, async (t) => {
    const closesAtMs = inFiveMinutes()
    const clock = putForward()
    const definition = openElectionFile({ closes_at: new Date(closesAtMs).toISOString() })
    const server = await startServer({
      ...{ definition, roll: rollOf(6), args: ['--publish-every', '0.2'], env: clock.env },
    })
    t.after(() => server.stop())
    const browser = await launch()
    t.after(() => browser.close())
    t.diagnostic(`${browser.name} ${browser.version}`)
    const url = await browser.addressOf(server.url)

    const tracker = await casts(browser, { ...server, url })
    const receipt = await followsTheCount(browser, server, url)
    await findsTheBallot(browser, url, tracker)
    clock.to(closesAtMs)
    await verifiesTheClosedLog(browser, url, receipt)

    assert.deepEqual(browser.faults, [])
    // Faults are recorded: otherwise the check above could not fail.
    await browser.evaluate(
      `[console.error('reported'), setTimeout(() => { throw new Error('thrown') })].length`,
    )
    await until('faults are recorded', async () => browser.faults.length > 1)
    assert.match(browser.faults.join('; '), /^console: reported; error: .*thrown$/)
  })

/** @returns the tracker of the receipt */
async function casts(browser: DrivenBrowser, at: TestServer): Promise<string> {
  await browser.goTo(linkOf(at, at.keys[0]!))
  await press(browser, button(booth.start))
  assert.equal(await browser.evaluate('location.href'), `${at.url}/e/test-election`, 'without the key')
  await press(browser, `//label[contains(., 'Ada Lovelace')]`)
  await press(browser, `//*[@class='actions']//button[contains(@class, 'primary')]`)
  await shown(browser, heading(booth.reviewTitle))
  await shown(browser, `//*[@data-contest='mayor']//li[contains(., 'Ada Lovelace')]`)
  await press(browser, button(booth.cast))
  await shown(browser, heading(booth.receiptTitle))
  await shown(browser, `//*[contains(@class, 'qr')]`)
  return shown(browser, `//*[contains(@class, 'tracker')]//*[@class='code']`)
}

const figure = (number: string) =>
  `//*[@data-figure='cast']//*[contains(@class, 'number')][normalize-space()='${number}']`
const votes = (option: string, number: string) =>
  `//*[@data-option='${option}']//td[contains(@class, 'number')][normalize-space()='${number}']`

/** @returns the receipt of a vote for Grace, cast elsewhere meanwhile */
async function followsTheCount(browser: DrivenBrowser, server: TestServer, url: string): Promise<string> {
  await browser.goTo(`${url}/`)
  await shown(browser, figure('1'))
  await shown(browser, votes('ada', '1'))
  await browser.evaluate('(globalThis.neverReloaded = true)')
  const answer = await vote(server.url, server.keys[1]!, 'grace')
  assert.equal(answer.status, 201)
  await shown(browser, figure('2'))
  await shown(browser, votes('grace', '1'))
  assert.equal(await browser.evaluate('globalThis.neverReloaded'), true)
  return answer.text()
}

const receiptField = `//textarea[@id='receipt']`

/** In the public log of an open election, by the ballot's proof alone. */
async function findsTheBallot(browser: DrivenBrowser, url: string, tracker: string): Promise<void> {
  await until('the ballot is published', async () => (await fetch(`${url}/log/proof/${tracker}`)).ok)
  await browser.goTo(`${url}/verify`)
  await shown(browser, receiptField)
  await browser.type(receiptField, tracker)
  await press(browser, button(verifier.lookUp))
  await shown(browser, `//*[@data-looked-up='in']`)
}

/**
 * The whole public log: every check passes, the receipt's promise is kept, and the page shows the
 * ballot on request.
 */
async function verifiesTheClosedLog(browser: DrivenBrowser, url: string, receipt: string): Promise<void> {
  await until('voting is closed', async () =>
    (await (await fetch(`${url}/results`)).text()).includes('"phase":"closed"'),
  )
  await browser.goTo(`${url}/verify`)
  await shown(browser, receiptField)
  await browser.type(receiptField, receipt)
  await press(browser, button(verifier.start))
  await shown(browser, `//*[@data-receipt='published'][contains(., "${verifier.promiseHolds}")]`)
  await shown(browser, `//h2[normalize-space()="${verifier.verdictTrust}"]`)
  await shown(browser, `//*[@data-check='ballots']//td[contains(@class, 'number')][.='2']`)
  await shown(browser, `//*[@data-check='result']//td[contains(@class, 'number')][.='1']`)
  await shown(browser, `//*[@data-check='close']`)
  assert.equal(await textOf(browser, `//tr[@data-check and contains(@class, 'wrong')]`), null)
  await press(browser, `//summary[normalize-space()="${verifier.showBallot}"]`)
  await shown(browser, `//*[contains(@class, 'ballot')]//dd[contains(., 'Grace Hopper')]`)
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const untilMs = Date.now() + 30_000
  while (!(await isSo())) {
    assert.ok(Date.now() < untilMs, `waited for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
