/**
 * Verifies a whole public log from local files (every tile, every ballot, the count, the result) in
 * one thread and on all processors.
 */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { logFolderReader } from '../src/adapters/files/log-reading.ts'
import { threadedRanges, threadsByItself } from '../src/adapters/files/range-threads.ts'
import { ed25519Verify } from '../src/adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../src/adapters/node/tree-hasher.ts'
import { verifyLog } from '../src/core/verify/verify.ts'
import { temporaryFolder } from './elections.ts'
import { type Figure, median, whole } from './report.ts'
import { writeClosedLog } from './verify-log.ts'

const ROUNDS = 5
const GOALS = { one: 300_000, all: 900_000 }
type Way = keyof typeof GOALS

/** One thread and all processors take turns on the same log. */
export async function benchVerify(ballots: number): Promise<Figure[]> {
  const dir = temporaryFolder()
  try {
    const leaves = writeClosedLog(dir, ballots)
    const rounds: Readonly<Record<Way, Round[]>> = { one: [], all: [] }
    for (let round = 0; round < ROUNDS; round++)
      for (const way of ['one', 'all'] as const)
        rounds[way].push(await verifyOnce(dir, ballots, way === 'one' ? 1 : threadsByItself()))
    return [
      { what: 'leaves in the log', value: whole(leaves) },
      ...figures('one thread', rounds.one, GOALS.one),
      ...figures(`${threadsByItself()} threads`, rounds.all, GOALS.all),
      {
        what: 'all processors compared with one thread',
        value: `${(rate(rounds.all) / rate(rounds.one)).toFixed(2)} ×`,
      },
    ]
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

interface Round {
  readonly perSecond: number
  readonly cpuMicros: number
}

async function verifyOnce(dir: string, ballots: number, threads: number): Promise<Round> {
  const log = join(dir, 'log')
  const read = logFolderReader(log)
  const startMs = performance.now()
  const before = process.cpuUsage()
  const report = await verifyLog({
    ...{ read, hasher: nodeTreeHasher(), verify: ed25519Verify, nowMs: Date.now() },
    result: readFileSync(join(dir, 'results.json')),
    ranges: threadedRanges(read, { threads, dir: log }),
  })
  const seconds = (performance.now() - startMs) / 1000
  if (!report.verified || report.notChecked.length > 0 || report.ballots !== ballots)
    throw new Error(`an honest log failed verification: ${JSON.stringify(report.findings)}`)
  const { user, system } = process.cpuUsage(before)
  return { perSecond: ballots / seconds, cpuMicros: (user + system) / ballots }
}

const rate = (rounds: readonly Round[]) => median(rounds.map(({ perSecond }) => perSecond))

function figures(who: string, rounds: readonly Round[], goal: number): Figure[] {
  return [
    {
      what: `verified, ${who}, ballots/s`,
      value: whole(rate(rounds)),
      goal: `≥ ${whole(goal)}`,
      reached: rate(rounds) >= goal,
    },
    {
      what: `processor µs per ballot, ${who}`,
      value: median(rounds.map(({ cpuMicros }) => cpuMicros)).toFixed(2),
    },
    {
      what: `all rounds, ${who}`,
      value: `${rounds.map(({ perSecond }) => whole(perSecond / 1000)).join(' ')} k`,
    },
  ]
}
