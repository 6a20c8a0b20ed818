/**
 * The access tokens of a data folder, in one file that only its owner can read (contract:
 * ports/access-tokens.ts). Only the holder of the folder's lock may use it: the file is read once,
 * and from then on this process relies on its own copy.
 */
import { readFileSync } from 'node:fs'
import { type AccessToken, MOST_TOKENS, readToken } from '../../core/access/access-token.ts'
import { Fault } from '../../core/fault.ts'
import type { KnownTokens, TokenStore } from '../../ports/access-tokens.ts'
import { replaceOwnFile } from '../node/durable-file.ts'
import { tokensFile } from './layout.ts'
import { PRIVATE_FILE } from './privacy.ts'

const FORMAT = 'digital-elections/access-tokens/v1'

export type FolderTokens = KnownTokens & TokenStore

/** @throws {Fault} if the file is malformed: no token is silently ignored */
export function folderTokens(dataDir: string): FolderTokens {
  const path = tokensFile(dataDir)
  const byId = new Map(readTokens(path).map((token) => [token.id, token]))
  const keep = (token: AccessToken): void => {
    const others = [...byId.values()].filter(({ id }) => id !== token.id)
    const tokens = [...others, token].sort((a, b) => a.createdAtMs - b.createdAtMs)
    replaceOwnFile(path, `${JSON.stringify({ format: FORMAT, tokens }, null, 1)}\n`, PRIVATE_FILE)
    byId.set(token.id, token)
  }
  return {
    find: (id) => byId.get(id),
    all: async () => [...byId.values()].sort((a, b) => a.createdAtMs - b.createdAtMs),
    add: async (token) => {
      const there = byId.get(token.id)
      if (there !== undefined) return there.sha256 === token.sha256 ? 'added' : 'taken'
      if (byId.size >= MOST_TOKENS) return 'full'
      keep(token)
      return 'added'
    },
    revoke: async (id, atMs) => {
      const token = byId.get(id)
      if (token === undefined) return 'unknown'
      if (token.revokedAtMs !== null) return 'already'
      keep({ ...token, revokedAtMs: atMs })
      return 'revoked'
    },
  }
}

function readTokens(path: string): readonly AccessToken[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw cause
  }
  const malformed = (why: string): Fault =>
    new Fault('bad-input', {
      problems: [
        {
          place: path,
          message: `${why}: restore it from a backup, or move it away, which makes every token invalid`,
        },
      ],
      more: 0,
    })
  let value: { format?: unknown; tokens?: unknown } | null
  try {
    value = JSON.parse(text)
  } catch {
    throw malformed('is not JSON')
  }
  if (value?.format !== FORMAT || !Array.isArray(value.tokens))
    throw malformed('is not a list of access tokens')
  const tokens = value.tokens.map((each, i) => {
    const token = readToken(each)
    if (token === undefined) throw malformed(`token ${i + 1} is malformed`)
    return token
  })
  if (new Set(tokens.map(({ id }) => id)).size !== tokens.length) throw malformed('has an id twice')
  return tokens
}
