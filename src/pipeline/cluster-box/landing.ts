/**
 * From reserved to used: appends ballots to the log in one send per batch, then marks their keys.
 * While one batch is being appended the one before it is being marked and the next gathers.
 */
import { recordOfBallot, spanEndMs } from '../../core/log/vote-record.ts'
import type { AppendedRecord } from '../../ports/ballot-append.ts'
import type { CastOutcome } from '../../ports/ballot-box.ts'
import type { ReservedBallot, UseAnswer } from '../../ports/key-status.ts'
import type { ClusterBoxDeps } from './box-contract.ts'
import type { Appending, Casting, Spent } from './casting.ts'
import { logHealth } from './log-health.ts'
import { type Stage, stage } from './stage.ts'

/** What a broker takes as one batch of one partition by default is a little more. */
const SEND_BYTES = 786_432
const SEND_RECORDS = 2_048
/** A record without its choices, at most. */
const RECORD_BYTES = 420

/** What becomes of castings. */
export interface Castings {
  readonly settle: (casting: Casting, outcome: CastOutcome, spent?: Spent) => void
  /** Looks again what became of its key. */
  readonly later: (casting: Casting) => void
  readonly spentOn: (ballot: ReservedBallot) => Spent
}

export interface Landing {
  readonly add: (appending: Appending) => void
  readonly go: () => void
  readonly isIdle: () => boolean
  /** Whether the last append or probe succeeded. */
  readonly isUp: () => boolean
  /** Asks no more whether a log that was down is there again. */
  readonly stop: () => void
}

export function landing(deps: ClusterBoxDeps, castings: Castings): Landing {
  const { election, append, seal, clock, timer } = deps
  const health = logHealth(deps)
  const using = marking(deps, castings)

  const toRecord = ({ ballot }: Appending): AppendedRecord => ({
    tag: ballot.tag,
    value: recordOfBallot(election, ballot, seal),
  })

  /** Not sent now: its voter's request looks again, the sweeper finds what nobody waits for. */
  const putOff = ({ casting }: Appending): void => {
    if (casting) castings.later(casting)
  }

  const appending = stage<Appending>(async (batch) => {
    const oldestMs = timer.elapsedMs() - append.deliveryTimeoutMs
    const sent: Appending[] = []
    // What has waited long may have been landed by others, or its reservation may be gone with
    // Redis: asked anew.
    for (const one of batch)
      if (health.isUp() && one.sinceMs >= oldestMs) sent.push(one)
      else putOff(one)
    if (sent.length === 0) return
    try {
      await append.append(sent.map(toRecord), spanEndMs(clock.nowMs()))
    } catch (cause) {
      health.failed(cause)
      for (const one of sent) putOff(one)
      return
    }
    deps.faultPoint?.('after-append')
    for (const one of sent) using.push(one)
    using.go()
  }, fitting)

  return {
    add: appending.push,
    go: appending.go,
    isIdle: () => appending.isIdle() && using.isIdle(),
    isUp: health.isUp,
    stop: health.stop,
  }
}

/** Marks the keys of ballots that are in the log as used, and answers their voters. */
function marking({ keys, onConflict }: ClusterBoxDeps, castings: Castings): Stage<Appending> {
  return stage<Appending>(
    async (batch) => {
      const answers: readonly UseAnswer[] = await keys.use(batch.map(({ ballot }) => ballot)).catch(() => [])
      for (let i = 0; i < batch.length; i++) {
        const { ballot, casting } = batch[i]!
        // A ballot in the log is recorded, whether or not its key could be marked: the sweeper
        // marks it then.
        const isAlone = answers[i] !== 'conflict'
        if (!isAlone) onConflict()
        if (!casting) continue
        const spent = castings.spentOn(ballot)
        if (isAlone) castings.settle(casting, spent.recorded!, spent)
        else castings.settle(casting, 'outcome-unknown')
      }
    },
    () => SEND_RECORDS,
  )
}

/** How many of those waiting fit into one send. */
function fitting(waiting: readonly Appending[]): number {
  let bytes = 0
  const most = Math.min(waiting.length, SEND_RECORDS)
  for (let i = 0; i < most; i++) {
    bytes += RECORD_BYTES + waiting[i]!.ballot.choices.length
    if (bytes > SEND_BYTES) return Math.max(1, i)
  }
  return most
}
