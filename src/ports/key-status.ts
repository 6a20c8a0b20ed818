/**
 * What became of every key of an election, where several gateways share it: issued → reserved →
 * used.
 *
 * The contract (test/cluster/key-status.test.ts):
 * - Every call is one step per key: of all the reservations of a key, from whatever side, one takes
 *   it. A reservation is known by its nonce; reserving again with the same nonce is the same
 *   reservation.
 * - A reservation holds the whole ballot until `use` takes it away: the outbox. It is never
 *   released.
 * - What is reserved or used was durable before it was told.
 * - Keys that are not loaded (storage emptied, another election's, being made again) are
 *   `unavailable`, never unknown.
 * - `reserve` tells apart what certainly did nothing (`unavailable`) from what may have
 *   (`doubtful`). It never throws and always ends within a bound, as all calls here do.
 */
import type { Choices } from '../core/election/choices.ts'
import type { Tag } from './digest.ts'

/** A ballot on its way into the log; with the election it makes the record's bytes. */
export interface ReservedBallot {
  readonly tag: Tag
  /** Index into the election's districts. */
  readonly district: number
  readonly choices: Choices
  readonly nonceHex: string
  /** 16 latin1 characters, or null. */
  readonly retryMark: string | null
}

export interface Reservation extends Omit<ReservedBallot, 'district'> {
  /** Districts whose ballot style carries the choices; null: every district. */
  readonly districts: ReadonlySet<number> | null
  /**
   * Whether a key not yet taken is refused, and whether before or after its ballot style is looked
   * at.
   */
  readonly refuse: 'no' | 'before-style' | 'after-style'
}

/** A used key; choices and mark are kept only where the ballot came with a mark. */
export interface UsedKey {
  readonly is: 'used'
  readonly district: number
  readonly nonceHex: string
  readonly retry: { readonly mark: string; readonly choices: Choices } | null
}

export type ReserveAnswer =
  /** By this very nonce, now or before. */
  | { readonly is: 'reserved'; readonly district: number }
  | UsedKey
  /** Reserved by another nonce. */
  | 'writing'
  | 'unknown-key'
  | 'unknown-contest'
  | 'refused'
  /** Voting was closed for all gateways by `closeVoting`. */
  | 'polls-closed'
  | 'unavailable'
  | 'doubtful'

/**
 * `conflict`: another nonce holds the key, or nothing does and `endVoting` came first. `unknown`:
 * the key is not loaded.
 */
export type UseAnswer = 'used' | 'conflict' | 'unknown'

export interface KeyStatus {
  /** Answers stand in the order of the reservations; no two of them may have one tag. */
  readonly reserve: (reservations: readonly Reservation[]) => Promise<readonly ReserveAnswer[]>
  /**
   * Marks keys used by ballots that are in the log; safe to repeat. @throws where the outcome is
   * unknown
   */
  readonly use: (ballots: readonly ReservedBallot[]) => Promise<readonly UseAnswer[]>
  /**
   * Reserved ballots that nobody has touched for a while; they count as touched now.
   * @throws where storage cannot be asked
   */
  readonly claim: (olderThanMs: number, limit: number) => Promise<readonly ReservedBallot[]>
  /** @throws where storage cannot be asked, or holds no keys of this election */
  readonly find: (tag: Tag) => Promise<{ readonly district: number; readonly taken: boolean } | undefined>
  /** Reads the counts anew. @throws where storage cannot be asked */
  readonly count: () => Promise<{
    readonly used: number
    readonly reserved: number
    readonly loaded: boolean
  }>
  /** Keys used, as last heard of. */
  readonly lastUsed: () => number
  /** No key is reserved from now on, by whatever gateway. Safe to repeat. */
  readonly closeVoting: () => Promise<void>
  /**
   * No key is marked used from now on but one that is reserved: a ballot that storage lost the
   * reservation of, and that comes so late, is acknowledged by nobody. After `closeVoting`. Safe to
   * repeat.
   */
  readonly endVoting: () => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * Making the keys anew, from the roll and the log: `unload`, `begin`, `load` and `use`, `finish`.
 */
export interface KeyLoading {
  /** From now on every reservation is `unavailable`. What is reserved stays. */
  readonly unload: () => Promise<void>
  /** Forgets everything and makes room for so many keys. */
  readonly begin: (keys: number) => Promise<void>
  readonly load: (keys: readonly { readonly tag: Tag; readonly district: number }[]) => Promise<void>
  /** Keys can be reserved from now on. */
  readonly finish: () => Promise<void>
}
