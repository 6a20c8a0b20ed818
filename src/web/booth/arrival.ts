/**
 * Reads the address with which a voter arrives: the election, the purpose of the page, and the key
 * in the fragment. The key is removed from the address and the tab's history before anything else.
 */
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { keyInLink } from '../../core/election/key-link.ts'

/**
 * Returns the key, `damaged` if the fragment is not a complete key, or undefined if it is empty.
 */
export type Arrival = VoterKeyPair | 'damaged' | undefined

export function electionIdIn(path: string): string {
  return path.split('/')[2] ?? ''
}

/** `?sample` shows the ballot and casts nothing; `?kiosk` is a booth for many voters in turn. */
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
