/**
 * The tracker that a reader brings: from the booth's page that opened this one, or from the
 * fragment of a link. The page removes the fragment from the address at once. The browser's history
 * keeps such a link all the same, so the booth creates none.
 */

const TRACKER = /[A-Za-z0-9_-]{43}/

export function trackerIn(fragment: string): string | undefined {
  return new RegExp(`^#(${TRACKER.source})$`).exec(fragment)?.[1]
}

/**
 * The receipt in a scanned code or pasted text: the tracker if the text is a link to this page,
 * else the text itself.
 */
export function receiptIn(text: string): string {
  const trimmed = text.trim()
  return new RegExp(`^https?://\\S+#(${TRACKER.source})$`, 'i').exec(trimmed)?.[1] ?? trimmed
}

/** The log's key in an organiser's link or in its code: `#key=` and the key. */
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

/** The tracker of the booth's receipt, if the booth opened this page. */
function handedOver(): string | undefined {
  try {
    const booth: Window | null = window.opener
    return trackerIn(`#${booth?.document.querySelector<HTMLElement>('[data-tracker]')?.dataset.tracker}`)
  } catch {
    return undefined // a page of another site opened this one
  }
}
