/**
 * Where a server's TLS certificate comes from, and how it changes while the server runs.
 *
 * Contract: `current` is a certificate with its key, or null before the first one. It only changes
 * from one such pair to another. If a certificate cannot be obtained or renewed, the previous one
 * stays in use. No message contains the key.
 */

/** PEM, in the form that `node:tls` accepts. */
export interface CertificatePair {
  /** The server's own certificate first, then the intermediate ones. */
  readonly cert: string
  readonly key: string
}

/** The state that `/healthz` shows. */
export interface CertificateState {
  readonly certificate: 'none' | 'valid' | 'expired'
  /** ISO 8601; null before the first certificate. */
  readonly expires_at: string | null
  /** Why there is no newer certificate, in one line; null if there is no problem. */
  readonly problem: string | null
}

export interface CertificateSource {
  readonly current: () => CertificatePair | null
  /** Registers a listener for each change of `current`. */
  readonly onChange: (listener: () => void) => void
  readonly state: () => CertificateState
  /** Returns whether the current certificate is valid for a host name. */
  readonly covers: (host: string) => boolean
  /** Returns the key authorization for a pending ACME HTTP-01 challenge (RFC 8555, section 8.3). */
  readonly challengeAnswer: (token: string) => string | undefined
}

/**
 * The authorities whose client certificates are accepted. Contract: `current` has the certificate
 * of at least one authority, PEM; it only changes from one such list to another.
 */
export interface ClientAuthorities {
  readonly current: () => string
  /** Registers a listener for each change of `current`. */
  readonly onChange: (listener: () => void) => void
}
