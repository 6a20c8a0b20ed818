/** A tracker that the booth's link carried in its fragment, taken out of the address and of the tab's history at once. */

const TRACKER = /[A-Za-z0-9_-]{43}/

export function trackerIn(fragment: string): string | undefined {
  return new RegExp(`^#(${TRACKER.source})$`).exec(fragment)?.[1]
}

/** What a scanned code or pasted text means: a link to this page says its tracker, anything else itself. */
export function receiptIn(text: string): string {
  const trimmed = text.trim()
  return new RegExp(`^https?://\\S+#(${TRACKER.source})$`, 'i').exec(trimmed)?.[1] ?? trimmed
}

export function takeTracker(): string | undefined {
  const { hash, pathname, search } = location
  if (hash === '') return undefined
  history.replaceState(null, '', pathname + search)
  return trackerIn(hash)
}
