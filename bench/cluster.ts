/**
 * The cluster through HTTP, with all engines on this machine, next to the original architecture doing the same work on
 * the same engines, in turn; then how long a vote takes to the dashboard, and what a ballot costs each engine.
 */
import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { benchClusterBox } from './cluster-box.ts'
import { type BenchEngines, benchEngines } from './cluster-engines.ts'
import { type BenchElection, makeElection } from './elections.ts'
import { installPeer, loadPeerKeys, startPeer } from './peer-fastapi.ts'
import { clusterServer, type LoadReport, load } from './processes.ts'
import { type Figure, median, whole } from './report.ts'

const VOTERS = 200_000
const ROUNDS = 3
const OUR_VOTES = 30_000
const THEIR_VOTES = 5_000
/** Voters at once: enough for batches, on either side. */
const CONNECTIONS = 1_024
const SINGLE_VOTES = 50
const COUNT_LIMIT_MS = 300_000

export async function benchCluster(): Promise<Figure[]> {
  const engines = await benchEngines()
  const election = await makeElection(VOTERS, ['--cluster'])
  try {
    const venv = installPeer(engines.dir)
    await loadPeerKeys(engines, election.keysFile)
    return [
      ...(await side(engines, election, venv)),
      ...(await benchClusterBox({ voters: 1_000_000, ballots: 100_000 })),
    ]
  } finally {
    election.remove()
    await engines.stop()
  }
}

async function side(engines: BenchEngines, election: BenchElection, venv: string): Promise<Figure[]> {
  const ours = await clusterServer(election.dataDir)
  let first = 0
  let theirFirst = 0
  const run = async (url: string, from: number, count: number): Promise<LoadReport> => {
    const report = await load({
      url,
      keysFile: election.keysFile,
      first: from,
      count,
      connections: CONNECTIONS,
      rate: 0,
    })
    if (report.accepted !== count) throw new Error(`only ${report.accepted} of ${count} votes were accepted`)
    return report
  }
  const vote = async () => {
    const report = await run(ours.url, first, OUR_VOTES)
    first += OUR_VOTES
    return report
  }
  try {
    await vote()
    await counted(ours.url, first)
    const rounds = []
    for (let round = 0; round < ROUNDS; round++) {
      const theirs = []
      for (const workers of [1, 2]) {
        const peer = await startPeer(engines, venv, workers)
        try {
          theirs.push(await run(peer.url, theirFirst, THEIR_VOTES))
        } finally {
          await peer.stop()
        }
        theirFirst += THEIR_VOTES
      }
      const best = Math.max(...theirs.map(({ perSecond }) => perSecond))
      const mine = await vote()
      rounds.push({ theirs, best, mine, ratio: mine.perSecond / best })
      await counted(ours.url, first)
    }
    const ratio = median(rounds.map((round) => round.ratio))
    const ms = await toDashboard(ours.url, election, first)
    const state = await pipelineOf(ours.url)
    const kafkaBytes = Number(
      execFileSync('sh', [
        '-c',
        `du -cb ${engines.dir}/kafka/data/votes-*/*.log | grep -v total | awk '{s+=$1} END {print s}'`,
      ]).toString(),
    )
    const ballots = first + SINGLE_VOTES
    return [
      { what: 'FastAPI + uvicorn, 1 worker / 2 workers, votes/s', value: perWorkers(rounds) },
      {
        what: 'ours, one gateway, Spark counting, votes/s',
        value: whole(median(rounds.map(({ mine }) => mine.perSecond))),
      },
      {
        what: 'ratio to the better of theirs, median',
        value: ratio.toFixed(1),
        goal: '≥ 5',
        reached: ratio >= 5,
      },
      { what: 'ratios of all rounds', value: rounds.map((round) => round.ratio.toFixed(1)).join(' ') },
      { what: 'p99 flat out, ms, ours', value: median(rounds.map(({ mine }) => mine.p99)).toFixed(0) },
      {
        what: 'acknowledgement to dashboard, p50 / p99, ms',
        value: `${percentile(ms, 50)} / ${percentile(ms, 99)}`,
      },
      {
        what: 'Spark state per ballot, bytes',
        value: ((state?.state_bytes ?? Number.NaN) / ballots).toFixed(0),
      },
      { what: 'Kafka votes per ballot, bytes on disk', value: (kafkaBytes / ballots).toFixed(0) },
    ]
  } finally {
    await ours.stop()
  }
}

function perWorkers(rounds: readonly { readonly theirs: readonly LoadReport[] }[]): string {
  const of = (i: number) => whole(median(rounds.map(({ theirs }) => theirs[i]!.perSecond)))
  return `${of(0)} / ${of(1)}`
}

interface Snapshot {
  readonly cast: number
  readonly pipeline?: { readonly tally: { readonly state: { readonly state_bytes: number | null } } | null }
}

const snapshotAt = async (url: string): Promise<Snapshot> =>
  (await fetch(`${url}/results`)).json() as Promise<Snapshot>

async function pipelineOf(url: string) {
  return (await snapshotAt(url)).pipeline?.tally?.state
}

async function counted(url: string, ballots: number): Promise<void> {
  const untilMs = performance.now() + COUNT_LIMIT_MS
  while ((await snapshotAt(url)).cast < ballots) {
    if (performance.now() > untilMs) throw new Error(`Spark did not count ${ballots} ballots in time`)
    await sleep(200)
  }
}

/** One vote at a time: from its acknowledgement to the event that counts it, ms. */
async function toDashboard(url: string, { keysFile }: BenchElection, first: number): Promise<number[]> {
  const watching = new AbortController()
  let cast = -1
  let onCast = () => {}
  const stream = await fetch(`${url}/results/stream`, { signal: watching.signal })
  const reading = read(stream, (snapshot) => {
    cast = snapshot.cast
    onCast()
  })
  const took: number[] = []
  for (let i = 0; i < SINGLE_VOTES; i++) {
    await load({ url, keysFile, first: first + i, count: 1, connections: 1, rate: 0 })
    const acknowledgedMs = performance.now()
    await new Promise<void>((resolve) => {
      onCast = () => {
        if (cast > first + i) resolve()
      }
      onCast()
    })
    took.push(performance.now() - acknowledgedMs)
  }
  watching.abort()
  await reading
  return took
}

async function read(stream: Response, onSnapshot: (snapshot: Snapshot) => void): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of stream.body!) {
      text += decoder.decode(chunk, { stream: true })
      const events = text.split('\n\n')
      text = events.pop()!
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1]
        if (data?.startsWith('{"election"')) onSnapshot(JSON.parse(data) as Snapshot)
      }
    }
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error
  }
}

function percentile(values: readonly number[], percent: number): string {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))]!.toFixed(0)
}
