/**
 * The access tokens of a cluster in a server: read before it listens, and then every {@link
 * LOOK_MS}.
 */
import type { Logger } from 'pino'
import type { AccessToken } from '../../core/access/access-token.ts'
import type { KnownTokens, TokenStore } from '../../ports/access-tokens.ts'
import { type BackgroundWork, everySoOften } from '../background.ts'

const LOOK_MS = 1_000

export interface LearnedTokens extends KnownTokens, BackgroundWork {}

/**
 * @throws if the first read fails; after later failures the tokens of the last read stay in force
 */
export async function learnedTokens(store: Pick<TokenStore, 'all'>, log: Logger): Promise<LearnedTokens> {
  let byId = new Map<string, AccessToken>()
  let failing = false
  const look = async (): Promise<void> => {
    const all = await store.all()
    // An unchanged token stays the same object, so that its rate continues.
    byId = new Map(all.map((token) => [token.id, unchanged(byId.get(token.id), token)]))
    failing = false
  }
  await look()
  const looking = everySoOften(LOOK_MS, look, (err) => {
    if (!failing)
      log.warn({ err }, 'the access tokens cannot be read: the known ones stay in force; trying again')
    failing = true
  })
  return { find: (id) => byId.get(id), stop: looking.stop }
}

/** The only change of a token is its revocation. */
function unchanged(known: AccessToken | undefined, token: AccessToken): AccessToken {
  return known?.revokedAtMs === token.revokedAtMs ? known : token
}
