/**
 * The cluster through HTTP, with all engines on this machine, next to the original architecture doing the same work on
 * the same engines, in turn: with the plain counter that it was benched with before, and with the streaming Spark count
 * that its design has. One side runs at a time, so that no side pays for another that idles. Processor time per vote of
 * every process, during the load and until all of it is counted; then how long a vote takes to the dashboard.
 */
import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { benchClusterBox } from './cluster-box.ts'
import { type BenchEngines, benchEngines } from './cluster-engines.ts'
import { type BenchElection, DEFINITION, makeElection } from './elections.ts'
import { installPeer, loadPeerKeys, makePeerTopics, PEER_TOPICS, startPeer } from './peer-fastapi.ts'
import { startPeerSpark, stopOurQuery } from './peer-spark.ts'
import { clusterServer, type LoadReport, load } from './processes.ts'
import { KIND_NAMES, type ProcessorTime, perVote, processorTime, sumOf } from './processor-time.ts'
import { type Figure, median, whole } from './report.ts'

const VOTERS = 120_000
const ROUNDS = 2
const OUR_VOTES = 24_000
const THEIR_VOTES = 4_000
/** Before what is measured, of every process that was just started. */
const WARM_VOTES = { ours: 8_000, theirs: 1_000 }
/** Voters at once: enough for batches, on either side. */
const CONNECTIONS = 1_024
const SINGLE_VOTES = 30
const COUNT_LIMIT_MS = 120_000
const WORKERS = 2
/** Ballots told in groups would leave the last of them uncounted. */
const TOLD_AT_ONCE = { ...DEFINITION, suppress_below: 1 }

/** Nothing else may run on the machine meanwhile. Under five minutes on two cores. */
export async function benchCluster(): Promise<Figure[]> {
  const engines = await benchEngines()
  const election = await makeElection(VOTERS, ['--cluster'], TOLD_AT_ONCE)
  try {
    const venv = installPeer(engines.dir)
    await makePeerTopics(engines)
    await loadPeerKeys(engines, election.keysFile)
    return await sidesInTurn({ engines, election, venv })
  } finally {
    election.remove()
    await engines.stop()
  }
}

/** The ballot box of a cluster without HTTP. */
export async function benchClusterBoxAlone(): Promise<Figure[]> {
  const engines = await benchEngines()
  try {
    return await benchClusterBox({ voters: 1_000_000, ballots: 100_000 })
  } finally {
    await engines.stop()
  }
}

interface Stage {
  readonly engines: BenchEngines
  readonly election: BenchElection
  readonly venv: string
}

interface Measured {
  readonly report: LoadReport
  /** Votes a second from the first vote until all are counted. */
  readonly countedPerSecond: number
  /** Microseconds per vote. */
  readonly during: ProcessorTime
  readonly untilCounted: ProcessorTime
}

/** What takes votes and counts them, while it runs. */
interface Side {
  readonly url: string
  /** Waits until it has counted this number of the votes sent since it began. */
  readonly counted: (votes: number) => Promise<void>
  readonly stop: () => Promise<void>
}

type SideName = 'plain' | 'spark' | 'ours'

async function sidesInTurn(stage: Stage): Promise<Figure[]> {
  const { engines, election, venv } = stage
  const rounds: Record<SideName, Measured[]> = { plain: [], spark: [], ours: [] }
  const next = { ours: 0, theirs: 0 }
  const peerSent = { plain: 0, spark: 0 }
  let last: Figure[] = []

  const measure = async (side: Side, of: 'ours' | 'theirs', votes: number): Promise<Measured> => {
    const warm = WARM_VOTES[of]
    await run(side.url, election, next[of], warm)
    await side.counted(warm)
    const before = processorTime()
    const startMs = performance.now()
    const report = await run(side.url, election, next[of] + warm, votes)
    const after = processorTime()
    next[of] += warm + votes
    await side.counted(warm + votes)
    const seconds = (performance.now() - startMs) / 1000
    return {
      report,
      countedPerSecond: votes / seconds,
      during: perVote(before, after, votes, report.cpuMicros),
      untilCounted: perVote(before, processorTime(), votes, report.cpuMicros),
    }
  }
  const using = async <Result>(side: Side, work: (side: Side) => Promise<Result>): Promise<Result> => {
    try {
      return await work(side)
    } finally {
      await side.stop()
    }
  }

  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of ['plain', 'spark'] as const) {
      const side = await startTheirs(engines, venv, kind, peerSent[kind])
      rounds[kind].push(await using(side, (it) => measure(it, 'theirs', THEIR_VOTES)))
      peerSent[kind] += WARM_VOTES.theirs + THEIR_VOTES
    }
    const cast = next.ours
    await using(await startOurs(stage, cast), async (side) => {
      rounds.ours.push(await measure(side, 'ours', OUR_VOTES))
      if (round === ROUNDS - 1) last = await ownFigures(side.url, stage, next.ours)
    })
  }
  return [...figuresOf(rounds), ...last]
}

