/**
 * Where a key is spent and its ballot stored, in one step.
 *
 * The contract, which every adapter passes (test/contract/ballot-box.ts; the invariants are in
 * docs/invariants.md):
 * - An outcome is told only when it is final: `recorded` after the ballot is durable ("Durable
 *   before the answer"), a refusal when nothing of this ballot is or will be stored.
 * - Of any number of ballots with one credential, at whatever time and from whatever side, at most
 *   one is recorded ("One key, one ballot"). The others get `key-already-used`, but for a ballot
 *   whose `retryMark` equals the recorded one's: it gets the recorded ballot again, whatever it
 *   says itself ("The same receipt again").
 * - A ballot waits for one before it with the same credential that is still being written, never
 *   guesses.
 * - A new ballot is recorded only when its cast call came with no `refusal` and it is eligible
 *   (eligibility.ts): its credential was issued, and its district carries its choices. A credential
 *   used before is told so whether or not voting is open.
 * - All that crosses this border are values: arguments and outcomes mean the same after a copy, so
 *   that a box may be in another process. Ballots are told apart by their nonce, never by which
 *   object they are.
 * - Storage that certainly refused gives `storage-unavailable`, and the key is unused again.
 *   Storage whose answer is unknown is never guessed at. A box that alone knows what is stored
 *   (embedded) rejects the promise, takes nothing more, and the process must end. A box whose
 *   storage outlives it (a cluster's) answers `outcome-unknown` within a bound and keeps at it:
 *   this ballot, or one with its key that it waited for, is recorded then or was, and the same
 *   request with the same mark gets it.
 */
import type { Choices, MarkedBallot } from '../core/election/choices.ts'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { Credential } from './digest.ts'

export interface CastBallot {
  readonly credential: Credential
  readonly marked: MarkedBallot
  /** 16 latin1 characters that mark a retry of this very request, or null. */
  readonly retryMark: string | null
}

/** A ballot as it lies in the log. */
export interface RecordedBallot {
  /** Index into the election's districts. */
  readonly district: number
  readonly choices: Choices
  /** 32 hexadecimal digits that no other ballot has: by them a ballot is known again. */
  readonly nonceHex: string
}

/** Whether two ballots are one, whichever copies of it these are. */
export function isSameBallot(one: RecordedBallot, other: RecordedBallot): boolean {
  return one.nonceHex === other.nonceHex
}

/** A recorded ballot is told again, as it is, to a retry that bears its mark. */
export type CastOutcome = RecordedBallot | RefusalCode

/**
 * Told which ballots of a call are on their way to storage, in the order of the call; others'
 * places are undefined. Nothing about them is final: a ballot is recorded where the outcome in its
 * place is the same ballot (`isSameBallot`). Who is told must not throw.
 */
export type OnUnderWay = (ballots: readonly (RecordedBallot | undefined)[]) => void

export interface BallotBox {
  /**
   * Casts ballots, in order; the outcomes stand in the same order.
   * @param refusal what new ballots get at this moment, null while voting is open: the clock is the
   *   caller's
   * @param onUnderWay called once at most, before the outcomes are there, by a box that can: what
   *   is worked out for the ballots then is done while storage syncs
   * @throws the fault of an unknown write, after which the process must end
   */
  readonly cast: (
    ballots: readonly CastBallot[],
    refusal: RefusalCode | null,
    onUnderWay?: OnUnderWay,
  ) => Promise<readonly CastOutcome[]>
  /** Keys spent on durable ballots, as far as this process knows. */
  readonly keysUsed: () => number
  /**
   * Resolves at a moment when no ballot is being written. Once voting has closed, nothing new is
   * recorded after it.
   */
  readonly quiet: () => Promise<void>
  /**
   * Waits for ballots under way, then releases the storage. Later casts are refused with
   * `stopping`.
   */
  readonly close: () => Promise<void>
}
