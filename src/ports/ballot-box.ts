/**
 * The ballot box: spends a voter key and stores its ballot in one step.
 *
 * The contract, which every adapter passes (test/contract/ballot-box.ts; docs/invariants.md has the
 * invariants):
 * - An outcome is returned only when it is final: `recorded` after the ballot is durable ("Durable
 *   before the answer"), a refusal when nothing of this ballot is or will be stored.
 * - Of any number of ballots with one credential, from any gateways at any time, at most one is
 *   recorded ("One key, one ballot"). The others get `key-already-used`, except a ballot whose
 *   `retryMark` equals the recorded one's: it gets the recorded ballot again, whatever its own
 *   choices are ("The same receipt again").
 * - A ballot waits for an earlier one with the same credential that is still being written; the box
 *   never guesses.
 * - A new ballot is recorded only if its cast call had no `refusal` and it is eligible
 *   (eligibility.ts): its credential was issued, and its district votes in the contests that it
 *   marks. A used credential gets its answer whether or not voting is open.
 * - All arguments and outcomes are values, which keep their meaning when they are copied, so a box
 *   may be in another process. Ballots are identified by their nonce, never by object identity.
 * - If storage certainly refused, the outcome is `storage-unavailable`, and the key is unused
 *   again. If storage's answer is unknown, the box never guesses. A box that alone knows what is
 *   stored (embedded) rejects the promise and accepts nothing more; the process must end. A box
 *   whose storage outlives it (a cluster's) answers `outcome-unknown` within a bound and continues
 *   to try: this ballot, or one with the same key that it waited for, is recorded, and the same
 *   request with the same mark gets it.
 */
import type { Choices, MarkedBallot } from '../core/election/choices.ts'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { Credential } from './digest.ts'

export interface CastBallot {
  readonly credential: Credential
  readonly marked: MarkedBallot
  /** 16 latin1 characters that identify a retry of the same request, or null. */
  readonly retryMark: string | null
}

/** A ballot as it is stored in the ballot log. */
export interface RecordedBallot {
  /** The index of the district in the election. */
  readonly district: number
  readonly choices: Choices
  /** 32 hexadecimal digits, unique to the ballot, which identify it. */
  readonly nonceHex: string
}

/** @returns whether two objects are the same ballot, also if one is a copy */
export function isSameBallot(one: RecordedBallot, other: RecordedBallot): boolean {
  return one.nonceHex === other.nonceHex
}

/** A recorded ballot, which a retry with the same mark gets again, or a refusal. */
export type CastOutcome = RecordedBallot | RefusalCode

/**
 * Receives the ballots of a call that are on their way to storage, in the order of the call; the
 * places of the others are undefined. They are not final: a ballot is recorded only if the outcome
 * in its place is the same ballot (`isSameBallot`). The callback must not throw.
 */
export type OnUnderWay = (ballots: readonly (RecordedBallot | undefined)[]) => void

export interface BallotBox {
  /**
   * Casts ballots in order; the outcomes have the same order.
   * @param refusal the refusal of new ballots at this moment, null while voting is open: the caller
   *   has the clock
   * @param onUnderWay called at most once, before the outcomes, by a box that can. Work that it
   *   starts for the ballots runs while storage syncs
   * @throws the fault of a write with an unknown outcome, after which the process must end
   */
  readonly cast: (
    ballots: readonly CastBallot[],
    refusal: RefusalCode | null,
    onUnderWay?: OnUnderWay,
  ) => Promise<readonly CastOutcome[]>
  /** Returns the number of keys spent on durable ballots, as far as this process knows. */
  readonly keysUsed: () => number
  /**
   * Resolves at a moment when no ballot is being written. If voting has closed, no new ballot is
   * recorded after it.
   */
  readonly quiet: () => Promise<void>
  /**
   * Waits for ballots that are being written, then releases the storage. Later casts are refused
   * with `stopping`.
   */
  readonly close: () => Promise<void>
}
