/** A browser that is not Chromium, whatever drives it: what tests of the pages need of one. */
import assert from 'node:assert/strict'

/** What an element is found by: an XPath. */
export type Path = string

export interface DrivenBrowser {
  readonly name: string
  readonly version: string
  /**
   * Where this browser finds the server of that address, and what goes wrong on its pages is heard.
   */
  readonly addressOf: (serverUrl: string) => Promise<string>
  readonly goTo: (url: string) => Promise<void>
  /** @param expression JavaScript in the page, whose value is JSON */
  readonly evaluate: (expression: string) => Promise<unknown>
  /** As with a mouse: fails where the element is not on screen. */
  readonly click: (path: Path) => Promise<void>
  /** As on a keyboard, behind what the field holds already. */
  readonly type: (path: Path, text: string) => Promise<void>
  /** Console errors, uncaught errors and CSP violations so far. */
  readonly faults: readonly string[]
  readonly close: () => Promise<void>
}

/** JavaScript for a page, before all others: the console has what the page's policy forbids. */
export const CSP_WATCH = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('CSP: ' + event.violatedDirective + ' ' + event.blockedURI))`

const WAIT_MS = 30_000
const POLL_MS = 50

/** What the first such element says on screen; null where there is none. */
export async function textOf(browser: DrivenBrowser, path: Path): Promise<string | null> {
  const FIRST_ORDERED_NODE = 9
  const text = await browser.evaluate(`(() => {
    const found = document.evaluate(${JSON.stringify(path)}, document, null, ${FIRST_ORDERED_NODE}, null)
    const element = found.singleNodeValue
    return element?.checkVisibility() ? element.textContent : null
  })()`)
  return text as string | null
}

/** Waits until such an element is on screen. @returns what it says */
export async function shown(browser: DrivenBrowser, path: Path): Promise<string> {
  const untilMs = Date.now() + WAIT_MS
  for (;;) {
    const text = await textOf(browser, path)
    if (text !== null) return text
    if (Date.now() > untilMs) {
      const page = await textOf(browser, '//main')
      assert.fail(`${browser.name} does not show ${path}, but: ${page?.slice(0, 500)}`)
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
