/**
 * A certificate and key of the operator's own: read at the start, and again when the files have
 * changed. What cannot be used is refused, at the start by ending and later by staying with the one
 * before.
 */
import type { Logger } from 'pino'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { tracesOf } from '../../adapters/node/file-traces.ts'
import { faultOf } from '../../adapters/node/system-fault.ts'
import type { Certificate } from '../../adapters/tls/certificate.ts'
import { isOpenToAll, readCertificateFiles, UnfitFile } from '../../adapters/tls/certificate-files.ts'
import type { Clock } from '../../ports/clock.ts'
import { type BackgroundWork, everySoOften } from '../background.ts'
import type { Certificates } from './certificates.ts'
import { CertificateInUse } from './in-use.ts'
import type { FileSettings } from './settings.ts'

const LOOK_MS = 2_000

/** @throws {BadInput} where they cannot be used */
export function fileCertificates(settings: FileSettings, clock: Clock, log: Logger): Certificates {
  const { paths } = settings
  const inUse = new CertificateInUse(clock, log)
  /** What the files were when they were last read. */
  let read = tracesOf([paths.cert, paths.key])
  /**
   * What they were at the last look: files that are being written are left until they stand still.
   */
  let seen = read
  inUse.use(fitOrRefused(settings, clock))
  if (isOpenToAll(paths.key))
    log.warn({ file: paths.key }, 'everybody on this machine can read the key of the certificate')

  const readAgain = (): void => {
    read = tracesOf([paths.cert, paths.key])
    seen = read
    try {
      inUse.use(fitOrRefused(settings, clock))
      log.info({ expires_at: inUse.state().expires_at }, 'the TLS certificate was read again')
    } catch (cause) {
      const problem = faultOf(cause)?.message ?? String(cause)
      inUse.failed(problem)
      log.error({ problem }, 'the new TLS certificate cannot be used: the one before stays in use')
    }
  }
  const look = (): void => {
    const now = tracesOf([paths.cert, paths.key])
    if (now !== read && now === seen) readAgain()
    seen = now
    inUse.warnOfEnd()
  }

  let looking: BackgroundWork | undefined
  return {
    ...{ current: inUse.current, onChange: inUse.onChange, state: inUse.state, covers: inUse.covers },
    challengeAnswer: () => undefined,
    begin: () => {
      looking = everySoOften(
        LOOK_MS,
        async () => look(),
        (err) => log.error({ err }, 'the files of the TLS certificate cannot be looked at; trying again'),
      )
    },
    look: readAgain,
    stop: async () => looking?.stop(),
  }
}

/** @throws {BadInput} for whatever would make browsers refuse it; faults of reading as they come */
export function fitOrRefused({ paths, domains }: FileSettings, clock: Clock): Certificate {
  const certificate = fit(paths)
  const refuse = (message: string): never => {
    throw new BadInput(paths.cert, [{ message }])
  }
  const nowMs = clock.nowMs()
  const time = (ms: number) => new Date(ms).toISOString()
  if (certificate.notAfterMs <= nowMs) refuse(`the certificate expired on ${time(certificate.notAfterMs)}`)
  if (certificate.notBeforeMs > nowMs)
    refuse(
      `the certificate is valid from ${time(certificate.notBeforeMs)} only; is this machine’s clock right?`,
    )
  const missing = domains.find((domain) => !certificate.covers(domain))
  if (missing !== undefined)
    refuse(`the certificate is for ${certificate.names.join(', ') || 'no name'}, not for ${missing}`)
  return certificate
}

function fit(paths: FileSettings['paths']): Certificate {
  try {
    return readCertificateFiles(paths)
  } catch (cause) {
    if (cause instanceof UnfitFile) throw new BadInput(cause.path, [{ message: cause.message }])
    throw cause
  }
}
