/**
 * One election of the lag benchmark: votes at a steady rate, randomly distributed over its units,
 * and an outside reader that watches which of them the public log has.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { publishedOf } from '../src/core/log/group-release.ts'
import type { ResultsSnapshot } from '../src/core/status/snapshot.ts'
import { HASH_BYTES } from '../src/core/tlog/merkle.ts'
import { bundlesGrown, TILE_WIDTH, tilePath } from '../src/core/tlog/tile.ts'
import { permutation } from '../src/simulator/permutation.ts'
import { atRate } from './at-rate.ts'

export interface LagRun {
  readonly votes: number
  /** Seconds from the 201 to the checkpoint with the vote, ascending; only of published votes. */
  readonly lags: readonly number[]
  readonly acknowledgedPerSecond: number
  /**
   * Mean lag by Little's law, s: average number of held votes after the units had filled, divided
   * by the rate. NaN if they never filled.
   */
  readonly meanByHeld: number
  /** Whether the number of published ballots of every unit followed the rule at the end. */
  readonly ruleKept: boolean
}

export interface LagPlan {
  readonly url: string
  readonly id: string
  readonly keysFile: string
  /** Votes per second. */
  readonly rate: number
  readonly seconds: number
  /** Expected time until units have two groups. */
  readonly filledAfterS: number
  readonly groupOf: number
}

const LOOK_MS = 250
const VOTERS_AT_ONCE = 128
/** Time after the last vote: two and a half publishing intervals. */
const LAST_CHECKPOINT_MS = 5_000

export async function lagRun(plan: LagPlan): Promise<LagRun> {
  const { rate, seconds, filledAfterS } = plan
  const { origin } = new URL(plan.url)
  const voters = new Pool(origin, { connections: VOTERS_AT_ONCE })
  // The reader has its own connection, so that it never waits for votes.
  const reader = new Pool(origin, { connections: 1 })
  const watch = watcher(reader, plan.id)
  const startMs = performance.now()
  let heldSum = 0
  let samples = 0
  const sampling = setInterval(() => {
    const sinceS = (performance.now() - startMs) / 1000
    if (sinceS < filledAfterS || sinceS >= seconds) return
    heldSum += watch.unpublished()
    samples++
  }, LOOK_MS)
  try {
    const votes = Math.floor(rate * seconds)
    let endMs = Number.POSITIVE_INFINITY
    const voting = castAll(voters, plan, votes, startMs, watch.acknowledged).then(() => {
      endMs = performance.now()
    })
    const watching = (async () => {
      while (performance.now() < endMs + LAST_CHECKPOINT_MS) {
        await watch.look()
        await sleep(LOOK_MS)
      }
    })()
    await Promise.all([voting, watching])
    return {
      ...{ votes, lags: watch.lags().sort((a, b) => a - b) },
      acknowledgedPerSecond: (votes * 1000) / (endMs - startMs),
      meanByHeld: samples === 0 ? Number.NaN : heldSum / samples / rate,
      ruleKept: isKept(await snapshot(reader, plan.id), plan.groupOf),
    }
  } finally {
    clearInterval(sampling)
    await Promise.all([voters.close(), reader.close()])
  }
}

async function castAll(
  pool: Pool,
  { id, keysFile, rate }: LagPlan,
  votes: number,
  startMs: number,
  onAcknowledged: (tracker: string) => void,
): Promise<void> {
  const keys = readFileSync(keysFile, 'latin1').trim().split('\n').slice(1)
  const order = permutation(keys.length, 1)
  const options = ['ada', 'grace', 'alan']
  const cast = async (number: number): Promise<void> => {
    const [personal_id, guid] = keys[order(number)]!.split(',')
    const { statusCode, body } = await pool.request({
      ...{
        method: 'POST',
        path: `/elections/${id}/ballots`,
        headers: { 'content-type': 'application/json' },
      },
      body: JSON.stringify({ personal_id, guid, contests: { mayor: [options[number % options.length]] } }),
    })
    const receipt = (await body.json()) as { tracker: string }
    if (statusCode !== 201) throw new Error(`a vote was answered ${statusCode}`)
    onAcknowledged(receipt.tracker)
  }
  await atRate(rate, votes, startMs, cast)
}

/**
 * Reads the leaves that each new checkpoint adds. A vote is published if its receipt's hash is
 * among them.
 */
function watcher(pool: Pool, id: string) {
  const acknowledgedMs = new Map<string, number>()
  /** Leaves that were published before their 201 arrived here. */
  const early = new Set<string>()
  const lags: number[] = []
  let known = 0
  const read = async (path: string): Promise<Buffer> => {
    const { statusCode, body } = await pool.request({ method: 'GET', path: `/elections/${id}/log/${path}` })
    const bytes = Buffer.from(await body.arrayBuffer())
    if (statusCode !== 200) throw new Error(`log/${path} was answered ${statusCode}`)
    return bytes
  }
  const tell = (leaf: string, nowMs: number): void => {
    const atMs = acknowledgedMs.get(leaf)
    if (atMs === undefined) early.add(leaf)
    else lags.push((nowMs - atMs) / 1000)
    acknowledgedMs.delete(leaf)
  }
  return {
    acknowledged: (tracker: string): void => {
      if (early.delete(tracker)) lags.push(0)
      else acknowledgedMs.set(tracker, performance.now())
    },
    look: async (): Promise<void> => {
      const size = Number((await read('checkpoint')).toString('latin1').split('\n')[1])
      const nowMs = performance.now()
      for (const { index, width } of bundlesGrown(known, size)) {
        const hashes = await read(tilePath({ level: 0, index, width }))
        // The first leaf is the genesis, not a ballot.
        for (let i = Math.max(1, known) - index * TILE_WIDTH; i < width; i++)
          if (i >= 0) tell(hashes.toString('base64url', i * HASH_BYTES, (i + 1) * HASH_BYTES), nowMs)
      }
      known = size
    },
    unpublished: () => acknowledgedMs.size,
    lags: () => lags,
  }
}

async function snapshot(pool: Pool, id: string): Promise<ResultsSnapshot> {
  const { body } = await pool.request({ method: 'GET', path: `/elections/${id}/results` })
  return (await body.json()) as ResultsSnapshot
}

/** One contest with one vote each: the published ballots of a district are the sum of its row. */
function isKept({ districts, contests }: ResultsSnapshot, k: number): boolean {
  return contests![0]!.by_district.every(([d, ...counts]) => {
    const published = counts.reduce((sum, votes) => sum + votes, 0)
    return published === publishedOf(districts[d!]!.cast, k)
  })
}
