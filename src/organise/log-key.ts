/**
 * The signing key of an election's public log. It is created with the election and read when the
 * election is served.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { logKeyFile } from '../adapters/embedded/layout.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { loadLogKey, newLogKey } from '../adapters/node/log-signer.ts'
import type { LogSigner } from '../ports/log-signer.ts'

/** A random suffix makes the origin unique: a second election with the same id has another log. */
export function defaultLogOrigin(electionId: string): string {
  return `digital-elections/${electionId}-${randomBytes(4).toString('hex')}`
}

/**
 * Creates a key and returns its secret text.
 * @throws RangeError if the origin is invalid
 */
export function newSignerKey(origin: string): string {
  return newLogKey(origin).signerKey
}

/**
 * Returns the key of the election in a folder; null if the election was created without a log.
 * @throws BadInput if the key is damaged
 */
export function logSignerIn(dir: string): LogSigner | null {
  const path = logKeyFile(dir)
  if (!existsSync(path)) return null
  try {
    return loadLogKey(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new BadInput(path, [{ message: `${(cause as Error).message}: restore it from a backup` }])
  }
}
