/** The messages between a worker and the leading process. */
import type { TokenUses } from '../../gateway/access.ts'
import type { Figures } from '../../gateway/worker-figures.ts'

/** A worker's report when it is ready. */
export interface Ready {
  /** For programs. */
  readonly facts: Readonly<Record<string, string | number>>
  /** For people, a line each. */
  readonly words: readonly string[]
}

export type FromWorker =
  | { readonly says: 'ready'; readonly ready: Ready }
  /** Requests the figures of all workers. */
  | { readonly says: 'ask'; readonly question: number }
  | { readonly says: 'figures'; readonly question: number; readonly figures: Figures }
  /** How often access tokens were used in the sender, for the others. */
  | { readonly says: 'used'; readonly uses: TokenUses }

export type ToWorker =
  /** End, as after SIGTERM. */
  | { readonly says: 'stop' }
  /** Check at once for a newer certificate. */
  | { readonly says: 'look' }
  /** Send the worker's figures. */
  | { readonly says: 'tell'; readonly question: number }
  | { readonly says: 'used'; readonly uses: TokenUses }
  /** The answer to `ask`. */
  | { readonly says: 'all'; readonly question: number; readonly figures: readonly Figures[] }
