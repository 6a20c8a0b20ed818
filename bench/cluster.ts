/**
 * Compares the cluster over HTTP with the original architecture, in turn, on the same engines on
 * this machine. The original runs with a plain counter, and with the streaming Spark count of its
 * design. Only one side runs at a time, so that no side pays for an idle one. Prints the processor
 * time per vote of every process, during the load and until all votes are counted, and then how
 * long a vote takes to the dashboard.
 */
import { benchClusterBox } from './cluster-box.ts'
import { benchEngines } from './cluster-engines.ts'
import { OWN_VOTERS, ownFigures } from './cluster-own.ts'
import { run, type Side, type Stage, startOurs, startTheirs, WORKERS } from './cluster-sides.ts'
import { DEFINITION, makeElection } from './elections.ts'
import { installPeer, loadPeerKeys, makePeerTopics } from './peer-fastapi.ts'
import type { LoadReport } from './processes.ts'
import { KIND_NAMES, type ProcessorTime, perVote, processorTime, sumOf } from './processor-time.ts'
import { progress } from './progress.ts'
import { type Figure, median, whole } from './report.ts'

export interface ClusterSizes {
  readonly rounds: number
  /** Votes of a round for our side. The other sides get a third. */
  readonly votes: number
}
/**
 * With 36,000 votes a round, compiling is a third of what Spark and the gateway take: a short load
 * shows how a process starts, not what a vote costs in an election.
 */
export const CLUSTER_SIZES: ClusterSizes = { rounds: 3, votes: 150_000 }
/** Warm-up before the measurement, as a part of its votes, for each side. */
const WARM_PART = 3
const THEIR_PART = 3
/** Publishing in groups would leave the last ballots uncounted. */
const PUBLISHED_AT_ONCE = { ...DEFINITION, suppress_below: 1 }

/** The machine must be otherwise idle. Also prints a table for RESULTS.md. */
export async function benchCluster(sizes: ClusterSizes): Promise<Figure[]> {
  const counts = { ours: countsOf(sizes.votes), theirs: countsOf(Math.ceil(sizes.votes / THEIR_PART)) }
  progress('starting the engines')
  const engines = await benchEngines()
  try {
    const voters = sizes.rounds * Math.max(total(counts.ours), 2 * total(counts.theirs)) + OWN_VOTERS
    progress(`making an election of ${whole(voters)} voters`)
    const election = await makeElection(voters, ['--cluster'], PUBLISHED_AT_ONCE)
    try {
      progress('installing the original architecture')
      const venv = installPeer(engines.dir)
      await makePeerTopics(engines)
      await loadPeerKeys(engines, election.keysFile)
      return await sidesInTurn({ engines, election, venv }, sizes.rounds, counts)
    } finally {
      election.remove()
    }
  } finally {
    await engines.stop()
  }
}

interface Counts {
  readonly warm: number
  readonly measured: number
}

const countsOf = (measured: number): Counts => ({ measured, warm: Math.ceil(measured / WARM_PART) })
const total = ({ warm, measured }: Counts): number => warm + measured

/** The ballot box of a cluster without HTTP. */
export async function benchClusterBoxAlone(): Promise<Figure[]> {
  const engines = await benchEngines()
  try {
    return await benchClusterBox({ voters: 1_000_000, ballots: 100_000 })
  } finally {
    await engines.stop()
  }
}

interface Measured {
  readonly report: LoadReport
  /** Votes that the side accepted, including the warm-up. */
  readonly taken: number
  /** Votes per second from the first vote until all are counted. */
  readonly countedPerSecond: number
  /** Microseconds per vote. */
  readonly during: ProcessorTime
  readonly untilCounted: ProcessorTime
}

type SideName = 'plain' | 'spark' | 'ours'

