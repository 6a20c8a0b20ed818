/** The system's Firefox, driven by WebDriver BiDi. */
import { existsSync } from 'node:fs'
import { launch, type Page } from 'puppeteer-core'
import { CSP_WATCH, type DrivenBrowser } from './driven.ts'

const EXECUTABLES = [
  process.env.FIREFOX,
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
]

export async function launchFirefox(): Promise<DrivenBrowser> {
  const executablePath = EXECUTABLES.find((path) => path !== undefined && existsSync(path))
  if (executablePath === undefined)
    throw new Error('this test needs Firefox: install it, or set FIREFOX to its path')
  const browser = await launch({
    ...{ browser: 'firefox', executablePath, headless: true },
    extraPrefsFirefox: { 'intl.accept_languages': 'en-GB', 'ui.prefersReducedMotion': 1 },
  })
  const page = await browser.newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`error: ${error instanceof Error ? error.message : error}`))
  await page.evaluateOnNewDocument(CSP_WATCH)
  return {
    name: 'Firefox',
    version: await browser.version(),
    addressOf: async (serverUrl) => serverUrl,
    goTo: async (url) => void (await page.goto(url)),
    evaluate: (expression) => page.evaluate(expression),
    click: async (path) => (await elementAt(page, path)).click(),
    type: async (path, text) => (await elementAt(page, path)).type(text),
    faults,
    close: () => browser.close(),
  }
}

async function elementAt(page: Page, path: string) {
  const element = await page.$(`::-p-xpath(${path})`)
  if (element === null) throw new Error(`nothing at ${path}`)
  return element
}
