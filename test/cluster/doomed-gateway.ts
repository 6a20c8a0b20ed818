/**
 * A gateway in a process of its own that ELECTIONS_FAULT kills while ballots are under way; run by
 * faults.test.ts.
 */
import { nodeDigest } from '../../src/adapters/node/digest.ts'
import { orderedFault } from '../../src/adapters/node/fault-point.ts'
import type { MarkedBallot } from '../../src/core/election/choices.ts'
import { electionFrom } from '../../src/core/election/definition.ts'
import type { Credential } from '../../src/ports/digest.ts'
import { openElectionFile } from '../server.ts'
import { type ClusterAddresses, openGateway } from './cluster-store.ts'

export interface DoomedOrder {
  readonly running: ClusterAddresses
  readonly electionId: string
  readonly secret: Uint8Array
  readonly voters: number
}
export type DoomedWord = 'casting'

const digest = nodeDigest()
process.once('message', async ({ running, electionId, secret, voters }: DoomedOrder) => {
  const election = electionFrom(openElectionFile({ id: electionId }))
  const faultPoint = orderedFault()
  const { box } = await openGateway(
    running,
    { election, secret, eligible: new Float64Array(2) },
    faultPoint ? { faultPoint } : {},
  )
  process.send!('casting' satisfies DoomedWord, () => {
    for (let voter = 0; voter < voters; voter++) {
      const credential = digest.credential(`voter ${voter}`) as Credential
      const marked = { choices: '[[1]]', districts: null } as unknown as MarkedBallot
      box.cast([{ credential, marked, retryMark: digest.retryMark(credential, 'attempt') }], null)
    }
  })
})
