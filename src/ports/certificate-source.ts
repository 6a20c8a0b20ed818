/**
 * Where a server's TLS certificate comes from, and what becomes of it while the server runs.
 *
 * Contract: `current` is a pair that fits together, or null before the first one; it changes only
 * from one such pair to another. A certificate that could not be had or renewed leaves the one
 * before in use. The key appears in no message.
 */

/** PEM, as `node:tls` takes it. */
export interface CertificatePair {
  /** The server's own certificate first, then those that lead to its issuer. */
  readonly cert: string
  readonly key: string
}

/** As `/healthz` shows it. */
export interface CertificateState {
  readonly certificate: 'none' | 'valid' | 'expired'
  /** ISO 8601; null before the first certificate. */
  readonly expires_at: string | null
  /** Why there is no newer certificate, one line; null where nothing is wrong. */
  readonly problem: string | null
}

export interface CertificateSource {
  readonly current: () => CertificatePair | null
  /** Calls back whenever `current` has changed. */
  readonly onChange: (listener: () => void) => void
  readonly state: () => CertificateState
  /** Whether voters may reach the server by this host name with the current certificate. */
  readonly covers: (host: string) => boolean
  /** The key authorization for an ACME HTTP-01 challenge under way (RFC 8555 section 8.3). */
  readonly challengeAnswer: (token: string) => string | undefined
}

/**
 * Whose clients' certificates are good. Contract: `current` is at least one authority's
 * certificate, PEM; it changes only from one such list to another.
 */
export interface ClientAuthorities {
  readonly current: () => string
  /** Calls back whenever `current` has changed. */
  readonly onChange: (listener: () => void) => void
}
