/**
 * The end of the election secret: with it goes the only way from a voter's key to a ballot row
 * (docs/threats.md). What it is about to do is written down first, so that a crash leaves nothing
 * that looks like a lost secret.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { syncPath } from '../node/durable-file.ts'
import { databaseFile, keysDir, savedKeysFile, secretFile } from './layout.ts'
import { savedKeysDraft } from './saved-keys.ts'
import { recordSecretDestroyed } from './secret-fact.ts'

/** @returns whether there was one */
export function destroySecret(dir: string, atMs: number): boolean {
  recordSecretDestroyed(databaseFile(dir), atMs)
  // Nothing of it leads to a ballot; nor is it of use to anybody any more.
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
