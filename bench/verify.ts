/** Verifying a public log from local files, all of it: every tile, every ballot, the count, the result. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { logFolderReader } from '../src/adapters/files/log-reading.ts'
import { ed25519Verify } from '../src/adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../src/adapters/node/tree-hasher.ts'
import { verifyLog } from '../src/core/verify/verify.ts'
import { temporaryFolder } from './elections.ts'
import { type Figure, median, whole } from './report.ts'
import { writeClosedLog } from './verify-log.ts'

const ROUNDS = 5
const GOAL = 300_000

export async function benchVerify(ballots: number): Promise<Figure[]> {
  const dir = temporaryFolder()
  try {
    const leaves = writeClosedLog(dir, ballots)
    const result = readFileSync(join(dir, 'results.json'))
    const rates: number[] = []
    const cpuMicros: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const startMs = performance.now()
      const before = process.cpuUsage()
      const report = await verifyLog({
        ...{ read: logFolderReader(join(dir, 'log')), hasher: nodeTreeHasher(), verify: ed25519Verify },
        ...{ nowMs: Date.now(), result },
      })
      const seconds = (performance.now() - startMs) / 1000
      if (!report.verified || report.notChecked.length > 0 || report.ballots !== ballots)
        throw new Error(`an honest log was not verified: ${JSON.stringify(report.findings)}`)
      const { user, system } = process.cpuUsage(before)
      rates.push(ballots / seconds)
      cpuMicros.push((user + system) / ballots)
    }
    const rate = median(rates)
    return [
      { what: 'leaves in the log', value: whole(leaves) },
      {
        what: 'verified, one thread, ballots/s',
        value: whole(rate),
        goal: `≥ ${whole(GOAL)}`,
        reached: rate >= GOAL,
      },
      { what: 'processor µs per ballot', value: median(cpuMicros).toFixed(2) },
      { what: 'all rounds', value: `${rates.map((each) => whole(each / 1000)).join(' ')} k` },
    ]
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
