/**
 * Destroys the election secret, and with it the only way from a voter's key to a ballot row
 * (docs/threats.md). The intention is recorded first, so that after a crash a destroyed secret does
 * not look like a lost one.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { syncPath } from '../node/durable-file.ts'
import { databaseFile, keysDir, savedKeysFile, secretFile } from './layout.ts'
import { savedKeysDraft } from './saved-keys.ts'
import { recordSecretDestroyed } from './secret-fact.ts'

/** @returns whether there was a secret */
export function destroySecret(dir: string, atMs: number): boolean {
  recordSecretDestroyed(databaseFile(dir), atMs)
  // These files do not lead to a ballot, but without the secret they are useless.
  for (const path of [savedKeysFile(dir), savedKeysDraft(savedKeysFile(dir))]) rmSync(path, { force: true })
  const path = secretFile(dir)
  if (!existsSync(path)) return false
  const file = openSync(path, 'r+')
  try {
    writeSync(file, randomBytes(Math.max(1, statSync(path).size)), 0, undefined, 0)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  rmSync(path)
  syncPath(keysDir(dir))
  return true
}
