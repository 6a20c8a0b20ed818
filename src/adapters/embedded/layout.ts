/** Where things lie in a data folder (docs/operations.md, "The data folder"). */

import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'

export const electionsDir = (dataDir: string) => join(dataDir, 'elections')
export const electionDir = (dataDir: string, id: string) => join(electionsDir(dataDir), id)
export const databaseFile = (dir: string) => join(dir, 'election.db')
export const definitionFile = (dir: string) => join(dir, 'election.json')
/** There where the election's ballots lie on a cluster, not in this folder. */
export const clusterFile = (dir: string) => join(dir, 'cluster.json')
export const keysDir = (dir: string) => join(dir, 'keys')
export const secretFile = (dir: string) => join(keysDir(dir), 'election-secret')
/** A copy of what the roll and the secret say, for a quick start (saved-keys.ts). */
export const savedKeysFile = (dir: string) => join(dir, 'issued-keys')
/** The log's signing key, a C2SP signer key. */
export const logKeyFile = (dir: string) => join(keysDir(dir), 'log-key')
/** The definition's pictures, each named by its SHA-256 in hexadecimal. */
export const picturesDir = (dir: string) => join(dir, 'pictures')
/** What the public reads: static files for any web server. */
export const logDir = (dir: string) => join(dir, 'log')
/** There while ballots are sorted after the close of voting, readable by the server alone. */
export const sortingDir = (dir: string) => join(dir, '.sorting')
export const journalFile = (dir: string) => join(dir, 'log-journal.db')
export const settingsFile = (dataDir: string) => join(dataDir, 'settings.json')
/** Ids and hashes of access tokens, for all elections of the folder. */
export const tokensFile = (dataDir: string) => join(dataDir, 'access-tokens.json')
export const lockFile = (dataDir: string) => join(dataDir, 'server.lock')
export const serverFile = (dataDir: string) => join(dataDir, 'server.json')

/**
 * The certificate that the server got itself, its key, and the key of its account with the
 * authority.
 */
export const tlsDir = (dataDir: string) => join(dataDir, 'tls')

/** Where and how the process that serves the folder is reached (adapters/control/place.ts). */
export const controlFile = (dataDir: string) => join(dataDir, 'control.json')

/**
 * Ids of the elections in a data folder, in order; drafts that an interrupted `init` left are
 * passed over.
 */
export function electionIds(dataDir: string): string[] {
  let entries: Dirent[]
  try {
    entries = readdirSync(electionsDir(dataDir), { withFileTypes: true })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw cause
  }
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort()
}
