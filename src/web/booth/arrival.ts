/**
 * How a voter arrives: which election the address names, and the key in its fragment, which is taken out of the
 * address and of the tab's history before anything else happens.
 */
import { isKeyFragment, readKeyFragment, type VoterKeyPair } from '../../core/election/key-code.ts'

/** The key, `damaged` where a link meant to carry one and does not, or undefined where it carries none. */
export type Arrival = VoterKeyPair | 'damaged' | undefined

export function electionIdIn(path: string): string {
  return path.split('/')[2] ?? ''
}

export function keyIn(fragment: string): Arrival {
  return isKeyFragment(fragment) ? (readKeyFragment(fragment) ?? 'damaged') : undefined
}

export function takeKey(): Arrival {
  const arrival = keyIn(location.hash)
  if (location.hash !== '') history.replaceState(null, '', location.pathname)
  return arrival
}
