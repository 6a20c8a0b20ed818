/**
 * Reads a certificate and its key, and checks that they match. Errors contain no byte of the key.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import type { CertificatePair } from '../../ports/certificate-source.ts'

/** A matching pair. Times are milliseconds since 1970. */
export interface Certificate extends CertificatePair {
  readonly notBeforeMs: number
  readonly notAfterMs: number
  /** The host names in the certificate, including wildcards. */
  readonly names: readonly string[]
  readonly covers: (host: string) => boolean
}

/** Which of the two is wrong, and why. */
export class UnfitCertificate extends Error {
  readonly part: 'certificate' | 'key'

  constructor(part: 'certificate' | 'key', message: string) {
    super(message)
    this.part = part
  }
}

const FIRST_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/

/**
 * @param cert PEM, the server's own certificate first
 * @param key PEM, not encrypted
 * @throws {UnfitCertificate} if either cannot be read, or they do not match. Does not check the
 *   times.
 */
export function readCertificate(cert: string, key: string): Certificate {
  const own = ownCertificate(cert)
  const privateKey = readKey(key)
  if (!own.checkPrivateKey(privateKey)) throw new UnfitCertificate('key', 'is not the key of the certificate')
  try {
    createSecureContext({ cert, key, minVersion: 'TLSv1.2' })
  } catch (cause) {
    throw new UnfitCertificate('certificate', `cannot be used: ${reasonOf(cause)}`)
  }
  return {
    ...{ cert, key },
    notBeforeMs: own.validFromDate.getTime(),
    notAfterMs: own.validToDate.getTime(),
    names: (own.subjectAltName ?? '')
      .split(', ')
      .flatMap((name) => /^(?:DNS|IP Address):(.+)$/.exec(name)?.[1] ?? []),
    covers: (host) => {
      const address = host.replace(/^\[(.*)\]$/, '$1')
      // OpenSSL throws if the address is malformed.
      return (isIP(address) === 0 ? own.checkHost(host) : own.checkIP(address)) !== undefined
    },
  }
}

function ownCertificate(cert: string): X509Certificate {
  const first = FIRST_CERTIFICATE.exec(cert)?.[0]
  if (first === undefined)
    throw new UnfitCertificate('certificate', 'contains no certificate (PEM, "-----BEGIN CERTIFICATE-----")')
  try {
    return new X509Certificate(first)
  } catch {
    throw new UnfitCertificate('certificate', 'contains a certificate that cannot be read')
  }
}

function readKey(key: string): KeyObject {
  if (/ENCRYPTED/.test(key))
    throw new UnfitCertificate(
      'key',
      'is encrypted: a server that starts unattended needs it without a password',
    )
  try {
    return createPrivateKey(key)
  } catch {
    throw new UnfitCertificate('key', 'contains no key that can be read (PEM, "-----BEGIN PRIVATE KEY-----")')
  }
}

/** OpenSSL's message; it contains no part of a key. */
function reasonOf(cause: unknown): string {
  const { reason, code } = cause as { readonly reason?: string; readonly code?: string }
  return reason ?? code ?? 'OpenSSL does not accept it'
}
