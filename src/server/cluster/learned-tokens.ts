/** Access tokens of a cluster at a server: read before it listens, and looked at now and then. */
import type { Logger } from 'pino'
import type { AccessToken } from '../../core/access/access-token.ts'
import type { KnownTokens, TokenStore } from '../../ports/access-tokens.ts'
import { type BackgroundWork, everySoOften } from '../background.ts'

const LOOK_MS = 1_000

export interface LearnedTokens extends KnownTokens, BackgroundWork {}

/** @throws where the store cannot be asked the first time; later it goes by what it saw last */
export async function learnedTokens(store: Pick<TokenStore, 'all'>, log: Logger): Promise<LearnedTokens> {
  let byId = new Map<string, AccessToken>()
  let failing = false
  const look = async (): Promise<void> => {
    const all = await store.all()
    // One that has not changed stays the same object: what is known of it stays, too.
    byId = new Map(all.map((token) => [token.id, unchanged(byId.get(token.id), token)]))
    failing = false
  }
  await look()
  const looking = everySoOften(LOOK_MS, look, (err) => {
    if (!failing) log.warn({ err }, 'the access tokens cannot be looked at: those known go on; trying again')
    failing = true
  })
  return { find: (id) => byId.get(id), stop: looking.stop }
}

/** A token is only ever revoked. */
function unchanged(known: AccessToken | undefined, token: AccessToken): AccessToken {
  return known?.revokedAtMs === token.revokedAtMs ? known : token
}
