/** The signing key of an election's public log: made with the election, read when it is served. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { logKeyFile } from '../adapters/embedded/layout.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { loadLogKey, newLogKey } from '../adapters/node/log-signer.ts'
import type { LogSigner } from '../ports/log-signer.ts'

/** An origin no other log has: a second election of the same id is another log. */
export function defaultLogOrigin(electionId: string): string {
  return `digital-elections/${electionId}-${randomBytes(4).toString('hex')}`
}

/** A new key as its secret text. @throws RangeError where the origin can name no log */
export function newSignerKey(origin: string): string {
  return newLogKey(origin).signerKey
}

/**
 * The key of the election in a folder; null where it was made without a log. @throws BadInput where
 * it is damaged
 */
export function logSignerIn(dir: string): LogSigner | null {
  const path = logKeyFile(dir)
  if (!existsSync(path)) return null
  try {
    return loadLogKey(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new BadInput(path, [{ message: `${(cause as Error).message}: take it from a backup` }])
  }
}
