/** The cluster's ballot box on the real engines meets the contract of every ballot box. */

import { ballotBoxContract } from '../contract/ballot-box.ts'
import { engines } from '../engines.ts'
import { clusterElection } from './cluster-store.ts'

ballotBoxContract('cluster', async (election, issued) => {
  const { gateway } = await clusterElection(await engines(), election, issued)
  return gateway()
})
