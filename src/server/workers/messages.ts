/** What a worker and the process that leads it say to each other. Types only. */
import type { TokenUses } from '../../gateway/access.ts'
import type { Figures } from '../../gateway/worker-figures.ts'

/** What a server tells once it is ready. */
export interface Ready {
  /** For programs. */
  readonly facts: Readonly<Record<string, string | number>>
  /** For people, a line each. */
  readonly words: readonly string[]
}

export type FromWorker =
  | { readonly says: 'ready'; readonly ready: Ready }
  /** Asks for everybody's figures. */
  | { readonly says: 'ask'; readonly question: number }
  | { readonly says: 'figures'; readonly question: number; readonly figures: Figures }
  /** How often access tokens were used there, for the others. */
  | { readonly says: 'used'; readonly uses: TokenUses }

export type ToWorker =
  /** To end, as after SIGTERM. */
  | { readonly says: 'stop' }
  /** To look at once for a newer certificate. */
  | { readonly says: 'look' }
  /** To tell its figures. */
  | { readonly says: 'tell'; readonly question: number }
  | { readonly says: 'used'; readonly uses: TokenUses }
  /** The answer to `ask`. */
  | { readonly says: 'all'; readonly question: number; readonly figures: readonly Figures[] }
