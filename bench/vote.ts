/**
 * `POST /vote` compared with a bare node:http handler on the same cores, in turn in one run; then
 * the latency at half that load. Only the ratio counts, because absolute numbers drift on a shared
 * machine.
 */
import { makeElection } from './elections.ts'
import { bareServer, electionServer, measuredLoad } from './processes.ts'
import { type Figure, median, whole } from './report.ts'

const ROUNDS = 7
const VOTES = 40_000
const CONNECTIONS = 256
const HALF_LOAD_ROUNDS = 5
const HALF_LOAD_VOTES = 60_000

export async function benchVote(voters: number): Promise<Figure[]> {
  const election = await makeElection(voters)
  const [bare, ours] = await Promise.all([bareServer(), electionServer(election.dataDir)])
  try {
    let first = 0
    const run = (server: typeof bare, count: number, connections: number, rate: number) =>
      measuredLoad(server, { keysFile: election.keysFile, first, count, connections, rate })
    const rounds = []
    for (let round = -1; round < ROUNDS; round++) {
      const theirs = await run(bare, VOTES, CONNECTIONS, 0)
      const mine = await run(ours, VOTES, CONNECTIONS, 0)
      first += VOTES
      if (round >= 0) rounds.push({ theirs, mine, ratio: mine.perSecond / theirs.perSecond })
    }
    const perSecond = median(rounds.map(({ mine }) => mine.perSecond))
    const halfRate = Math.round(perSecond / 2)
    const halves = []
    for (let round = 0; round < HALF_LOAD_ROUNDS; round++) {
      const theirs = await run(bare, HALF_LOAD_VOTES, CONNECTIONS, halfRate)
      const mine = await run(ours, HALF_LOAD_VOTES, CONNECTIONS, halfRate)
      first += HALF_LOAD_VOTES
      halves.push({ theirs, mine })
    }
    const p99 = median(halves.map(({ mine }) => mine.p99))
    const ratio = median(rounds.map((round) => round.ratio))
    return [
      { what: 'bare node:http, votes/s', value: whole(median(rounds.map(({ theirs }) => theirs.perSecond))) },
      { what: `POST /vote, durable, ${whole(voters)} keys, votes/s`, value: whole(perSecond) },
      { what: 'ratio, median of the rounds', value: ratio.toFixed(2), goal: '≥ 0.80', reached: ratio >= 0.8 },
      { what: 'ratios of all rounds', value: rounds.map((round) => round.ratio.toFixed(2)).join(' ') },
      {
        what: 'processor µs per vote, bare / ours',
        value:
          `${median(rounds.map(({ theirs }) => theirs.cpuMicros)).toFixed(1)} / ` +
          `${median(rounds.map(({ mine }) => mine.cpuMicros)).toFixed(1)}`,
      },
      {
        what: `p50 at half that load (${whole(halfRate)}/s), ms, bare / ours`,
        value:
          `${median(halves.map(({ theirs }) => theirs.p50)).toFixed(1)} / ` +
          `${median(halves.map(({ mine }) => mine.p50)).toFixed(1)}`,
      },
      {
        what: 'p99 at half that load, ms, median of the rounds',
        value: p99.toFixed(1),
        goal: '< 25',
        reached: p99 < 25,
      },
      {
        what: 'p99 of all rounds, bare / ours',
        value: halves.map(({ theirs, mine }) => `${theirs.p99.toFixed(0)}/${mine.p99.toFixed(0)}`).join(' '),
      },
    ]
  } finally {
    await Promise.all([bare.stop(), ours.stop()])
    election.remove()
  }
}
