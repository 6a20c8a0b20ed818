/**
 * Who may what, as a table: groups of routes by kinds of credential. `src/gateway/access.ts` asks
 * it for each request; `test/gateway/access.test.ts` holds every route against it, pair by pair.
 *
 * A token opens a door for a machine, never a gate: what may be told of the count is decided by
 * `tally/shown.ts` alone, and a ballot needs its voter's key.
 */
import type { RefusalCode } from '../election/refusal.ts'
import type { Scope, Standing } from './access-token.ts'

/** Groups of routes that look at tokens; all other routes are open, and look at none. */
export type Guarded = Scope
/** Groups that anybody may ask, unless the server was told to require a token. */
export const REQUIRABLE = ['cast', 'results'] as const satisfies readonly Guarded[]
export type Requirable = (typeof REQUIRABLE)[number]

export type Credential =
  /** No token of this program. */
  | { readonly kind: 'none' }
  /** A token that was never made, or whose secret is another. */
  | { readonly kind: 'wrong' }
  | { readonly kind: 'token'; readonly standing: Standing; readonly scopes: readonly Scope[] }

/**
 * @param required the groups that need a token at this server
 * @returns null where the request may go on
 */
export function mayNot(
  group: Guarded,
  credential: Credential,
  required: ReadonlySet<Requirable>,
): RefusalCode | null {
  if (credential.kind === 'none') {
    const isOpen = group !== 'amend' && !required.has(group)
    return isOpen ? null : 'token-missing'
  }
  // Unknown, wrong, expired and revoked are told alike: which of them is for the operator's list.
  if (credential.kind === 'wrong' || credential.standing !== 'good') return 'token-invalid'
  return credential.scopes.includes(group) ? null : 'token-scope'
}