/** @param sent votes that its topic holds */
async function startTheirs(
  engines: BenchEngines,
  venv: string,
  kind: 'plain' | 'spark',
  sent: number,
): Promise<Side> {
  const topic = PEER_TOPICS[kind]
  const spark = kind === 'spark' ? await startPeerSpark(engines, topic, PEER_TOPICS.sink) : undefined
  const peer = await startPeer(engines, venv, { workers: WORKERS, topic, counter: spark === undefined })
  const counted = (votes: number) => (spark ?? peer).counted(sent + votes)
  // Its counter reads the topic from the beginning.
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

/** @param cast ballots that the election holds */
async function startOurs({ engines, election }: Stage, cast: number): Promise<Side> {
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

async function run(
  url: string,
  { keysFile }: BenchElection,
  first: number,
  count: number,
): Promise<LoadReport> {
  const report = await load({ url, keysFile, first, count, connections: CONNECTIONS, rate: 0 })
  if (report.accepted !== count) throw new Error(`only ${report.accepted} of ${count} votes were accepted`)
  return report
}

const SIDE_WORDS: Readonly<Record<SideName, string>> = {
  plain: `FastAPI, ${WORKERS} workers, plain counter`,
  spark: `FastAPI, ${WORKERS} workers, Spark counting`,
  ours: 'ours, one gateway, Spark counting',
}

function figuresOf(rounds: Readonly<Record<SideName, readonly Measured[]>>): Figure[] {
  const accepted = (side: SideName) => median(rounds[side].map(({ report }) => report.perSecond))
  const counted = (side: SideName) => median(rounds[side].map(({ countedPerSecond }) => countedPerSecond))
  const spent = (side: SideName, when: 'during' | 'untilCounted') =>
    median(rounds[side].map((round) => sumOf(round[when])))
  const ratios = { plain: accepted('ours') / accepted('plain'), spark: counted('ours') / counted('spark') }
  const spentByOurs = spent('ours', 'untilCounted')
  const sides = Object.keys(SIDE_WORDS) as SideName[]
  return [
    ...sides.flatMap((side): Figure[] => [
      { what: `${SIDE_WORDS[side]}: accepted, votes/s`, value: whole(accepted(side)) },
      { what: `${SIDE_WORDS[side]}: until counted, votes/s`, value: whole(counted(side)) },
      ...processors(`${SIDE_WORDS[side]}: µs per vote`, rounds[side]),
    ]),
    {
      what: 'ours to theirs without Spark, accepted',
      value: `${ratios.plain.toFixed(1)} ×`,
      goal: '≥ 5',
      reached: ratios.plain >= 5,
    },
    {
      what: 'ours to theirs with Spark, until counted',
      value: `${ratios.spark.toFixed(1)} ×`,
      goal: '≥ 6',
      reached: ratios.spark >= 6,
    },
    {
      what: 'all our processes until counted, µs per vote',
      value: spentByOurs.toFixed(0),
      goal: '≤ 150',
      reached: spentByOurs <= 150,
    },
    ...(['plain', 'spark'] as const).map((side) => ({
      what: `processor per vote, ${SIDE_WORDS[side]} to ours`,
      value: `${(spent(side, 'untilCounted') / spentByOurs).toFixed(1)} ×`,
    })),
    {
      what: 'p99 flat out, ms, ours',
      value: median(rounds.ours.map(({ report }) => report.p99)).toFixed(0),
    },
  ]
}

/** During the load, and until counted. */
function processors(what: string, rounds: readonly Measured[]): Figure[] {
  const of = (pick: (time: ProcessorTime) => number): string => {
    const [during, all] = (['during', 'untilCounted'] as const).map((when) =>
      median(rounds.map((round) => pick(round[when]))).toFixed(0),
    )
    return `${during} / ${all}`
  }
  return [
    ...KIND_NAMES.map((kind) => ({ what: `${what}, ${kind}`, value: of((time) => time[kind] ?? 0) })),
    { what: `${what}, sum`, value: of(sumOf) },
  ]
}

async function ownFigures(url: string, { engines, election }: Stage, cast: number): Promise<Figure[]> {
  const ms = await toDashboard(url, election, cast)
  const state = await pipelineOf(url)
  const kafkaBytes = Number(
    execFileSync('sh', [
      '-c',
      `du -cb ${engines.dir}/kafka/data/votes-*/*.log | grep -v total | awk '{s+=$1} END {print s}'`,
    ]).toString(),
  )
  const ballots = cast + SINGLE_VOTES
  return [
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
