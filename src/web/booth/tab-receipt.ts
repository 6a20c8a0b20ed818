/**
 * Keeps the receipt of this tab over a reload, and over nothing else.
 *
 * It is stored when the page closes. The next page of the same tab reads it only if that page was
 * requested before this one closed. This is true of a reload. A tab that was closed and is reopened
 * is requested afterwards. Browsers write a tab's storage to the disk, so the receipt is masked: a
 * search of the disk for the tracker finds nothing.
 */
import type { Receipt } from './calls.ts'

const NAME = 'receipt'

export function putDown(electionId: string, receipt: Receipt): void {
  try {
    const text = JSON.stringify([electionId, receipt])
    const mask = crypto.getRandomValues(new Uint16Array(text.length))
    const kept = [performance.timeOrigin + performance.now(), [...mask], masked(units(text), mask)]
    sessionStorage.setItem(NAME, JSON.stringify(kept))
  } catch {} // no room, or no storage
}

/**
 * Returns undefined unless this is a reload of a page with a receipt of this election. Deletes the
 * stored receipt.
 */
export function takeUp(electionId: string): Receipt | undefined {
  try {
    const [wentMs, mask, text] = JSON.parse(sessionStorage.getItem(NAME)!)
    sessionStorage.removeItem(NAME)
    const [election, receipt] = JSON.parse(String.fromCharCode(...masked(text, mask)))
    return performance.timeOrigin < wentMs && election === electionId ? receipt : undefined
  } catch {
    return undefined // nothing there, or no storage
  }
}

const units = (text: string): number[] => text.split('').map((unit) => unit.charCodeAt(0))

/** Masks a text; a second call restores it. */
function masked(text: readonly number[], mask: ArrayLike<number>): number[] {
  return text.map((unit, i) => unit ^ mask[i]!)
}
