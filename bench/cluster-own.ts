/**
 * Figures of our side only: how long a vote takes to the dashboard, and the storage per ballot.
 */
import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchEngines } from './cluster-engines.ts'
import { lagUnderLoad } from './cluster-lag.ts'
import { snapshotAt, streamOfCounts } from './cluster-stream.ts'
import type { BenchElection } from './elections.ts'
import { load } from './processes.ts'
import type { Figure } from './report.ts'

const SINGLE_VOTES = 30
/** After a load the count changes to its short pace (pace.ts). Votes until then wait longer. */
const SETTLING_MS = 10_000
const STEADY = { rate: 1_000, seconds: 20 } as const
const GOAL_MS = { quiet: 500, underLoad: 1_500 } as const
/** Voters that the figures here need at most. */
export const OWN_VOTERS = STEADY.rate * STEADY.seconds + 1_000
const COUNT_LIMIT_MS = 120_000

/** @param first number of the first voter who has not voted */
export async function ownFigures(
  url: string,
  { dir }: Pick<BenchEngines, 'dir'>,
  election: BenchElection,
  first: number,
): Promise<Figure[]> {
  const steady = await lagUnderLoad(url, election, { ...STEADY, first })
  let from = first + steady.length
  const settling = await toDashboard(url, election, from, (_, passedMs) => passedMs < SETTLING_MS)
  from += settling.length
  const quiet = await toDashboard(url, election, from, (votes) => votes < SINGLE_VOTES)
  const { cast: ballots, pipeline } = await snapshotAt(url)
  const state = pipeline?.tally?.state
  const kafkaBytes = Number(
    execFileSync('sh', [
      '-c',
      `du -cb ${dir}/kafka/data/votes-*/*.log | grep -v total | awk '{s+=$1} END {print s}'`,
    ]).toString(),
  )
  const { rate, seconds } = STEADY
  return [
    lagFigure(`at ${rate} votes/s for ${seconds} s`, steady, GOAL_MS.underLoad),
    lagFigure(`in the first ${SETTLING_MS / 1000} s after the load`, settling),
    lagFigure('after that', quiet, GOAL_MS.quiet),
    {
      what: 'Spark state per ballot, bytes',
      value: ((state?.state_bytes ?? Number.NaN) / ballots).toFixed(0),
    },
    { what: 'Kafka votes per ballot, bytes on disk', value: (kafkaBytes / ballots).toFixed(0) },
  ]
}

function lagFigure(when: string, ms: readonly number[], goalMs?: number): Figure {
  const [p50, p99] = [percentile(ms, 50), percentile(ms, 99)]
  return {
    what: `acknowledgement to dashboard ${when}, p50 / p99, ms`,
    value: `${p50.toFixed(0)} / ${p99.toFixed(0)}`,
    ...(goalMs !== undefined && { goal: `p99 ≤ ${goalMs}`, reached: p99 <= goalMs }),
  }
}

/** Waits until the live count has this number of ballots. @throws Error after COUNT_LIMIT_MS */
export async function counted(url: string, ballots: number): Promise<void> {
  const untilMs = performance.now() + COUNT_LIMIT_MS
  while ((await snapshotAt(url)).cast < ballots) {
    if (performance.now() > untilMs) throw new Error(`Spark did not count ${ballots} ballots in time`)
    await sleep(200)
  }
}

/**
 * Measures one vote at a time: ms from its acknowledgement to the event that counts it.
 *
 * @param more whether to cast another vote, given how many were cast and how long that took
 */
async function toDashboard(
  url: string,
  { keysFile }: BenchElection,
  first: number,
  more: (votes: number, passedMs: number) => boolean,
): Promise<number[]> {
  const stream = await streamOfCounts(url)
  const took: number[] = []
  const startMs = performance.now()
  for (let i = 0; more(i, performance.now() - startMs); i++) {
    const { accepted } = await load({ url, keysFile, first: first + i, count: 1, connections: 1, rate: 0 })
    if (accepted === 0) throw new Error('a single vote was refused')
    const acknowledgedMs = performance.now()
    await stream.until((cast) => cast > stream.before + i)
    took.push(performance.now() - acknowledgedMs)
  }
  stream.leave()
  return took
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))]!
}
