/**
 * `POST /vote` with limits compared with the same server without: once with the default limits, and
 * once also with the challenge on and an access token in each vote. The servers take turns in one
 * run; there is no attack.
 *
 * How fast a process is depends in part on its start, so all of them are started several times.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeElection } from './elections.ts'
import { type BenchServer, CLI, electionServer, type MeasuredLoad, measuredLoad } from './processes.ts'
import { progress } from './progress.ts'
import { type Figure, median, whole } from './report.ts'
import { settledDisk } from './settled-disk.ts'

const STARTS = 4
/** Measured rounds per start. */
const ROUNDS = 3
const VOTES = 30_000
/** Warm-up votes per start. */
const WARM_UP = 10_000
const CONNECTIONS = 256
const VOTERS = STARTS * (WARM_UP + ROUNDS * VOTES)
/** Time for the disk to settle. */
const SETTLING_MS = 30_000
/** Publishing once an hour: the publisher runs only when a server stops. */
const QUIET_LOG = ['--publish-every', '3600']
/** Limits above anything that this benchmark reaches. */
const TOKEN_RATE = '1000000/s'

const WAYS = ['off', 'default', 'all'] as const
type Way = (typeof WAYS)[number]

const OPTIONS: Readonly<Record<Way, readonly string[]>> = {
  off: ['--wrong-keys', '0', '--wrong-keys-in-all', '0', '--connections-per-address', '0'],
  default: [],
  all: ['--challenge', '--require-token', 'cast'],
}

type Round = Readonly<Record<Way, MeasuredLoad>>

export async function benchLimits(): Promise<Figure[]> {
  const election = await makeElection(VOTERS)
  await settledDisk(election.dir, SETTLING_MS)
  const dataDirs = Object.fromEntries(WAYS.map((way) => [way, join(election.dir, way)])) as Record<
    Way,
    string
  >
  for (const way of WAYS) cpSync(election.dataDir, dataDirs[way], { recursive: true })
  const headersFile = join(election.dir, 'headers.txt')
  writeFileSync(headersFile, `Authorization: Bearer ${tokenIn(dataDirs.all)}\r\n`)
  let first = 0
  const run = (way: Way, server: BenchServer, count: number): Promise<MeasuredLoad> =>
    measuredLoad(server, {
      ...{ keysFile: election.keysFile, first, count, connections: CONNECTIONS, rate: 0 },
      ...(way === 'all' && { headersFile }),
    })
  const rounds: Round[] = []
  try {
    for (let start = 0; start < STARTS; start++) {
      progress(`start ${start + 1} of ${STARTS}`)
      const servers: BenchServer[] = []
      try {
        for (const way of WAYS)
          servers.push(await electionServer(dataDirs[way], [...QUIET_LOG, ...OPTIONS[way]]))
        for (let round = 0; round <= ROUNDS; round++) {
          const count = round === 0 ? WARM_UP : VOTES
          const runs: Partial<Record<Way, MeasuredLoad>> = {}
          for (let turn = 0; turn < WAYS.length; turn++) {
            // The order changes from round to round.
            const at = (turn + start + round) % WAYS.length
            runs[WAYS[at]!] = await run(WAYS[at]!, servers[at]!, count)
          }
          first += count
          if (round > 0) rounds.push(runs as Round)
        }
      } finally {
        for (const server of servers) await server.stop()
      }
    }
    return figures(rounds)
  } finally {
    election.remove()
  }
}

function tokenIn(dataDir: string): string {
  const args = ['token', 'add', '--data', dataDir, '--name', 'Bench', '--scope', 'cast']
  const more = ['--expires', '2099-01-01', '--rate', TOKEN_RATE, '--json']
  const line = execFileSync(process.execPath, [CLI, ...args, ...more], { encoding: 'utf8' })
  return (JSON.parse(line) as { readonly token: string }).token
}

function figures(rounds: readonly Round[]): Figure[] {
  const against = (way: Way, of: (run: MeasuredLoad) => number) =>
    rounds.map((round) => of(round[way]) / of(round.off))
  const ratioFigures = (way: Way, what: string): Figure[] => {
    const ratios = against(way, ({ perSecond }) => perSecond)
    const ratio = median(ratios)
    const cpu = median(against(way, ({ cpuMicros }) => cpuMicros))
    return [
      { what: `${what}: votes/s kept`, value: ratio.toFixed(2), goal: '≥ 0.97', reached: ratio >= 0.97 },
      { what: '  rounds', value: ratios.map((each) => each.toFixed(2)).join(' ') },
      { what: '  processor time per vote, times that without', value: cpu.toFixed(2) },
    ]
  }
  const middle = (of: (run: MeasuredLoad) => number) =>
    WAYS.map((way) => median(rounds.map((round) => of(round[way]))))
  return [
    ...ratioFigures('default', 'limits as served by default'),
    ...ratioFigures('all', 'limits, challenge, a token with each vote'),
    {
      what: 'votes/s: without, by default, all',
      value: middle(({ perSecond }) => perSecond)
        .map(whole)
        .join(' / '),
    },
    {
      what: 'processor µs per vote, all threads',
      value: middle(({ cpuMicros }) => cpuMicros)
        .map((micros) => micros.toFixed(1))
        .join(' / '),
    },
  ]
}
