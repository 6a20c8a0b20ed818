/** Where an election stands at a moment. The moment is given: core has no clock. */
import type { Election } from './definition.ts'
import type { RefusalCode } from './refusal.ts'

export type Phase = 'not-open' | 'open' | 'closed'

/** What a new ballot gets in each phase; null is no refusal. */
export const REFUSAL_IN = {
  'not-open': 'polls-not-open',
  open: null,
  closed: 'polls-closed',
} as const satisfies Record<Phase, RefusalCode | null>

/** `opensAtMs` is the first open millisecond, `closesAtMs` the first closed one. */
export function phaseAt(election: Pick<Election, 'opensAtMs' | 'closesAtMs'>, nowMs: number): Phase {
  if (nowMs >= election.closesAtMs) return 'closed'
  return nowMs >= election.opensAtMs ? 'open' : 'not-open'
}

/** Whether anything but turnout may leave the server (docs/invariants.md, "Groups of k"). */
export function resultsVisible(election: Pick<Election, 'results'>, phase: Phase): boolean {
  return election.results === 'live' || phase === 'closed'
}
