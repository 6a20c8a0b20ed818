/**
 * The system's Chromium, for tests of the pages. It records everything that a page must not do.
 *
 * Code for inside a page is written as text, because the tests are compiled without DOM types, like
 * the server.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import { CSP_WATCH } from './driven.ts'

const EXECUTABLES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/**
 * The browser's own pages behind its address bar are off: they are invisible and take four times
 * the processor time of the page under test. The others are those that Playwright switches off; the
 * browser obeys only the last switch of this kind.
 */
const FEATURES_OFF = [
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'],
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades'],
  ...['HttpsFirstBalancedModeAutoEnable', 'LensOverlay', 'MediaRouter', 'PaintHolding'],
  ...['ThirdPartyStoragePartitioning', 'AvoidCorsURLLoaderRestartOnRedirect', 'OptimizationHints'],
  ...['NetworkTimeServiceQuerying', 'AimEnabled', 'PreconnectToSearch'],
]

function launchOptions() {
  const executablePath = EXECUTABLES.find((path) => path !== undefined && existsSync(path))
  if (executablePath === undefined)
    throw new Error('these tests need Chromium: install it, or set CHROMIUM to its path')
  return {
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--disable-features=${FEATURES_OFF.join()}`,
    ],
  }
}

/** @param args further arguments of its command line */
export function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const options = launchOptions()
  return chromium.launch({ ...options, args: [...options.args, ...args] })
}

/**
 * Starts a browser as people use it at home: it stores its data in this folder.
 *
 * @param args further arguments of its command line
 */
export function openProfile(dir: string, args: readonly string[] = []): Promise<BrowserContext> {
  const options = launchOptions()
  return chromium.launchPersistentContext(dir, {
    ...options,
    args: [...options.args, ...args],
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
}

export interface Watched {
  readonly page: Page
  /**
   * Console errors, uncaught errors, CSP violations, and requests to other origins than the page's.
   */
  readonly faults: string[]
  readonly close: () => Promise<void>
}

/** Opens `url` in a new context; `prepare` may set the page up before it goes there. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  prepare: (page: Page) => Promise<unknown> = async () => {},
): Promise<Watched> {
  const context = await browser.newContext({
    locale: 'en-GB',
    timezoneId: 'Europe/Zurich',
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  const faults: string[] = []
  const origin = new URL(url).origin
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) faults.push(`request: ${request.url()}`)
  })
  await page.addInitScript(CSP_WATCH)
  await prepare(page)
  await page.goto(url)
  return { page, faults, close: () => context.close() }
}

const WAIT_MS = 30_000
const POLL_MS = 50

/**
 * Waits until an expression is true in the page. Playwright's own `waitForFunction` compiles a text
 * in the page at its second try, which the pages' policy forbids.
 */
export async function becomes(page: Page, expression: string): Promise<void> {
  const untilMs = Date.now() + WAIT_MS
  while (!(await page.evaluate(`Boolean(${expression})`))) {
    if (Date.now() > untilMs) throw new Error(`the page does not reach ${expression}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

const AXE = readFileSync(
  join(dirname(createRequire(import.meta.url).resolve('axe-core')), 'axe.min.js'),
  'utf8',
)

/** Returns the violations that axe-core finds, one line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate('Boolean(window.axe)'))) await page.evaluate(AXE)
  return page.evaluate(
    // Listing every node that passes would take most of the time.
    `axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map(({ id, help, nodes }) => id + ': ' + help + ': ' + nodes[0]?.html))`,
  )
}

const SCREENSHOTS = fileURLToPath(new URL('../../build/screenshots/', import.meta.url))

/**
 * Takes a picture for people if SCREENSHOTS is set: hundreds take a minute.
 */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (!process.env.SCREENSHOTS) return
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) })
}

/** Keeps a picture that the page drew. */
export function keepPicture(name: string, png: Uint8Array): void {
  mkdirSync(SCREENSHOTS, { recursive: true })
  writeFileSync(join(SCREENSHOTS, `${name}.png`), png)
}
