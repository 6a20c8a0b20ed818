/**
 * Certifying on a cluster: from a place that has all of the log, a folder or the bucket, and kept
 * in PostgreSQL, so that there is one certification whichever host certifies and whichever
 * publishes.
 */

import { BadInput } from '../../adapters/files/bad-input.ts'
import {
  type CertificationFiles,
  keepCertification,
  readCertification,
} from '../../adapters/postgres/certifications.ts'
import { type Database, openDatabase } from '../../adapters/postgres/database.ts'
import { postgresJournal } from '../../adapters/postgres/log-journal.ts'
import { CERTIFICATION_PATH } from '../../core/log/certification-form.ts'
import { Malformed } from '../../core/tlog/malformed.ts'
import type { LogPlace } from '../log-place.ts'
import { type ClusterAddresses, postgresAt, reached } from './addresses.ts'
import { sizeOf } from './cluster-log.ts'
import { clusterLogPlace } from './log-files.ts'

export interface ClusterCertification {
  /** Where the log lies. */
  readonly log: LogPlace
  /** What there is already. */
  readonly existing: CertificationFiles | undefined
  /**
   * @param before the document that this one stands in for
   * @throws {BadInput} where another host certified at the same moment
   */
  readonly keep: (files: CertificationFiles, before: Uint8Array | undefined) => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * @throws {BadInput} where not all of the log is there, or a certification that is not the
 *   election's
 */
export async function clusterCertification(
  dir: string,
  id: string,
  addresses: ClusterAddresses,
): Promise<ClusterCertification> {
  const log = clusterLogPlace(dir, id, addresses.logBucket)
  const database = openDatabase(addresses.database)
  const close = async () => {
    await Promise.all([database.end(), log.close()])
  }
  try {
    return await reached(postgresAt(addresses), async () => {
      await refusePart(log, id, database)
      const existing = await readCertification(database, id)
      await refuseOther(log, existing)
      return {
        ...{ log, existing, close },
        keep: async (files, before) => {
          if (!(await keepCertification(database, id, files, before)))
            throw new BadInput(id, [{ message: 'was certified by somebody else just now: certify again' }])
        },
      }
    })
  } catch (cause) {
    await close()
    throw cause
  }
}

async function refusePart({ files, where, dir }: LogPlace, id: string, database: Database): Promise<void> {
  const note = await files.checkpoint()
  const here = note === undefined ? 0 : sizeIn(where, note)
  const all = (await postgresJournal(database, id).last())?.size ?? 0
  if (here >= all) return
  const remedy =
    dir === undefined
      ? 'is it the --log-store that the server publishes to (--role results)?'
      : 'certify on the host whose server publishes it (--role results), name the bucket it publishes to (--log-store), or copy that host’s log folder here'
  throw new BadInput(where, [{ message: `holds ${here} of the log’s ${all} entries: ${remedy}` }])
}

/** @throws {BadInput} where it is no checkpoint */
function sizeIn(where: string, note: string): number {
  try {
    return sizeOf(note)
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause
    throw new BadInput(`${where}/checkpoint`, [{ message: `is malformed: ${cause.message}` }])
  }
}

/** @throws {BadInput} where there is a certification that PostgreSQL does not have */
async function refuseOther(
  { files, where, dir }: LogPlace,
  existing: CertificationFiles | undefined,
): Promise<void> {
  const here = await files.read(CERTIFICATION_PATH)
  if (existing === undefined || here === undefined || Buffer.compare(existing.document, here) === 0) return
  const remedy =
    dir === undefined
      ? 'the server that publishes (--role results) puts that one there within a minute'
      : 'keep it as evidence, move it away'
  throw new BadInput(`${where}/${CERTIFICATION_PATH}`, [
    { message: `is not the one in PostgreSQL: ${remedy}` },
  ])
}
