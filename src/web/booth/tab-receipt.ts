/**
 * The receipt of this tab over a reload, and over nothing else.
 *
 * It is put down when the page goes, and taken up by the next page of the same tab if that one was
 * asked for before this one went: a reload is. A tab that was closed and is opened again, by whom
 * it may be, is asked for afterwards. Browsers write what a tab keeps to the disk, so it lies there
 * masked: a search of the disk for the tracker finds nothing.
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
 * Undefined where this is no reload of a page that showed a receipt of this election. What was put
 * down is gone then.
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

/** Twice is once too often: it is the text again. */
function masked(text: readonly number[], mask: ArrayLike<number>): number[] {
  return text.map((unit, i) => unit ^ mask[i]!)
}
