/**
 * Access tokens: where they are kept, and what a server knows of them.
 *
 * A token that was revoked is never good again. On one machine the server is the store's owner, and
 * knows at once; on a cluster each server looks now and then, and goes by what it saw last while
 * the store does not answer. Expiry needs no store: every server's clock decides.
 */
import type { AccessToken } from '../core/access/access-token.ts'

export interface KnownTokens {
  /**
   * The token of that id, whatever its standing; undefined where there is none. Answers from
   * memory.
   */
  readonly find: (id: string) => AccessToken | undefined
}

/** `unknown`: there is no such token. `already`: it was revoked before, and nothing has changed. */
export type Revoked = 'revoked' | 'already' | 'unknown'

export interface TokenStore {
  /** All of them, the oldest first. */
  readonly all: () => Promise<readonly AccessToken[]>
  /**
   * Durable when it resolves. The same token again changes nothing.
   * @returns `full` where there are as many as there may be; `taken` where another one has its id
   */
  readonly add: (token: AccessToken) => Promise<'added' | 'full' | 'taken'>
  /** Durable when it resolves. @param atMs Unix milliseconds */
  readonly revoke: (id: string, atMs: number) => Promise<Revoked>
}
