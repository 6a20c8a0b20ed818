/**
 * Certifying on a cluster: from a folder that has all of the log, and kept in PostgreSQL, so that there is one
 * certification whichever host certifies and whichever publishes.
 */
import { logDir } from '../../adapters/embedded/layout.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { logFolder } from '../../adapters/files/log-folder.ts'
import {
  type CertificationFiles,
  keepCertification,
  readCertification,
} from '../../adapters/postgres/certifications.ts'
import { type Database, openDatabase } from '../../adapters/postgres/database.ts'
import { postgresJournal } from '../../adapters/postgres/log-journal.ts'
import { CERTIFICATION_PATH } from '../../core/log/certification-form.ts'
import type { PublishedFiles } from '../../ports/published-files.ts'
import { type ClusterAddresses, postgresAt, reached } from './addresses.ts'
import { sizeOf } from './cluster-log.ts'

export interface ClusterCertification {
  /** What there is already. */
  readonly existing: CertificationFiles | undefined
  /**
   * @param before the document that this one stands in for
   * @throws {BadInput} where another host certified at the same moment
   */
  readonly keep: (files: CertificationFiles, before: Uint8Array | undefined) => Promise<void>
  readonly close: () => Promise<void>
}

/** @throws {BadInput} where the folder has not all of the log, or a certification that is not the election's */
export async function clusterCertification(
  dir: string,
  id: string,
  addresses: ClusterAddresses,
): Promise<ClusterCertification> {
  const database = openDatabase(addresses.database)
  try {
    return await reached(postgresAt(addresses), async () => {
      const folder = logFolder(logDir(dir))
      await refusePart(folder, dir, id, database)
      const existing = await readCertification(database, id)
      const here = await folder.read(CERTIFICATION_PATH)
      if (existing !== undefined && here !== undefined && Buffer.compare(existing.document, here) !== 0)
        throw new BadInput(`${logDir(dir)}/${CERTIFICATION_PATH}`, [
          { message: 'is not the one in PostgreSQL: keep it as evidence, move it away' },
        ])
      return {
        existing,
        keep: async (files, before) => {
          if (!(await keepCertification(database, id, files, before)))
            throw new BadInput(id, [{ message: 'was certified by somebody else just now: certify again' }])
        },
        close: () => database.end(),
      }
    })
  } catch (cause) {
    await database.end()
    throw cause
  }
}

async function refusePart(
  folder: PublishedFiles,
  dir: string,
  id: string,
  database: Database,
): Promise<void> {
  const note = await folder.checkpoint()
  const here = note === undefined ? 0 : sizeOf(note)
  const all = (await postgresJournal(database, id).last())?.size ?? 0
  if (here < all)
    throw new BadInput(logDir(dir), [
      {
        message: `holds ${here} of the log’s ${all} entries: certify on the host whose server publishes it (--role results), or copy that host’s log folder here`,
      },
    ])
}
