/**
 * `POST /vote` with the public log and without, in turn, in one run: what promises in receipts and
 * the publishing of leaves cost a vote. Nothing else about the two servers differs.
 *
 * How fast a process is, is decided in part when it starts: two servers of the same code differ by
 * a tenth, and stay so. So both are started anew several times.
 */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeElection } from './elections.ts'
import {
  type BenchServer,
  cpuSeconds,
  electionServer,
  type LoadReport,
  load,
  unloggedServer,
} from './processes.ts'
import { type Figure, median, whole } from './report.ts'
import { settledDisk } from './settled-disk.ts'

const STARTS = 8
/** Counted, of each start; one before them warms both up. */
const ROUNDS = 2
/** Several seconds of them: the log is published every two. */
const VOTES = 90_000
/** After a run, so that what is still to be published is not done beside the other's. */
const REST_MS = 2_500
const VOTERS = STARTS * (1 + ROUNDS) * VOTES
const CONNECTIONS = 256

interface Run extends LoadReport {
  readonly cpuMicros: number
}

interface Round {
  readonly off: Run
  readonly on: Run
}

export async function benchLog(): Promise<Figure[]> {
  const election = await makeElection(VOTERS)
  await settledDisk(election.dir)
  const without = join(election.dir, 'without')
  cpSync(election.dataDir, without, { recursive: true })
  let first = 0
  const run = async ({ url, pid }: BenchServer): Promise<Run> => {
    const before = cpuSeconds(pid)
    const report = await load({
      ...{ url, keysFile: election.keysFile, first, count: VOTES, connections: CONNECTIONS, rate: 0 },
    })
    if (report.accepted !== VOTES) throw new Error(`only ${report.accepted} of ${VOTES} votes were accepted`)
    await sleep(REST_MS)
    return { ...report, cpuMicros: ((cpuSeconds(pid) - before) / VOTES) * 1e6 }
  }
  const roundsOfStart = async (start: number): Promise<Round[]> => {
    const [off, on] = await Promise.all([unloggedServer(without), electionServer(election.dataDir)])
    try {
      const rounds: Round[] = []
      for (let round = 0; round <= ROUNDS; round++) {
        // Who goes first changes from round to round.
        const offFirst = (start + round) % 2 === 0
        const early = await run(offFirst ? off : on)
        const late = await run(offFirst ? on : off)
        first += VOTES
        if (round > 0) rounds.push(offFirst ? { off: early, on: late } : { off: late, on: early })
      }
      return rounds
    } finally {
      await Promise.all([off.stop(), on.stop()])
    }
  }
  try {
    const starts: Round[][] = []
    for (let start = 0; start < STARTS; start++) starts.push(await roundsOfStart(start))
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
  const both = (pick: (run: Run) => number) =>
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
