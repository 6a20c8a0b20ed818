/**
 * Access tokens made, listed and revoked: by the process that owns the data folder, or in the
 * PostgreSQL of a cluster, from which every server learns of it. The secret is made here, by who
 * asks: the owner gets its hash alone.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { type FolderTokens, folderTokens } from '../adapters/embedded/access-tokens.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { sha256Hex } from '../adapters/node/digest.ts'
import {
  type AccessToken,
  type BoundCertificate,
  MOST_TOKENS,
  type Scope,
  tokenText,
} from '../core/access/access-token.ts'
import type { TokenStore } from '../ports/access-tokens.ts'
import type { ClusterAddresses } from './cluster/addresses.ts'
import { byOwner } from './owner.ts'

export interface WantedToken {
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Unix milliseconds. */
  readonly expiresAtMs: number
  readonly perSecond: number
  /** The client certificate it is to be good with alone. */
  readonly certificate?: BoundCertificate
}

export interface MadeToken {
  readonly token: AccessToken
  /** What the machine sends: nobody can be told it again. */
  readonly text: string
}

/** Where the tokens are kept. */
export type TokenPlace =
  | { readonly dataDir: string }
  | { readonly cluster: Pick<ClusterAddresses, 'database'> }

const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'
const ID_LENGTH = 10

/** @throws {BadInput} where it cannot be made */
export async function addToken(place: TokenPlace, wanted: WantedToken): Promise<MadeToken> {
  const id = Array.from({ length: ID_LENGTH }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join('')
  const secret = randomBytes(32).toString('base64url')
  const token: AccessToken = {
    ...{ id, ...wanted, sha256: sha256Hex(secret) },
    ...{ createdAtMs: systemClock.nowMs(), revokedAtMs: null },
  }
  const added = await inPlace(place, {
    store: (store) => store.add(token),
    served: { kind: 'add', token },
  })
  if (added !== 'added')
    throw new BadInput('token', [
      {
        message:
          added === 'full'
            ? `there are ${MOST_TOKENS} tokens, and no more may be: nothing was made`
            : 'its id is taken: nothing was made, ask again',
      },
    ])
  return { token, text: tokenText(id, secret) }
}

/** The oldest first. */
export function listTokens(place: TokenPlace): Promise<readonly AccessToken[]> {
  return inPlace(place, { store: (store) => store.all(), served: { kind: 'list' } })
}

/** @throws {BadInput} where there is no such token */
export async function revokeToken(place: TokenPlace, id: string): Promise<'revoked' | 'already'> {
  const revoked = await inPlace(place, {
    store: (store) => store.revoke(id, systemClock.nowMs()),
    served: { kind: 'revoke', id },
  })
  if (revoked === 'unknown')
    throw new BadInput('token', [{ message: `there is no token "${id}": see "elections token list"` }])
  return revoked
}

/** A question about tokens, as the control socket carries it. */
export type TokenQuestion =
  | { readonly kind: 'list' }
  | { readonly kind: 'add'; readonly token: AccessToken }
  | { readonly kind: 'revoke'; readonly id: string }

interface Asked<Result> {
  readonly store: (store: TokenStore) => Promise<Result>
  readonly served: TokenQuestion
}

async function inPlace<Result>(place: TokenPlace, asked: Asked<Result>): Promise<Result> {
  if ('cluster' in place) {
    const { withClusterTokens } = await import('./cluster/cluster-tokens.ts')
    return withClusterTokens(place.cluster, asked.store)
  }
  const { dataDir } = place
  const { result } = await byOwner(dataDir, {
    self: () => asked.store(folderTokens(dataDir)),
    asked: (owner) => owner.tokens<Result>(asked.served),
  })
  return result
}

/** Answers a question that came over the control socket. */
export async function answerAboutTokens(tokens: FolderTokens, question: TokenQuestion): Promise<unknown> {
  if (question.kind === 'list') return tokens.all()
  if (question.kind === 'add') return tokens.add(question.token)
  return tokens.revoke(question.id, systemClock.nowMs())
}
