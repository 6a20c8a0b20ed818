/**
 * Access tokens in PostgreSQL (contract: ports/access-tokens.ts), and the secret with which servers
 * pseudonymise clients that they count.
 */
import { type AccessToken, MOST_TOKENS, readToken } from '../../core/access/access-token.ts'
import type { TokenStore } from '../../ports/access-tokens.ts'
import { type Database, inTransaction } from './database.ts'

interface Row {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly sha256: string
  readonly per_second: number
  readonly created_at: Date
  readonly expires_at: Date
  readonly revoked_at: Date | null
  readonly certificate: unknown
}

export function tokenTable(database: Database): TokenStore {
  return {
    all: async () => {
      const { rows } = await database.query<Row>(
        'SELECT * FROM access_tokens ORDER BY created_at, id LIMIT $1',
        [MOST_TOKENS],
      )
      return rows.map(tokenOf)
    },
    add: (token) =>
      inTransaction(database, async (connection) => {
        // Serialised, because the number of tokens is limited.
        await connection.query('LOCK TABLE access_tokens IN SHARE ROW EXCLUSIVE MODE')
        const { rows } = await connection.query<{ sha256: string | null; many: number }>(
          'SELECT (SELECT sha256 FROM access_tokens WHERE id = $1), count(*)::integer AS many ' +
            'FROM access_tokens',
          [token.id],
        )
        const { sha256, many } = rows[0]!
        if (sha256 !== null) return sha256 === token.sha256 ? 'added' : 'taken'
        if (many >= MOST_TOKENS) return 'full'
        await connection.query(
          `INSERT INTO access_tokens
             (id, name, scopes, sha256, per_second, created_at, expires_at, certificate)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
          [
            ...[token.id, token.name, token.scopes, token.sha256, token.perSecond],
            ...[new Date(token.createdAtMs), new Date(token.expiresAtMs)],
            token.certificate === undefined ? null : JSON.stringify(token.certificate),
          ],
        )
        return 'added'
      }),
    revoke: async (id, atMs) => {
      const { rowCount } = await database.query(
        'UPDATE access_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL',
        [id, new Date(atMs)],
      )
      if (rowCount === 1) return 'revoked'
      const { rows } = await database.query('SELECT FROM access_tokens WHERE id = $1', [id])
      return rows.length === 1 ? 'already' : 'unknown'
    },
  }
}

/** The same for all servers of the cluster, and not stored in Redis. */
export async function countingSecret(database: Database): Promise<string> {
  const { rows } = await database.query<{ value: string }>(
    "SELECT value FROM shared_secrets WHERE name = 'counting'",
  )
  const secret = rows[0]?.value
  if (secret === undefined)
    throw new Error('PostgreSQL has no secret for counting: run "elections prepare-cluster"')
  return secret
}

function tokenOf(row: Row): AccessToken {
  const token = readToken({
    ...{ id: row.id, name: row.name, scopes: row.scopes, sha256: row.sha256, perSecond: row.per_second },
    ...{ createdAtMs: row.created_at.getTime(), expiresAtMs: row.expires_at.getTime() },
    revokedAtMs: row.revoked_at?.getTime() ?? null,
    ...(row.certificate !== null && { certificate: row.certificate }),
  })
  if (token === undefined) throw new Error(`the access token "${row.id}" in PostgreSQL is malformed`)
  return token
}
