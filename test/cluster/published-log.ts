/**
 * An election on two gateways of a cluster, and the crowd that votes at both while its log is
 * published.
 */
import type { TestContext } from 'node:test'
import { electionDir, logDir } from '../../src/adapters/embedded/layout.ts'
import { type Crowd, crowd } from '../crash/voters.ts'
import type { PutForward } from '../moved-clock.ts'
import type { Key } from '../server.ts'
import { product } from './cluster-server.ts'

export const FAST = ['--publish-every', '0.2']
/** More than can vote while a test waits for a publisher to be relieved. */
export const VOTERS = 40_000

/** Two gateways of an election, and the crowd that votes at both. */
export async function voting(t: TestContext, changes = {}, voters = VOTERS, clock?: PutForward) {
  const on = await product(clock)
  t.after(() => on.end())
  const election = await on.init(voters, changes)
  const gateways = await Promise.all([on.serve('gateway'), on.serve('gateway')])
  const folder = logDir(electionDir(on.dataDir, election.id))
  return { on, election, gateways, folder, urls: gateways.map(({ url }) => url) }
}

export function crowds(urls: readonly string[], keys: readonly Key[]) {
  const each = Math.floor(keys.length / urls.length)
  const all = urls.map((url, i): Crowd => crowd(url, keys.slice(i * each, (i + 1) * each), 1))
  return {
    stop: () => Promise.all(all.map((one) => one.stop())),
    /** Of every ballot acknowledged. */
    trackers: () => all.flatMap(({ acknowledged }) => acknowledged.map(({ tracker }) => tracker)),
    refused: () => all.flatMap(({ refused }) => [...refused.keys()]).filter((status) => status !== 503),
  }
}
