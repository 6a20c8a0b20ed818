/**
 * Copies the certification to the place where the log is published, wherever it was signed. Part of
 * role `results`.
 */
import type { Logger } from 'pino'
import { readCertification } from '../../adapters/postgres/certifications.ts'
import type { Database } from '../../adapters/postgres/database.ts'
import { CERTIFICATION_PATH } from '../../core/log/certification-form.ts'
import { publishCertification } from '../../organise/published-certification.ts'
import type { PublishedFiles } from '../../ports/published-files.ts'
import { type BackgroundWork, everySoOften } from '../background.ts'

export interface CertificationCopyDeps {
  readonly electionId: string
  /** The files of its public log. */
  readonly files: Pick<PublishedFiles, 'read' | 'replace'>
  readonly database: Database
  /** Whether this process publishes the log, and the log is closed. */
  readonly isClosedHere: () => boolean
  readonly log: Logger
}

const LOOK_MS = 1_000
const LOOKS_FOR_A_LOT = 30

export function startCertificationCopy(deps: CertificationCopyDeps): BackgroundWork {
  const { electionId, files, database, isClosedHere, log } = deps
  let looks = 0
  return everySoOften(
    LOOK_MS,
    async () => {
      if (!isClosedHere()) return
      const here = await files.read(CERTIFICATION_PATH)
      // Once it is there, only lots may still be added to it.
      if (here !== undefined && looks++ % LOOKS_FOR_A_LOT !== 0) return
      const kept = await readCertification(database, electionId)
      if (kept === undefined || (here && Buffer.compare(here, kept.document) === 0)) return
      await publishCertification(files, kept, here)
    },
    (err) => log.warn({ err }, 'PostgreSQL does not say whether the election is certified; trying again'),
  )
}