async function sidesInTurn(
  stage: Stage,
  roundsToRun: number,
  counts: Readonly<Record<'ours' | 'theirs', Counts>>,
): Promise<Figure[]> {
  const rounds: Record<SideName, Measured[]> = { plain: [], spark: [], ours: [] }
  const next = { ours: 0, theirs: 0 }
  const taken: Record<SideName, number> = { plain: 0, spark: 0, ours: 0 }
  let last: Figure[] = []

  const measured = async (name: SideName, side: Side): Promise<void> => {
    const of = name === 'ours' ? 'ours' : 'theirs'
    const one = await measure(side, stage, next[of], counts[of])
    next[of] += total(counts[of])
    taken[name] += one.taken
    rounds[name].push(one)
    const spent = `${sumOf(one.during).toFixed(0)} / ${sumOf(one.untilCounted).toFixed(0)} µs a vote`
    progress(`  ${SIDE_WORDS[name]}: ${whole(one.report.perSecond)} votes/s, ${spent}`)
  }
  for (let round = 0; round < roundsToRun; round++) {
    progress(`round ${round + 1} of ${roundsToRun}`)
    for (const kind of ['plain', 'spark'] as const) {
      const side = await startTheirs(stage.engines, stage.venv, kind, taken[kind])
      await using(side, (it) => measured(kind, it))
    }
    await using(await startOurs(stage, taken.ours), async (side) => {
      await measured('ours', side)
      if (round < roundsToRun - 1) return
      progress('from the acknowledgement to the dashboard')
      last = await ownFigures(side.url, stage.engines, stage.election, next.ours)
    })
  }
  printTable(rounds)
  return [...figuresOf(rounds), ...last]
}

async function using<Result>(side: Side, work: (side: Side) => Promise<Result>): Promise<Result> {
  try {
    return await work(side)
  } finally {
    await side.stop()
  }
}

/** @param first number of the first voter who has not voted at this side */
async function measure(
  side: Side,
  { election }: Pick<Stage, 'election'>,
  first: number,
  { warm, measured }: Counts,
): Promise<Measured> {
  const warmed = (await run(side.url, election, first, warm)).accepted
  await side.counted(warmed)
  const before = processorTime()
  const startMs = performance.now()
  const report = await run(side.url, election, first + warm, measured)
  const after = processorTime()
  const taken = warmed + report.accepted
  await side.counted(taken)
  const seconds = (performance.now() - startMs) / 1000
  return {
    ...{ report, taken },
    countedPerSecond: report.accepted / seconds,
    during: perVote(before, after, report.accepted, report.cpuMicros),
    untilCounted: perVote(before, processorTime(), report.accepted, report.cpuMicros),
  }
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
  return [
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

/** Prints the table: a column for each side, medians of the rounds. */
function printTable(rounds: Readonly<Record<SideName, readonly Measured[]>>): void {
  const sides = Object.keys(SIDE_WORDS) as SideName[]
  const row = (what: string, cell: (measured: readonly Measured[]) => string) =>
    `| ${[what, ...sides.map((side) => cell(rounds[side]))].join(' | ')} |`
  const spent = (pick: (time: ProcessorTime) => number) => (measured: readonly Measured[]) =>
    (['during', 'untilCounted'] as const)
      .map((when) => median(measured.map((one) => pick(one[when]))).toFixed(0))
      .join(' / ')
  const rate = (pick: (one: Measured) => number) => (measured: readonly Measured[]) =>
    whole(median(measured.map(pick)))
  const heads = [`medians of ${rounds.ours.length} rounds`, ...sides.map((side) => SIDE_WORDS[side])]
  const lines = [
    `| ${heads.join(' | ')} |`,
    `|${'---|'.repeat(sides.length + 1)}`,
    row(
      'accepted, votes/s',
      rate(({ report }) => report.perSecond),
    ),
    row(
      'until counted, votes/s',
      rate(({ countedPerSecond }) => countedPerSecond),
    ),
    ...KIND_NAMES.map((kind) =>
      row(
        `µs per vote during / until counted: ${kind}`,
        spent((time) => time[kind] ?? 0),
      ),
    ),
    row('sum', spent(sumOf)),
  ]
  console.log(`\n${lines.join('\n')}`)
}
