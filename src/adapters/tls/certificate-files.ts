/** A certificate and a key of the operator's own, in files that somebody else renews. */
import { readFileSync, statSync } from 'node:fs'
import { type Certificate, readCertificate, UnfitCertificate } from './certificate.ts'

export interface CertificatePaths {
  readonly cert: string
  readonly key: string
}

/** Certificates with their chains are some kilobytes. */
const MOST_BYTES = 1_000_000

/** What is wrong with one of the two files. */
export class UnfitFile extends Error {
  readonly path: string

  constructor(path: string, message: string) {
    super(message)
    this.path = path
  }
}

/**
 * @throws {UnfitFile} where they hold no pair that fits together
 * @throws NodeJS.ErrnoException where a file cannot be read
 */
export function readCertificateFiles(paths: CertificatePaths): Certificate {
  const cert = textOf(paths.cert)
  const key = textOf(paths.key)
  try {
    return readCertificate(cert, key)
  } catch (cause) {
    if (cause instanceof UnfitCertificate)
      throw new UnfitFile(cause.part === 'key' ? paths.key : paths.cert, cause.message)
    throw cause
  }
}

/** Whether others on this machine may read the key. */
export function isOpenToAll(path: string): boolean {
  return process.platform !== 'win32' && (statSync(path).mode & 0o004) !== 0
}

function textOf(path: string): string {
  if (statSync(path).size > MOST_BYTES) throw new UnfitFile(path, 'is too large for a certificate or a key')
  return readFileSync(path, 'utf8')
}
