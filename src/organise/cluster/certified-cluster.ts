/**
 * Certifies on a cluster, from a folder or a bucket that has the whole log. The certification is
 * stored in PostgreSQL: there is only one, whichever host certifies and whichever publishes.
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
  /** The place of the log. */
  readonly log: LogPlace
  /** An earlier certification; undefined if absent. */
  readonly existing: CertificationFiles | undefined
  /**
   * @param before the document that this one replaces
   * @throws {BadInput} if another host certified at the same moment
   */
  readonly keep: (files: CertificationFiles, before: Uint8Array | undefined) => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * @throws {BadInput} if the log is incomplete there, or has a certification that PostgreSQL does
 * not have
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
            throw new BadInput(id, [
              { message: 'was certified by somebody else just now: run "elections certify" again' },
            ])
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
      ? 'check that --log-store is the one to which the server publishes (--role results)'
      : 'certify on the host whose server publishes it (--role results), name the bucket of that ' +
        'server (--log-store), or copy that host’s log folder to this one'
  throw new BadInput(where, [{ message: `has ${here} of the log’s ${all} entries: ${remedy}` }])
}

/** @throws {BadInput} if it is malformed */
function sizeIn(where: string, note: string): number {
  try {
    return sizeOf(note)
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause
    throw new BadInput(`${where}/checkpoint`, [{ message: `is malformed: ${cause.message}` }])
  }
}

/** @throws {BadInput} if the log has a certification that PostgreSQL does not have */
async function refuseOther(
  { files, where, dir }: LogPlace,
  existing: CertificationFiles | undefined,
): Promise<void> {
  const here = await files.read(CERTIFICATION_PATH)
  if (existing === undefined || here === undefined || Buffer.compare(existing.document, here) === 0) return
  const remedy =
    dir === undefined
      ? 'the publishing server (--role results) writes that one there within 60 s'
      : 'move it away, and keep it as evidence'
  throw new BadInput(`${where}/${CERTIFICATION_PATH}`, [
    { message: `is not the one in PostgreSQL: ${remedy}` },
  ])
}
