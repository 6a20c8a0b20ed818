/** The certificate that a server uses, and the listeners for its changes. */
import type { Logger } from 'pino'
import type { Certificate } from '../../adapters/tls/certificate.ts'
import { printable } from '../../core/printable.ts'
import type { CertificateSource, CertificateState } from '../../ports/certificate-source.ts'
import type { Clock } from '../../ports/clock.ts'

const DAY_MS = 86_400_000
/** Enough time to find out why it was not renewed. */
const WARN_BEFORE_MS = 21 * DAY_MS
/** Certificates with a life of a few days are always near their end. */
const WARN_PART = 1 / 4
const PROBLEM_CHARACTERS = 500

export class CertificateInUse implements Omit<CertificateSource, 'challengeAnswer'> {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #listeners: (() => void)[] = []
  #certificate: Certificate | null = null
  #problem: string | null = null
  #warnedMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock
    this.#log = log
  }

  current = (): Certificate | null => this.#certificate

  onChange = (listener: () => void): void => {
    this.#listeners.push(listener)
  }

  covers = (host: string): boolean => this.#certificate?.covers(host) ?? false

  state = (): CertificateState => {
    const problem = this.#problem
    const used = this.#certificate
    if (used === null) return { certificate: 'none', expires_at: null, problem }
    const expired = used.notAfterMs <= this.#clock.nowMs()
    const expires_at = new Date(used.notAfterMs).toISOString()
    return { certificate: expired ? 'expired' : 'valid', expires_at, problem }
  }

  /** Uses this certificate from now on. */
  use(certificate: Certificate): void {
    this.#certificate = certificate
    this.#problem = null
    this.#warnedMs = Number.NEGATIVE_INFINITY
    for (const listener of this.#listeners) listener()
  }

  /** @param message one line, without keys */
  failed(message: string): void {
    this.#problem = printable(message, PROBLEM_CHARACTERS)
  }

  isWell(): void {
    this.#problem = null
  }

  /** Logs once a day that the certificate expires soon, beginning weeks before. */
  warnOfEnd(): void {
    if (this.#certificate === null) return
    const nowMs = this.#clock.nowMs()
    const { notBeforeMs, notAfterMs } = this.#certificate
    const leftMs = notAfterMs - nowMs
    const isNear = leftMs < Math.min(WARN_BEFORE_MS, (notAfterMs - notBeforeMs) * WARN_PART)
    if (!isNear || nowMs - this.#warnedMs < DAY_MS) return
    this.#warnedMs = nowMs
    const facts = { expires_at: new Date(notAfterMs).toISOString(), problem: this.#problem }
    if (leftMs <= 0) this.#log.error(facts, 'the TLS certificate has expired: browsers refuse this server')
    else
      this.#log.warn(
        facts,
        `the TLS certificate expires in ${Math.floor(leftMs / DAY_MS)} days: then browsers ` +
          'refuse this server',
      )
  }
}
