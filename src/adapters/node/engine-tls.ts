/**
 * The files for TLS with a cluster's engines: authorities that sign the engines' certificates, and
 * the client certificate. Files are read again after they change. If the new ones cannot be used,
 * for example a new certificate whose key is not there yet, the earlier ones stay in use.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import tls, { createSecureContext, type SecureContext } from 'node:tls'
import type { EngineTls } from '../../ports/engine-address.ts'
import { tracesOf } from './file-traces.ts'

/** Amazon's bundle for its databases has some hundred authorities, 300,000 bytes. */
const MOST_BYTES = 2_000_000
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** One of the files cannot be used. */
export class UnfitEngineFile extends Error {
  readonly path: string

  constructor(path: string, message: string) {
    super(message)
    this.path = path
  }
}

/** The texts of the files. */
export interface EnginePem {
  /** Only certificates; undefined: use the system's. */
  readonly ca: string | undefined
  /** The certificate with its chain, and the key in PKCS #8. */
  readonly client: { readonly chain: string; readonly key: string } | undefined
}

interface Read {
  readonly traces: string
  readonly pem: EnginePem
  readonly context: SecureContext
}

/** Keyed by the file names; a process has one set. */
const READ = new Map<string, Read>()

/** @throws {UnfitEngineFile} if a file cannot be used, and there is no earlier usable version */
export const engineContext = (files: EngineTls = {}): SecureContext => current(files).context

/** Like `engineContext`, for an engine that needs the texts. */
export const enginePem = (files: EngineTls = {}): EnginePem => current(files).pem

/**
 * The name for SNI and for the certificate check; undefined for an IP address, which is checked as
 * an address.
 */
export function serverName(host: string): string | undefined {
  return isIP(host.replace(/^\[(.*)\]$/, '$1')) === 0 ? host : undefined
}

function current(files: EngineTls): Read {
  const { caFile, client } = files
  const paths = [caFile, client?.certFile, client?.keyFile]
  const name = JSON.stringify(paths)
  const before = READ.get(name)
  const traces = tracesOf(paths.filter((path) => path !== undefined))
  if (before?.traces === traces) return before
  try {
    const pem = pemOf(files)
    const now = { traces, pem, context: contextOf(pem, files) }
    READ.set(name, now)
    return now
  } catch (cause) {
    if (before !== undefined) return before
    throw cause
  }
}

function pemOf({ caFile, client }: EngineTls): EnginePem {
  return {
    ca: caFile === undefined ? undefined : certificatesIn(caFile),
    client: client && { chain: certificatesIn(client.certFile), key: keyIn(client.keyFile) },
  }
}

function contextOf({ ca, client }: EnginePem, files: EngineTls): SecureContext {
  try {
    return createSecureContext({
      ca: ca ?? systemAuthorities(),
      ...(client && { cert: client.chain, key: client.key }),
    })
  } catch (cause) {
    const { reason, code } = cause as { readonly reason?: string; readonly code?: string }
    const { certFile, keyFile } = files.client ?? {}
    if (certFile !== undefined && keyFile !== undefined && code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH')
      throw new UnfitEngineFile(keyFile, `is not the key of ${certFile}`)
    // OpenSSL's message; it contains no part of a key.
    throw new UnfitEngineFile(
      certFile ?? files.caFile ?? 'the authorities of the system',
      `cannot be used: ${reason ?? code ?? 'OpenSSL does not accept it'}`,
    )
  }
}

/** The authorities that Node contains, and those that this machine's administrator trusts. */
function systemAuthorities(): string[] {
  // Node 20 knows only its own.
  if (typeof tls.getCACertificates !== 'function') return [...tls.rootCertificates]
  return [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])]
}

function certificatesIn(path: string): string {
  const found = textOf(path).match(CERTIFICATE) ?? []
  if (found.length === 0)
    throw new UnfitEngineFile(path, 'contains no certificate (PEM, "-----BEGIN CERTIFICATE-----")')
  for (const [i, each] of found.entries()) {
    if (!isCertificate(each)) throw new UnfitEngineFile(path, `certificate ${i + 1} cannot be read`)
  }
  return `${found.join('\n')}\n`
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem)
    return true
  } catch {
    return false
  }
}

function keyIn(path: string): string {
  const text = textOf(path)
  if (text.includes('ENCRYPTED'))
    throw new UnfitEngineFile(
      path,
      'is encrypted: a server that starts unattended needs it without a password',
    )
  try {
    return createPrivateKey(text).export({ type: 'pkcs8', format: 'pem' }).toString()
  } catch {
    throw new UnfitEngineFile(path, 'contains no key that can be read (PEM, "-----BEGIN PRIVATE KEY-----")')
  }
}

function textOf(path: string): string {
  try {
    const entry = statSync(path)
    if (!entry.isFile()) throw new UnfitEngineFile(path, 'is not a plain file')
    if (entry.size > MOST_BYTES) throw new UnfitEngineFile(path, 'is too large for a certificate or a key')
    return readFileSync(path, 'latin1')
  } catch (cause) {
    if (cause instanceof UnfitEngineFile) throw cause
    const { code } = cause as NodeJS.ErrnoException
    const why = code === 'ENOENT' || code === 'ENOTDIR' ? 'there is no such file' : `cannot be read (${code})`
    throw new UnfitEngineFile(path, why)
  }
}
