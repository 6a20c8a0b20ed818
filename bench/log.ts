/**
 * `POST /vote` with the public log and without, in turn, in one run: what promises in receipts and the publishing of
 * leaves cost a vote. Nothing else about the two servers differs.
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

const ROUNDS = 15
/** Several seconds of them: the log is published every two. */
const VOTES = 120_000
/** After a run, so that what is still to be published is not done beside the other's. */
const REST_MS = 2_500
/** For the rounds, and one before them. */
const VOTERS = (ROUNDS + 1) * VOTES
const CONNECTIONS = 256

interface Run extends LoadReport {
  readonly cpuMicros: number
}

export async function benchLog(): Promise<Figure[]> {
  const election = await makeElection(VOTERS)
  await settledDisk(election.dir)
  const without = join(election.dir, 'without')
  cpSync(election.dataDir, without, { recursive: true })
  const [off, on] = await Promise.all([unloggedServer(without), electionServer(election.dataDir)])
  try {
    const run = async ({ url, pid }: BenchServer, round: number): Promise<Run> => {
      const before = cpuSeconds(pid)
      const report = await load({
        url,
        keysFile: election.keysFile,
        first: round * VOTES,
        count: VOTES,
        connections: CONNECTIONS,
        rate: 0,
      })
      if (report.accepted !== VOTES)
        throw new Error(`only ${report.accepted} of ${VOTES} votes were accepted`)
      await sleep(REST_MS)
      return { ...report, cpuMicros: ((cpuSeconds(pid) - before) / VOTES) * 1e6 }
    }
    const rounds: { readonly off: Run; readonly on: Run }[] = []
    // The first round warms both up and is not counted; who goes first changes from round to round.
    for (let round = 0; round <= ROUNDS; round++) {
      const first = round % 2 === 0 ? await run(off, round) : await run(on, round)
      const second = round % 2 === 0 ? await run(on, round) : await run(off, round)
      if (round > 0) rounds.push(round % 2 === 0 ? { off: first, on: second } : { off: second, on: first })
    }
    const ratios = rounds.map((round) => round.on.perSecond / round.off.perSecond)
    const ratio = median(ratios)
    const middle = (pick: (round: (typeof rounds)[number]) => number) => median(rounds.map(pick))
    return [
      { what: 'POST /vote without a log, votes/s', value: whole(middle((round) => round.off.perSecond)) },
      { what: 'POST /vote with the log, votes/s', value: whole(middle((round) => round.on.perSecond)) },
      { what: 'ratio, median of the rounds', value: ratio.toFixed(2), goal: '≥ 0.90', reached: ratio >= 0.9 },
      { what: 'ratios of all rounds', value: ratios.map((one) => one.toFixed(2)).join(' ') },
      {
        what: 'processor µs per vote, without / with',
        value: `${middle((round) => round.off.cpuMicros).toFixed(1)} / ${middle((round) => round.on.cpuMicros).toFixed(1)}`,
      },
      {
        what: 'p99, ms, without / with',
        value: `${middle((round) => round.off.p99).toFixed(1)} / ${middle((round) => round.on.p99).toFixed(1)}`,
      },
    ]
  } finally {
    await Promise.all([off.stop(), on.stop()])
    election.remove()
  }
}
