/**
 * The sides of the cluster's benchmark. Each starts for its turn and stops after it. Sends a run of
 * votes to one side.
 */
import type { BenchEngines } from './cluster-engines.ts'
import { counted } from './cluster-own.ts'
import { type BenchElection, DEFINITION } from './elections.ts'
import { PEER_TOPICS, startPeer } from './peer-fastapi.ts'
import { startPeerSpark, stopOurQuery } from './peer-spark.ts'
import { clusterServer, type LoadReport, load } from './processes.ts'
import { progress } from './progress.ts'

/** Simultaneous voters: enough for batches on either side. */
const CONNECTIONS = 1_024
export const WORKERS = 2
/** Share of votes that may get 503 because a busy machine did not answer in time. */
const MOST_REFUSED = 0.01

export interface Stage {
  readonly engines: BenchEngines
  readonly election: BenchElection
  readonly venv: string
}

/** A running system that accepts and counts votes. */
export interface Side {
  readonly url: string
  /** Waits until it has counted this number of votes since it started. */
  readonly counted: (votes: number) => Promise<void>
  readonly stop: () => Promise<void>
}

/** @param sent number of votes in its topic */
export async function startTheirs(
  engines: BenchEngines,
  venv: string,
  kind: 'plain' | 'spark',
  sent: number,
): Promise<Side> {
  const topic = PEER_TOPICS[kind]
  const spark = kind === 'spark' ? await startPeerSpark(engines, topic, PEER_TOPICS.sink) : undefined
  const peer = await startPeer(engines, venv, { workers: WORKERS, topic, counter: spark === undefined })
  const counted = (votes: number) => (spark ?? peer).counted(sent + votes)
  // Its counter reads the topic from the start.
  if (spark === undefined) await counted(0)
  return {
    url: peer.url,
    counted,
    stop: async () => {
      await peer.stop()
      await spark?.stop()
    },
  }
}

/** @param cast number of ballots that the election has */
export async function startOurs({ engines, election }: Stage, cast: number): Promise<Side> {
  const server = await clusterServer(election.dataDir)
  return {
    url: server.url,
    counted: (votes) => counted(server.url, cast + votes),
    stop: async () => {
      await server.stop()
      await stopOurQuery(engines, DEFINITION.id)
    },
  }
}

export async function run(
  url: string,
  { keysFile }: BenchElection,
  first: number,
  count: number,
): Promise<LoadReport> {
  const report = await load({ url, keysFile, first, count, connections: CONNECTIONS, rate: 0 })
  const refused = count - report.accepted
  if (refused > count * MOST_REFUSED) throw new Error(`${refused} of ${count} votes were refused`)
  if (refused > 0) progress(`  ${refused} of ${count} votes were refused`)
  return report
}
