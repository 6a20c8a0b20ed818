/**
 * The state of every key of an election that several gateways share: issued → reserved → used.
 *
 * The contract (test/cluster/key-status.test.ts):
 * - Every call is atomic per key: of all reservations of a key, from any gateways, one succeeds. A
 *   reservation is identified by its nonce; reserving again with the same nonce is the same
 *   reservation.
 * - A reservation keeps the whole ballot until `use` removes it: the outbox. It is never released.
 * - Reservations and uses are durable before they are returned.
 * - If the keys are not loaded (storage was emptied, has another election's, or is being loaded),
 *   the answer is `unavailable`, never `unknown-key`.
 * - `reserve` distinguishes what certainly had no effect (`unavailable`) from what may have had one
 *   (`doubtful`). It never throws. All calls end within a bound.
 */
import type { Choices } from '../core/election/choices.ts'
import type { Tag } from './digest.ts'

/**
 * A ballot on its way to the ballot log. With the election it determines the bytes of the record.
 */
export interface ReservedBallot {
  readonly tag: Tag
  /** The index of the district in the election. */
  readonly district: number
  readonly choices: Choices
  readonly nonceHex: string
  /** 16 latin1 characters, or null. */
  readonly retryMark: string | null
}

export interface Reservation extends Omit<ReservedBallot, 'district'> {
  /** Districts whose ballot style has the marked contests; null for every district. */
  readonly districts: ReadonlySet<number> | null
  /**
   * Whether a key that is not taken is refused, and whether before or after its ballot style is
   * checked.
   */
  readonly refuse: 'no' | 'before-style' | 'after-style'
}

/** A used key; choices and mark are kept only if the ballot had a mark. */
export interface UsedKey {
  readonly is: 'used'
  readonly district: number
  readonly nonceHex: string
  readonly retry: { readonly mark: string; readonly choices: Choices } | null
}

export type ReserveAnswer =
  /** Reserved by this nonce, now or earlier. */
  | { readonly is: 'reserved'; readonly district: number }
  | UsedKey
  /** Reserved by another nonce. */
  | 'writing'
  | 'unknown-key'
  | 'unknown-contest'
  | 'refused'
  /** `closeVoting` has closed voting for all gateways. */
  | 'polls-closed'
  | 'unavailable'
  | 'doubtful'

/**
 * `conflict`: another nonce has the key, or the key is not reserved and `endVoting` came first.
 * `unknown`: the key is not loaded.
 */
export type UseAnswer = 'used' | 'conflict' | 'unknown'

export interface KeyStatus {
  /**
   * Reserves keys; the answers have the order of the reservations. No two reservations may have the
   * same tag.
   */
  readonly reserve: (reservations: readonly Reservation[]) => Promise<readonly ReserveAnswer[]>
  /**
   * Marks keys as used by ballots that are in the ballot log; may be repeated.
   * @throws if the outcome is unknown
   */
  readonly use: (ballots: readonly ReservedBallot[]) => Promise<readonly UseAnswer[]>
  /**
   * Returns reserved ballots that no process has touched for at least `olderThanMs` milliseconds,
   * at most `limit`; they count as touched now.
   * @throws if storage cannot be read
   */
  readonly claim: (olderThanMs: number, limit: number) => Promise<readonly ReservedBallot[]>
  /**
   * Returns the state of a key; undefined if it was never issued.
   * @throws if storage cannot be read, or has no keys of this election
   */
  readonly find: (tag: Tag) => Promise<{ readonly district: number; readonly taken: boolean } | undefined>
  /**
   * Reads the numbers of used and reserved keys from storage.
   * @throws if storage cannot be read
   */
  readonly count: () => Promise<{
    readonly used: number
    readonly reserved: number
    readonly loaded: boolean
  }>
  /** Returns the number of used keys, as last read. */
  readonly lastUsed: () => number
  /** From now on no gateway can reserve a key. May be repeated. */
  readonly closeVoting: () => Promise<void>
  /**
   * From now on only reserved keys can be marked as used: a ballot whose reservation was lost by
   * storage, and which comes this late, is not acknowledged. Called after `closeVoting`; may be
   * repeated.
   */
  readonly endVoting: () => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * Loads the keys again from the voter roll and the ballot log: `unload`, `begin`, `load` and `use`,
 * `finish`.
 */
export interface KeyLoading {
  /** From now on every reservation is `unavailable`. Existing reservations stay. */
  readonly unload: () => Promise<void>
  /** Forgets everything and makes room for this number of keys. */
  readonly begin: (keys: number) => Promise<void>
  readonly load: (keys: readonly { readonly tag: Tag; readonly district: number }[]) => Promise<void>
  /** From now on keys can be reserved. */
  readonly finish: () => Promise<void>
}
