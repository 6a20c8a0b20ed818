/** The phase of an election at a given moment. */
import type { Election } from './definition.ts'
import type { RefusalCode } from './refusal.ts'

export type Phase = 'not-open' | 'open' | 'closed'

/** The refusal of a new ballot in each phase; null if it is accepted. */
export const REFUSAL_IN = {
  'not-open': 'polls-not-open',
  open: null,
  closed: 'polls-closed',
} as const satisfies Record<Phase, RefusalCode | null>

/**
 * @param nowMs Unix milliseconds
 * @returns the phase; `opensAtMs` is the first open millisecond, `closesAtMs` the first closed one
 */
export function phaseAt(election: Pick<Election, 'opensAtMs' | 'closesAtMs'>, nowMs: number): Phase {
  if (nowMs >= election.closesAtMs) return 'closed'
  return nowMs >= election.opensAtMs ? 'open' : 'not-open'
}

/**
 * @returns whether the server may show more than the turnout (docs/invariants.md, "Groups of k")
 */
export function resultsVisible(election: Pick<Election, 'results'>, phase: Phase): boolean {
  return election.results === 'live' || phase === 'closed'
}
