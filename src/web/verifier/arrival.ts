/**
 * A tracker that the reader comes with: from the booth's page that opened this one, or in the
 * fragment of a link, which is taken out of the address at once. The browser's history keeps such a
 * link all the same, so the booth makes none.
 */

const TRACKER = /[A-Za-z0-9_-]{43}/

export function trackerIn(fragment: string): string | undefined {
  return new RegExp(`^#(${TRACKER.source})$`).exec(fragment)?.[1]
}

/**
 * What a scanned code or pasted text means: a link to this page says its tracker, anything else
 * itself.
 */
export function receiptIn(text: string): string {
  const trimmed = text.trim()
  return new RegExp(`^https?://\\S+#(${TRACKER.source})$`, 'i').exec(trimmed)?.[1] ?? trimmed
}

/** The log's key in a link that an organiser gives out, or in its code: `#key=` and the key. */
export function logKeyIn(text: string): string | undefined {
  const found = /#key=([^&]+)$/.exec(text.trim())?.[1]
  try {
    return found && decodeURIComponent(found)
  } catch {
    return undefined
  }
}

export function takeLogKey(): string | undefined {
  const key = logKeyIn(location.hash)
  if (key !== undefined) history.replaceState(null, '', location.pathname + location.search)
  return key
}

export function takeTracker(): string | undefined {
  const { hash, pathname, search } = location
  if (hash === '') return handedOver()
  history.replaceState(null, '', pathname + search)
  return trackerIn(hash)
}

/** What the receipt in the booth shows, if it is what opened this page. */
function handedOver(): string | undefined {
  try {
    const booth: Window | null = window.opener
    return trackerIn(`#${booth?.document.querySelector<HTMLElement>('[data-tracker]')?.dataset.tracker}`)
  } catch {
    return undefined // opened by a page from elsewhere
  }
}
