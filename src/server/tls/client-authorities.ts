/**
 * The authorities of valid client certificates, from the operator's file: read at the start, and
 * again when it has changed. If the file cannot be used, the server does not start, or later keeps
 * the authorities it has.
 */
import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { Logger } from 'pino'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { readPlain } from '../../adapters/files/plain-file.ts'
import type { ClientAuthorities } from '../../ports/certificate-source.ts'
import { type BackgroundWork, everySoOften } from '../background.ts'

const LOOK_MS = 2_000
/** A TLS server names each authority to every client in its handshake. */
const MOST_AUTHORITIES = 50
const MOST_BYTES = 1_000_000
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

export interface WatchedAuthorities extends ClientAuthorities {
  readonly begin: () => void
  /** Reads the file at once. */
  readonly look: () => void
  readonly stop: () => Promise<void>
}

/** @throws {BadInput} if the file has no certificate of an authority, or something else */
export function clientAuthorities(path: string, log: Logger): WatchedAuthorities {
  const listeners: (() => void)[] = []
  let used = readAuthorities(path)
  /** The last logged problem, so that it is logged once. */
  let problem: string | null = null
  const look = (): void => {
    try {
      const now = readAuthorities(path)
      problem = null
      if (now === used) return
      used = now
      for (const listener of listeners) listener()
      log.info('the authorities of client certificates were read again')
    } catch (cause) {
      const { message } = cause as Error
      if (message === problem) return
      problem = message
      log.error(
        { problem },
        'the new authorities of client certificates cannot be used: the earlier ones stay in use',
      )
    }
  }
  let looking: BackgroundWork | undefined
  return {
    current: () => used,
    onChange: (listener) => void listeners.push(listener),
    begin: () => {
      looking = everySoOften(
        LOOK_MS,
        async () => look(),
        (err) => log.error({ err }, 'the authorities of client certificates cannot be read'),
      )
    },
    look,
    stop: async () => looking?.stop(),
  }
}

/**
 * @returns PEM, only certificates
 * @throws {BadInput}
 */
export function readAuthorities(path: string): string {
  const wrong = (message: string): BadInput => new BadInput(path, [{ message }])
  const bytes = readPlain(path, MOST_BYTES)
  if (bytes === undefined) throw wrong('there is no such file')
  if (bytes.length > MOST_BYTES) throw wrong('is too large for certificates of authorities')
  const text = Buffer.from(bytes).toString('latin1')
  if (text.includes('PRIVATE KEY'))
    throw wrong(
      'contains a private key: an authority’s key must not be on a server, give only its certificate',
    )
  const found = text.match(CERTIFICATE) ?? []
  if (found.length === 0) throw wrong('contains no certificate (PEM, "-----BEGIN CERTIFICATE-----")')
  if (found.length > MOST_AUTHORITIES) throw wrong(`at most ${MOST_AUTHORITIES} authorities may be named`)
  for (const [i, each] of found.entries()) {
    if (!isAuthority(each))
      throw wrong(`certificate ${i + 1} does not belong to an authority, or cannot be read`)
  }
  const ca = found.join('\n')
  try {
    createSecureContext({ ca })
  } catch {
    throw wrong('OpenSSL rejects these certificates')
  }
  return ca
}

function isAuthority(pem: string): boolean {
  try {
    return new X509Certificate(pem).ca
  } catch {
    return false
  }
}
