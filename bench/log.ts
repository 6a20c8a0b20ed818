/**
 * `POST /vote` with and without the public log, in turn in one run: the cost per vote of promises
 * in receipts and of publishing. The servers differ in nothing else.
 *
 * The speed of a process depends in part on its start: two servers of the same code differ by a
 * tenth for their whole life. So both are started several times.
 */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { makeElection } from './elections.ts'
import {
  type BenchServer,
  electionServer,
  type MeasuredLoad,
  measuredLoad,
  unloggedServer,
} from './processes.ts'
import { progress } from './progress.ts'
import { type Figure, median, whole } from './report.ts'
import { settledDisk } from './settled-disk.ts'

/** Largest number of starts. A busy machine does fewer, but at least two. */
const STARTS = 4
const LEAST_STARTS = 2
/** The benchmark ends within 5 min if two starts fit. */
const MOST_MS = 270_000
/** Measured rounds per start. */
const ROUNDS = 2
/** Votes per round: several seconds, because the log is published every 2 s. */
const VOTES = 60_000
/** Warm-up votes per start. */
const WARM_UP = 20_000
/** Pause after a run, so that its publishing does not overlap the other server's run. */
const REST_MS = 2_500
const VOTERS = STARTS * (WARM_UP + ROUNDS * VOTES)
const CONNECTIONS = 256
/** Total time to wait for the disk to settle. */
const SETTLING_MS = 30_000

interface Round {
  readonly off: MeasuredLoad
  readonly on: MeasuredLoad
}

export async function benchLog(): Promise<Figure[]> {
  const beganMs = performance.now()
  const sinceMs = (ms: number) => performance.now() - ms
  const election = await makeElection(VOTERS)
  await settledDisk(election.dir, SETTLING_MS)
  const without = join(election.dir, 'without')
  cpSync(election.dataDir, without, { recursive: true })
  let first = 0
  const run = (server: BenchServer, count: number): Promise<MeasuredLoad> => {
    const { keysFile } = election
    return measuredLoad(server, { keysFile, first, count, connections: CONNECTIONS, rate: 0 }, REST_MS)
  }
  const roundsOfStart = async (start: number): Promise<Round[]> => {
    const [off, on] = await Promise.all([unloggedServer(without), electionServer(election.dataDir)])
    try {
      const rounds: Round[] = []
      for (let round = 0; round <= ROUNDS; round++) {
        progress(`start ${start + 1} of at most ${STARTS}, round ${round} of ${ROUNDS}`)
        const count = round === 0 ? WARM_UP : VOTES
        // The order changes from round to round.
        const offFirst = (start + round) % 2 === 0
        const early = await run(offFirst ? off : on, count)
        const late = await run(offFirst ? on : off, count)
        first += count
        if (round > 0) rounds.push(offFirst ? { off: early, on: late } : { off: late, on: early })
      }
      return rounds
    } finally {
      await Promise.all([off.stop(), on.stop()])
    }
  }
  try {
    const starts: Round[][] = []
    let longestMs = 0
    const isTime = () => starts.length < LEAST_STARTS || sinceMs(beganMs) + longestMs < MOST_MS
    while (starts.length < STARTS && isTime()) {
      const startMs = performance.now()
      starts.push(await roundsOfStart(starts.length))
      longestMs = Math.max(longestMs, sinceMs(startMs))
    }
    return figures(starts)
  } finally {
    election.remove()
  }
}

function figures(starts: readonly (readonly Round[])[]): Figure[] {
  const rounds = starts.flat()
  const ratioOf = ({ on, off }: Round) => on.perSecond / off.perSecond
  const ratio = median(rounds.map(ratioOf))
  const middle = (pick: (round: Round) => number) => median(rounds.map(pick))
  const both = (pick: (run: MeasuredLoad) => number) =>
    `${middle(({ off }) => pick(off)).toFixed(1)} / ${middle(({ on }) => pick(on)).toFixed(1)}`
  return [
    { what: 'POST /vote without a log, votes/s', value: whole(middle(({ off }) => off.perSecond)) },
    { what: 'POST /vote with the log, votes/s', value: whole(middle(({ on }) => on.perSecond)) },
    { what: 'ratio, median of the rounds', value: ratio.toFixed(2), goal: '≥ 0.90', reached: ratio >= 0.9 },
    {
      what: 'ratios, start by start',
      value: starts.map((some) => some.map((round) => ratioOf(round).toFixed(2)).join(' ')).join(' · '),
    },
    { what: 'processor µs per vote, without / with', value: both(({ cpuMicros }) => cpuMicros) },
    { what: 'p99, ms, without / with', value: both(({ p99 }) => p99) },
  ]
}
