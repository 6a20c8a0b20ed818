/**
 * 10,000 viewers of one process: the cost, how late they see a vote, and the effect on voters.
 *
 * usage: viewers.ts [VIEWERS]     The hard limit of open files must allow them.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { makeElection } from './elections.ts'
import { cpuSeconds, electionServer, load, residentBytes } from './processes.ts'
import { type Figure, printFigures, whole } from './report.ts'

const VOTES = 5_000
const RATE = 500

interface CrowdReport {
  readonly snapshots: number
  readonly bytes: number
  readonly sawTheLast: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export async function benchViewers(viewers: number): Promise<Figure[]> {
  const election = await makeElection(2 * VOTES)
  const server = await electionServer(election.dataDir)
  const run = { url: server.url, keysFile: election.keysFile, count: VOTES, connections: 16, rate: RATE }
  let crowd: ChildProcess | undefined
  try {
    const alone = await load({ ...run, first: 0 })
    const emptyBytes = residentBytes(server.pid)
    crowd = spawn(
      process.execPath,
      [fileURLToPath(new URL('./viewers-crowd.ts', import.meta.url)), server.url, String(viewers)],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    const lines = createInterface(crowd.stdout!)
    await once(lines, 'line')
    const before = { cpu: cpuSeconds(server.pid), atMs: performance.now() }
    const votes = await load({ ...run, first: VOTES })
    const seconds = (performance.now() - before.atMs) / 1000
    const cpu = (cpuSeconds(server.pid) - before.cpu) / seconds
    const seenLine = once(lines, 'line')
    crowd.stdin!.write(`${2 * VOTES}\n`)
    const [line] = (await seenLine) as [string]
    const seen = JSON.parse(line) as CrowdReport
    return [
      {
        what: 'viewers who saw the last ballot counted',
        value: `${whole(seen.sawTheLast)} of ${whole(viewers)}`,
        goal: 'all',
        reached: seen.sawTheLast === viewers,
      },
      { what: `server processor while ${RATE} votes/s arrive, cores`, value: cpu.toFixed(2) },
      {
        what: 'snapshots sent per viewer and second',
        value: (seen.snapshots / viewers / seconds).toFixed(1),
      },
      {
        what: 'snapshot made to snapshot read, p50 / p99 / max, ms',
        value: [seen.p50, seen.p99, seen.max].map(whole).join(' / '),
      },
      { what: 'vote to receipt, p50 / p99, ms, no viewers', value: `${alone.p50} / ${alone.p99}` },
      { what: 'vote to receipt, p50 / p99, ms, all viewers', value: `${votes.p50} / ${votes.p99}` },
      {
        what: 'memory per viewer, KiB',
        value: ((residentBytes(server.pid) - emptyBytes) / viewers / 1024).toFixed(1),
      },
    ]
  } finally {
    crowd?.kill()
    await server.stop()
    election.remove()
  }
}

if (import.meta.main) {
  const viewers = Number(process.argv[2] ?? 10_000)
  printFigures(`${whole(viewers)} viewers on one process`, await benchViewers(viewers))
}
