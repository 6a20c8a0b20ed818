/**
 * How a voter arrives: which election the address names, what the page is for, and the key in its
 * fragment, which is taken out of the address and of the tab's history before anything else
 * happens.
 */
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { keyInLink } from '../../core/election/key-link.ts'

/**
 * The key, `damaged` where a link meant to carry one and does not, or undefined where it carries
 * none.
 */
export type Arrival = VoterKeyPair | 'damaged' | undefined

export function electionIdIn(path: string): string {
  return path.split('/')[2] ?? ''
}

/**
 * `?sample` shows the ballot and casts nothing; `?kiosk` is a booth that many voters use, one after
 * the other.
 */
export type Mode = 'sample' | 'kiosk' | undefined

export function modeIn(search: string): Mode {
  return /[?&](sample|kiosk)\b/.exec(search)?.[1] as Mode
}

declare global {
  interface Window {
    /** The fragment, where the guard of the page (index.html) had to take it out of the address. */
    arrived?: string
  }
}

export function takeKey(): Arrival {
  const fragment = window.arrived ?? location.hash
  delete window.arrived
  const mode = modeIn(location.search)
  if (location.hash !== '') history.replaceState(null, '', location.pathname + (mode ? `?${mode}` : ''))
  return keyInLink(fragment)
}
