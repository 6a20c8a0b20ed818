/** Results asked for before they may be shown. */
import type { Election } from '../core/election/definition.ts'

export class NotYet extends Error {
  readonly code = 'NOT_YET'
  constructor(election: Election, ballots: number) {
    const closes = new Date(election.closesAtMs).toISOString()
    super(
      `results of "${election.id}" show after voting closes at ${closes}; ${ballots.toLocaleString('en')} ballots so far`,
    )
  }
}
