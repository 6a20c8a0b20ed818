/**
 * Access tokens: where they are stored, and what a server knows of them.
 *
 * A revoked token is never valid again. On one machine the server owns the store and knows
 * immediately. On a cluster each server reads the store regularly, and uses what it read last while
 * the store does not answer. Expiry needs no store: each server's clock decides.
 */
import type { AccessToken } from '../core/access/access-token.ts'

export interface KnownTokens {
  /**
   * Returns the token with this id, valid or not; undefined if there is no such token. Answers from
   * memory.
   */
  readonly find: (id: string) => AccessToken | undefined
}

/** `unknown`: there is no such token. `already`: it was revoked before, and nothing has changed. */
export type Revoked = 'revoked' | 'already' | 'unknown'

export interface TokenStore {
  /** Returns all tokens, oldest first. */
  readonly all: () => Promise<readonly AccessToken[]>
  /**
   * Stores a token; it is durable when the promise resolves. Adding an equal token again changes
   * nothing.
   * @returns `full` if the store has the most tokens allowed; `taken` if another token has this id
   */
  readonly add: (token: AccessToken) => Promise<'added' | 'full' | 'taken'>
  /**
   * Revokes a token; the change is durable when the promise resolves.
   * @param atMs Unix milliseconds
   */
  readonly revoke: (id: string, atMs: number) => Promise<Revoked>
}
