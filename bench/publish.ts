/** Publishing the log: from stored ballots to a signed checkpoint on disk, and proofs from it. */
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from './elections.ts'
import type { PublishRun } from './publish-run.ts'
import { type Figure, median, whole } from './report.ts'
import { settledDisk } from './settled-disk.ts'

const RUN = fileURLToPath(new URL('./publish-run.ts', import.meta.url))
const ROUNDS = 3

export async function benchPublish(ballots: number): Promise<Figure[]> {
  const runs: PublishRun[] = []
  for (let round = 0; round < ROUNDS; round++) runs.push(await runOnce(ballots))
  const middle = (pick: (run: PublishRun) => number) => median(runs.map(pick))
  const rate = middle(({ leavesPerSecond }) => leavesPerSecond)
  return [
    {
      what: `leaves/s, ${whole(ballots)} stored ballots to the checkpoint`,
      value: whole(rate),
      goal: '≥ 100,000',
      reached: rate >= 1e5,
    },
    {
      what: 'processor time per leaf, µs',
      value: middle(({ cpuMicrosPerLeaf }) => cpuMicrosPerLeaf).toFixed(2),
    },
    { what: 'a proof by tracker, µs', value: whole(middle(({ proofMicros }) => proofMicros)) },
    {
      what: 'memory of its index per leaf, bytes',
      value: middle(({ indexBytesPerLeaf }) => indexBytesPerLeaf).toFixed(1),
    },
    { what: 'time to make its index, s', value: middle(({ indexSeconds }) => indexSeconds).toFixed(2) },
  ]
}

async function runOnce(ballots: number): Promise<PublishRun> {
  const dir = temporaryFolder()
  try {
    await settledDisk(dir)
    const args = ['--expose-gc', RUN, dir, String(ballots)]
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as PublishRun
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
