/** The cluster's ballot box against the contract every ballot box passes, on the real engines. */

import { ballotBoxContract } from '../contract/ballot-box.ts'
import { engines } from '../engines.ts'
import { clusterElection } from './cluster-store.ts'

ballotBoxContract('cluster', async (election, issued) => {
  const { gateway } = await clusterElection(await engines(), election, issued)
  return gateway()
})
