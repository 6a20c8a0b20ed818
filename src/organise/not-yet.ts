/** Results were requested before they may be shown. */
import type { Election } from '../core/election/definition.ts'
import type { Phase } from '../core/election/phase.ts'
import { Fault } from '../core/fault.ts'

export class NotYet extends Fault<'not-yet'> {
  constructor(election: Election, phase: Phase, ballots: number) {
    const closes = new Date(election.closesAtMs).toISOString()
    const when =
      phase === 'closed'
        ? 'once every ballot is published in the public log'
        : `after voting closes at ${closes}`
    super('not-yet', {
      why: `results of "${election.id}" show ${when}; ${ballots.toLocaleString('en')} ballots so far`,
    })
  }
}
