/** The operator's certificate and key, in files that another program renews. */
import { readFileSync, statSync } from 'node:fs'
import { type Certificate, readCertificate, UnfitCertificate } from './certificate.ts'

export interface CertificatePaths {
  readonly cert: string
  readonly key: string
}

/** Certificates with their chains have some kilobytes. */
const MOST_BYTES = 1_000_000

/** One of the two files cannot be used. */
export class UnfitFile extends Error {
  readonly path: string

  constructor(path: string, message: string) {
    super(message)
    this.path = path
  }
}

/**
 * @throws {UnfitFile} if they do not contain a matching pair
 * @throws {NodeJS.ErrnoException} if a file cannot be read
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

/** Whether other users of this machine can read the key. */
export function isOpenToAll(path: string): boolean {
  return process.platform !== 'win32' && (statSync(path).mode & 0o004) !== 0
}

function textOf(path: string): string {
  if (statSync(path).size > MOST_BYTES) throw new UnfitFile(path, 'is too large for a certificate or a key')
  return readFileSync(path, 'utf8')
}
