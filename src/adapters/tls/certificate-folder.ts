/**
 * What a server that gets its certificates itself keeps in `DATA/tls/`: the account's key, and for
 * each list of names the newest certificate with its key, in one file. Both are their owner's
 * alone.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from '../node/durable-file.ts'
import { type Certificate, readCertificate, UnfitCertificate } from './certificate.ts'

const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700
const KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----\n?/

export const accountKeyFile = (folder: string) => join(folder, 'account-key.pem')
/** Key and certificates in one file: they change in one step. */
export const certificateFile = (folder: string) => join(folder, 'certificate.pem')

/** @returns undefined where there is none */
export function readAccountKey(folder: string): string | undefined {
  return textOf(accountKeyFile(folder))
}

export function writeAccountKey(folder: string, key: string): void {
  write(folder, accountKeyFile(folder), key)
}

/**
 * @returns undefined where there is none
 * @throws {UnfitCertificate} where the file holds no pair that fits together
 */
export function readStored(folder: string): Certificate | undefined {
  const text = textOf(certificateFile(folder))
  if (text === undefined) return undefined
  const key = KEY.exec(text)?.[0]
  if (key === undefined) throw new UnfitCertificate('key', 'is not in the file')
  return readCertificate(text.replace(KEY, ''), key)
}

export function writeStored(folder: string, { cert, key }: Certificate): void {
  write(folder, certificateFile(folder), `${key.trimEnd()}\n${cert}`)
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER })
  replaceFile(path, text, PRIVATE_FILE)
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cause
  }
}
