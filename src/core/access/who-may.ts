/**
 * The table of permissions: groups of routes by kind of credential. `src/gateway/access.ts` applies
 * it to each request; `test/gateway/access.test.ts` checks every pair.
 *
 * A token only lets a machine make a request. It shows no more of the count, which `tally/shown.ts`
 * alone decides, and it casts no ballot, which needs a voter key.
 */
import type { RefusalCode } from '../election/refusal.ts'
import type { Scope, Standing } from './access-token.ts'

/** Groups of routes that check tokens; all other routes are open and check none. */
export type Guarded = Scope
/** Groups that are open unless the server requires a token for them. */
export const REQUIRABLE = ['cast', 'results'] as const satisfies readonly Guarded[]
export type Requirable = (typeof REQUIRABLE)[number]

export type Credential =
  /** No token of this program. */
  | { readonly kind: 'none' }
  /** A token that does not exist, or has another secret. */
  | { readonly kind: 'wrong' }
  | { readonly kind: 'token'; readonly standing: Standing; readonly scopes: readonly Scope[] }

/**
 * @param required the groups that need a token at this server
 * @returns the refusal; null if the request is allowed
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
  // Unknown, wrong, expired and revoked tokens get the same answer; the operator's list shows which
  // is which.
  if (credential.kind === 'wrong' || credential.standing !== 'good') return 'token-invalid'
  return credential.scopes.includes(group) ? null : 'token-scope'
}
