/** What tests of the pages need of a browser that is not Chromium, with any driver. */
import assert from 'node:assert/strict'

/** An XPath that finds an element. */
export type Path = string

export interface DrivenBrowser {
  readonly name: string
  readonly version: string
  /**
   * Returns the address at which this browser reaches the server. Errors of its pages are recorded
   * only below this address.
   */
  readonly addressOf: (serverUrl: string) => Promise<string>
  readonly goTo: (url: string) => Promise<void>
  /** @param expression JavaScript in the page, whose value is JSON */
  readonly evaluate: (expression: string) => Promise<unknown>
  /** Like a click of a mouse: fails if the element is not on screen. */
  readonly click: (path: Path) => Promise<void>
  /** Like a keyboard: types after the text that the field has already. */
  readonly type: (path: Path, text: string) => Promise<void>
  /** Console errors, uncaught errors and CSP violations so far. */
  readonly faults: readonly string[]
  readonly close: () => Promise<void>
}

/**
 * JavaScript that runs in a page before all others: it writes violations of the page's policy to
 * the console.
 */
export const CSP_WATCH = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('CSP: ' + event.violatedDirective + ' ' + event.blockedURI))`

const WAIT_MS = 30_000
const POLL_MS = 50

/** Returns the visible text of the first such element; null if there is no such element. */
export async function textOf(browser: DrivenBrowser, path: Path): Promise<string | null> {
  const FIRST_ORDERED_NODE = 9
  const text = await browser.evaluate(`(() => {
    const found = document.evaluate(${JSON.stringify(path)}, document, null, ${FIRST_ORDERED_NODE}, null)
    const element = found.singleNodeValue
    return element?.checkVisibility() ? element.textContent : null
  })()`)
  return text as string | null
}

/** Waits until such an element is on screen. @returns its text */
export async function shown(browser: DrivenBrowser, path: Path): Promise<string> {
  const untilMs = Date.now() + WAIT_MS
  for (;;) {
    const text = await textOf(browser, path)
    if (text !== null) return text
    if (Date.now() > untilMs) {
      const page = await textOf(browser, '//main')
      assert.fail(`${browser.name} does not show ${path}, it shows: ${page?.slice(0, 500)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Waits for it, then clicks it. */
export async function press(browser: DrivenBrowser, path: Path): Promise<void> {
  await shown(browser, path)
  await browser.click(path)
}

export const heading = (words: string): Path => `//h1[normalize-space()=${JSON.stringify(words)}]`
export const button = (words: string): Path => `//button[normalize-space()=${JSON.stringify(words)}]`
