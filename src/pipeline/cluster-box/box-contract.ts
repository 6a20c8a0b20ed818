/** What a cluster's ballot box is given and what it gives besides the port. Types only. */
import type { Election } from '../../core/election/definition.ts'
import type { Seal } from '../../core/log/vote-record.ts'
import type { BallotAppend } from '../../ports/ballot-append.ts'
import type { BallotBox } from '../../ports/ballot-box.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Credential, Digest, Tag } from '../../ports/digest.ts'
import type { KeyStatus } from '../../ports/key-status.ts'
import type { Timer } from '../../ports/timer.ts'

/** Where a test may end the process. */
export type FaultPoint = 'after-reserve' | 'after-append'

export interface ClusterBoxDeps {
  readonly election: Pick<Election, 'id' | 'districts'>
  readonly keys: KeyStatus
  readonly append: BallotAppend
  readonly tagOf: (credential: Credential) => Tag
  readonly digest: Pick<Digest, 'nonceHex'>
  readonly seal: Seal
  readonly clock: Clock
  readonly timer: Timer
  /** Told that two ballots of one key are in the log, or that keys were lost: an alarm. */
  readonly onConflict: () => void
  /** Told when the log cannot be written, with the cause, and when it can again. */
  readonly onLogState?: (up: boolean, cause?: unknown) => void
  readonly faultPoint?: (at: FaultPoint) => void
  /** How long a voter waits for certainty. */
  readonly answerWithinMs?: number
  /** How long a reserved ballot lies untouched before it is swept. */
  readonly sweepAfterMs?: number
  readonly sweepEveryMs?: number
}

export interface ClusterBox extends BallotBox {
  /**
   * No ballot is taken from now on, on whatever gateway. Safe to repeat. @throws where storage
   * cannot be asked
   */
  readonly closeVoting: () => Promise<void>
  readonly state: () => BoxState
}

export interface BoxState {
  readonly logUp: boolean
  /** Whether the keys were there when last asked. */
  readonly keysLoaded: boolean
  /** Ballots in the outbox when last asked. */
  readonly reserved: number
}
