/**
 * A certificate that the server gets itself by ACME, and renews well before its end. An authority
 * that is down or says no changes nothing of what is served: it is asked again, and meanwhile the
 * certificate there is stays in use.
 */
import type { Logger } from 'pino'
import { newAccountKey, OrderFailed, obtainCertificate } from '../../adapters/acme/obtain.ts'
import { type Certificate, readCertificate, UnfitCertificate } from '../../adapters/tls/certificate.ts'
import {
  certificateFile,
  readAccountKey,
  readStored,
  writeAccountKey,
  writeStored,
} from '../../adapters/tls/certificate-folder.ts'
import type { Clock } from '../../ports/clock.ts'
import { type BackgroundWork, inBackground, sleep } from '../background.ts'
import type { Certificates } from './certificates.ts'
import { CertificateInUse } from './in-use.ts'
import { renewalDueMs, retryAfterMs } from './renewal.ts'
import type { AcmeSettings } from './settings.ts'

export interface AcmeDeps {
  readonly folder: string
  readonly clock: Clock
  readonly log: Logger
}

/** Clocks are put right, and machines sleep: nothing is waited for longer without a look. */
const LOOK_MS = 3_600_000

export function acmeCertificates(settings: AcmeSettings, deps: AcmeDeps): Certificates {
  const renewing = new Renewing(settings, deps)
  let work: BackgroundWork | undefined
  const { inUse } = renewing
  return {
    ...{ current: inUse.current, onChange: inUse.onChange, state: inUse.state, covers: inUse.covers },
    challengeAnswer: (token) => renewing.challenges.get(token),
    begin: () => {
      work = inBackground((signal) => renewing.work(signal))
    },
    look: renewing.wake,
    // An order under way is not waited for: nobody asks for its answer any more.
    stop: async () => void work?.stop(),
  }
}

class Renewing {
  readonly inUse: CertificateInUse
  readonly challenges = new Map<string, string>()
  readonly #settings: AcmeSettings
  readonly #deps: AcmeDeps
  readonly #random = Math.random()
  /** Failures in a row. */
  #failures = 0
  #tryAgainMs = 0
  #waking = new AbortController()

  constructor(settings: AcmeSettings, deps: AcmeDeps) {
    this.#settings = settings
    this.#deps = deps
    this.inUse = new CertificateInUse(deps.clock, deps.log)
    const stored = this.#stored()
    if (stored !== undefined) this.inUse.use(stored)
  }

  /** Whatever it waits for, it looks now. */
  wake = (): void => {
    this.#tryAgainMs = 0
    this.#waking.abort()
  }

  async work(signal: AbortSignal): Promise<void> {
    const { log } = this.#deps
    while (!signal.aborted) {
      this.#waking = new AbortController()
      await this.#look(signal).catch((err) =>
        log.error({ err }, 'the TLS certificate could not be looked after'),
      )
      this.inUse.warnOfEnd()
      await sleep(this.#waitMs(), AbortSignal.any([signal, this.#waking.signal]))
    }
  }

  /** The certificate of the folder, where it is one for these names. */
  #stored(): Certificate | undefined {
    const { folder, log } = this.#deps
    try {
      return readStored(folder)
    } catch (cause) {
      if (!(cause instanceof UnfitCertificate)) throw cause
      log.warn(
        { file: certificateFile(folder), problem: cause.message },
        'the stored TLS certificate is unfit: a new one is asked for',
      )
      return undefined
    }
  }

  #dueMs(): number {
    const used = this.inUse.current()
    if (used === null || !this.#settings.domains.every(used.covers)) return 0
    return renewalDueMs(used, this.#random)
  }

  #waitMs(): number {
    const nowMs = this.#deps.clock.nowMs()
    const nextMs = Math.max(this.#dueMs(), this.#tryAgainMs)
    // Above 0: a clock that is put back between two looks makes no busy loop.
    return Math.max(100, Math.min(LOOK_MS, nextMs - nowMs))
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { folder, clock, log } = this.#deps
    const used = this.inUse.current()
    const nowMs = clock.nowMs()
    if (Math.max(this.#dueMs(), this.#tryAgainMs) > nowMs) {
      // Somebody has deleted it: asking for another would only use up what the authority allows.
      if (used !== null && this.#stored() === undefined) writeStored(folder, used)
      return
    }
    try {
      const fresh = await this.#order()
      if (signal.aborted) return
      const expires_at = new Date(fresh.notAfterMs).toISOString()
      log.info(
        { domains: this.#settings.domains, expires_at },
        used === null ? 'a TLS certificate was obtained' : 'the TLS certificate was renewed',
      )
      this.#failures = 0
      this.#tryAgainMs = 0
      if (this.#dueMs() <= clock.nowMs())
        this.#failed('the newest certificate is near its end already: is this machine’s clock right?', false)
    } catch (cause) {
      if (signal.aborted) return
      if (!(cause instanceof OrderFailed || cause instanceof UnfitCertificate)) throw cause
      this.#failed(cause.message, cause instanceof OrderFailed && cause.isUnreached)
    }
  }

  async #order(): Promise<Certificate> {
    const { folder } = this.#deps
    const { directoryUrl, email, domains } = this.#settings
    let accountKey = readAccountKey(folder)
    if (accountKey === undefined) {
      accountKey = await newAccountKey()
      writeAccountKey(folder, accountKey)
    }
    const { challenges } = this
    const { cert, key } = await obtainCertificate({ directoryUrl, accountKey, email, domains, challenges })
    const fresh = readCertificate(cert, key)
    const missing = domains.find((domain) => !fresh.covers(domain))
    if (missing !== undefined) throw new UnfitCertificate('certificate', `is not for ${missing}`)
    // In use even where the disk is full: the next look writes it.
    this.inUse.use(fresh)
    writeStored(folder, fresh)
    return fresh
  }

  #failed(problem: string, isUnreached: boolean): void {
    const { clock, log } = this.#deps
    const waitMs = retryAfterMs(++this.#failures, isUnreached, Math.random())
    this.#tryAgainMs = clock.nowMs() + waitMs
    this.inUse.failed(problem)
    const facts = {
      directory: this.#settings.directoryUrl,
      problem: this.inUse.state().problem,
      again_in_s: Math.round(waitMs / 1000),
    }
    if (this.inUse.current() === null)
      log.warn(facts, 'there is no TLS certificate yet, and voters cannot connect; trying again')
    else
      log.warn(facts, 'the TLS certificate could not be renewed: the one there is stays in use; trying again')
  }
}
