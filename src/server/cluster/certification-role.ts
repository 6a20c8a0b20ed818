/** Role `results`, fourth part: puts the certification into the folder the log is published from, wherever it was signed. */
import type { Logger } from 'pino'
import { logDir } from '../../adapters/embedded/layout.ts'
import { logFolder } from '../../adapters/files/log-folder.ts'
import { readCertification } from '../../adapters/postgres/certifications.ts'
import type { Database } from '../../adapters/postgres/database.ts'
import { CERTIFICATION_PATH, CERTIFICATION_PDF_PATH } from '../../core/log/certification-form.ts'
import { type BackgroundWork, everySoOften } from './background.ts'

export interface CertificationRoleDeps {
  readonly electionId: string
  /** The election's folder. */
  readonly dir: string
  readonly database: Database
  /** Whether this process publishes the log, and the log is closed. */
  readonly isClosedHere: () => boolean
  readonly log: Logger
}

const LOOK_MS = 1_000
const LOOKS_FOR_A_LOT = 30

export function startCertificationRole(deps: CertificationRoleDeps): BackgroundWork {
  const { electionId, dir, database, isClosedHere, log } = deps
  const folder = logFolder(logDir(dir))
  let looks = 0
  return everySoOften(
    LOOK_MS,
    async () => {
      if (!isClosedHere()) return
      const here = await folder.read(CERTIFICATION_PATH)
      // Once it is there, only a lot may still be added to it.
      if (here !== undefined && looks++ % LOOKS_FOR_A_LOT !== 0) return
      const kept = await readCertification(database, electionId)
      if (kept === undefined || (here && Buffer.compare(here, kept.document) === 0)) return
      // The PDF first: once the signed document is there, pages link both.
      await folder.write([{ path: CERTIFICATION_PDF_PATH, bytes: kept.pdf }])
      await folder.write([{ path: CERTIFICATION_PATH, bytes: kept.document }])
    },
    (err) => log.warn({ err }, 'it is not known whether the election is certified; trying again'),
  )
}
