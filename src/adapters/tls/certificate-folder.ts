/**
 * What a server that obtains its own certificates stores in `DATA/tls/`: the account's key, and for
 * each list of names the newest certificate with its key, in one file. Only their owner can read
 * them.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceOwnFile } from '../node/durable-file.ts'
import { type Certificate, readCertificate, UnfitCertificate } from './certificate.ts'

const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700
const KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----\n?/

export const accountKeyFile = (folder: string) => join(folder, 'account-key.pem')
/** Key and certificates are in one file, so that they change in one step. */
export const certificateFile = (folder: string) => join(folder, 'certificate.pem')

/** @returns undefined if no key is stored */
export function readAccountKey(folder: string): string | undefined {
  return textOf(accountKeyFile(folder))
}

export function writeAccountKey(folder: string, key: string): void {
  write(folder, accountKeyFile(folder), key)
}

/**
 * @returns undefined if no certificate is stored
 * @throws {UnfitCertificate} if the file does not contain a matching pair
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
  replaceOwnFile(path, text, PRIVATE_FILE)
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cause
  }
}
