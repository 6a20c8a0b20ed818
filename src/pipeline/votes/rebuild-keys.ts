/**
 * Rebuilds the status of every key from the roll and the log: for a new election, or after Redis
 * lost its data.
 *
 * Meanwhile no ballot is accepted. First the ballots in the outbox are brought into the log.
 * Ballots that a gateway had sent before may arrive until its time-out, so the rebuild waits for
 * them.
 */
import { recordOfBallot, spanEndMs } from '../../core/log/vote-record.ts'
import type { BallotAppend } from '../../ports/ballot-append.ts'
import type { Position } from '../../ports/ballot-source.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Tag } from '../../ports/digest.ts'
import type { KeyLoading, KeyStatus } from '../../ports/key-status.ts'
import type { Timer } from '../../ports/timer.ts'
import type { VotesReader } from '../../ports/votes-reader.ts'
import { offsetsOf } from './log.ts'
import { ballotsAmong, type SetAside, type VotesScanDeps, votesScan } from './scan.ts'

export interface RebuildDeps extends VotesScanDeps {
  readonly keys: KeyStatus
  readonly loading: KeyLoading
  /** null if no gateway ever served this election: there is no outbox, and nothing under way. */
  readonly append: BallotAppend | null
  readonly reader: VotesReader
  /**
   * The final end of the ballots, once the public log states that voting has ended; null until
   * then.
   */
  readonly end: Position | null
  /** The number of keys in the roll. */
  readonly issued: number
  readonly roll: AsyncIterable<readonly { readonly tag: Tag; readonly district: number }[]>
  /** Whether voting has closed permanently. */
  readonly closed: boolean
  readonly clock: Clock
  readonly timer: Timer
  readonly onSetAside?: (reason: SetAside, partition: number, offset: number) => void
  /** Keys loaded and ballots read so far. */
  readonly onProgress?: (keys: number, ballots: number) => void
}

export interface Rebuilt {
  readonly keys: number
  readonly used: number
  /** Ballots whose tag is on no roll; there must be none. */
  readonly unissued: number
  /** Ballots brought in from the outbox. */
  readonly swept: number
}

/** The roll does not have as many keys as were issued: nothing was opened. */
export class IncompleteRoll extends Error {}

const DRAIN_BATCH = 256

/**
 * @throws {IncompleteRoll}; what the ports throw. No ballot is accepted until it has resolved; it
 *   can be run again.
 */
export async function rebuildKeys(deps: RebuildDeps): Promise<Rebuilt> {
  const { keys, loading, append, issued, closed, timer, onProgress = () => {} } = deps
  await loading.unload()
  const swept = append === null ? 0 : await drain(deps, append)
  if (append !== null)
    await new Promise<void>((resolve) => {
      timer.after(2 * append.deliveryTimeoutMs, resolve)
    })
  await loading.begin(issued)
  let loaded = 0
  for await (const stretch of deps.roll) {
    await loading.load(stretch)
    loaded += stretch.length
    onProgress(loaded, 0)
  }
  if (loaded !== issued)
    throw new IncompleteRoll(`${issued} keys were issued but the roll has ${loaded}: nothing was opened`)
  const { used, unissued } = await markUsed(deps, (ballots) => onProgress(loaded, ballots))
  if (closed) await keys.closeVoting()
  await loading.finish()
  return { keys: loaded, used, unissued, swept }
}

/** Brings the ballots in the outbox into the log. */
async function drain(deps: RebuildDeps, append: BallotAppend): Promise<number> {
  const { election, seal, keys, clock } = deps
  let swept = 0
  for (;;) {
    const ballots = await keys.claim(0, DRAIN_BATCH)
    if (ballots.length === 0) return swept
    await append.append(
      ballots.map((ballot) => ({ tag: ballot.tag, value: recordOfBallot(election, ballot, seal) })),
      spanEndMs(clock.nowMs()),
    )
    const answers = await keys.use(ballots)
    // A ballot that cannot be marked would be claimed for ever; it is in the log, which the rebuild
    // reads.
    if (answers.every((answer) => answer !== 'used')) return swept
    swept += ballots.length
  }
}

async function markUsed(
  deps: RebuildDeps,
  onBallots: (ballots: number) => void,
): Promise<{ used: number; unissued: number }> {
  const scan = votesScan(deps)
  let used = 0
  let unissued = 0
  const until = deps.end === null ? undefined : offsetsOf(deps.end)
  for await (const records of deps.reader.toEnd(undefined, until)) {
    const answers = await deps.keys.use(ballotsAmong(scan, records, deps.onSetAside))
    for (const answer of answers)
      if (answer === 'used') used++
      else unissued++
    onBallots(used + unissued)
  }
  return { used, unissued }
}
