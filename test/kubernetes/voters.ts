/** Voters during a phase: the product's own simulator, through the Service. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { VoterKey } from '../../src/adapters/files/key-file.ts'
import { runSimulation, type SimulationReport } from '../../src/simulator/run.ts'
import { NO_SHARES } from '../../src/simulator/shares.ts'

const BATCH_MS = 250
/**
 * Share of a phase's voters who vote until the disturbance is over, so that some are always voting.
 */
const KEPT_BACK = 0.1
/** How much more slowly these voters arrive. */
const TRICKLE = 10
const PATIENCE_MS = 600_000

export interface Crowd {
  readonly url: string
  readonly election: string
  /** Votes per second. */
  readonly rate: number
  readonly onAccepted: (tracker: string) => void
}

/** @returns the report after all of these voters have voted and `disturb` has ended */
export async function voteWhile(
  keys: readonly VoterKey[],
  { url, election, rate, onAccepted }: Crowd,
  disturb: () => Promise<void>,
): Promise<SimulationReport> {
  let over = false
  const disturbance = disturb().finally(() => {
    over = true
  })
  // Awaited below. The no-op handler prevents an unhandled rejection before that.
  disturbance.catch(() => {})
  const report = await runSimulation(
    {
      ...{ url: new URL(url), election, cluster: true },
      keys: paced(keys, rate, () => over),
      ...{ rate: 'max', shares: { ...NO_SHARES, double: 0.01, retry: 0.01 }, targets: [], connections: 32 },
      ...{ seed: keys.length, patienceMs: PATIENCE_MS, runId: randomBytes(9).toString('base64url') },
      nowMs: () => performance.now(),
    },
    { onAccepted },
  )
  await disturbance
  return report
}

async function* paced(
  keys: readonly VoterKey[],
  rate: number,
  isOver: () => boolean,
): AsyncGenerator<readonly VoterKey[]> {
  const keptBack = Math.ceil(keys.length * KEPT_BACK)
  const batch = Math.max(1, Math.round((rate * BATCH_MS) / 1000))
  for (let at = 0; at < keys.length; ) {
    const isTrickle = !isOver() && keys.length - at <= keptBack
    const most = isTrickle ? Math.max(1, Math.floor(batch / TRICKLE)) : batch
    // The last voters continue until the disturbance is over.
    const count = isTrickle ? Math.min(most, keys.length - at - 1) : most
    if (count > 0) yield keys.slice(at, at + count)
    at += count
    await sleep(BATCH_MS)
  }
}
