/**
 * Certifying on a cluster: from a place that has all of the log, a folder or the bucket, and kept in PostgreSQL, so that
 * there is one certification whichever host certifies and whichever publishes.
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
import { type PublishedFiles, ReplacedMeanwhile } from '../../ports/published-files.ts'
import { type CertifiedLog, logInFolder } from '../certified-log.ts'
import { type ClusterAddresses, EngineTrouble, type LogBucket, reached } from './addresses.ts'
import { sizeOf } from './cluster-log.ts'
import { clusterLogFiles, logKeyPrefix } from './log-files.ts'

export interface ClusterCertification {
  /** Where the log lies. */
  readonly log: CertifiedLog
  /** What there is already. */
  readonly existing: CertificationFiles | undefined
  /**
   * @param before the document that this one stands in for
   * @throws {BadInput} where another host certified at the same moment
   */
  readonly keep: (files: CertificationFiles, before: Uint8Array | undefined) => Promise<void>
  readonly close: () => Promise<void>
}

/** @throws {BadInput} where not all of the log is there, or a certification that is not the election's */
export async function clusterCertification(
  dir: string,
  id: string,
  addresses: ClusterAddresses,
): Promise<ClusterCertification> {
  const { log, close: closeLog } = clusterLogOf(dir, id, addresses.logBucket)
  const database = openDatabase(addresses.database)
  const close = async () => {
    await Promise.all([database.end(), closeLog()])
  }
  try {
    return await reached('PostgreSQL', async () => {
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

function clusterLogOf(
  dir: string,
  id: string,
  bucket: LogBucket | null,
): { readonly log: CertifiedLog; readonly close: () => Promise<void> } {
  if (bucket === null) return { log: logInFolder(dir), close: async () => {} }
  const { close, ...bare } = clusterLogFiles(dir, id, bucket)
  const files = saidToBeS3(bare)
  const { bucket: name, prefix } = bucket.place
  return {
    // Its client reads no further than a file of a log can be long.
    log: {
      files,
      read: files.read,
      dir: undefined,
      place: `s3://${name}/${prefix}${logKeyPrefix(id)}`.replace(/\/$/, ''),
    },
    close,
  }
}

/** What the store does not do is a fault that names it. */
function saidToBeS3({ read, checkpoint, witnessed, replace }: PublishedFiles): CertifiedLog['files'] {
  return {
    read: (path) => reached('S3', () => read(path)),
    checkpoint: () => reached('S3', checkpoint),
    witnessed: () => reached('S3', witnessed),
    replace: (file, before) =>
      replace(file, before).catch((cause: unknown) => {
        throw cause instanceof ReplacedMeanwhile ? cause : new EngineTrouble('S3', cause)
      }),
  }
}

async function refusePart(
  { files, place, dir }: CertifiedLog,
  id: string,
  database: Database,
): Promise<void> {
  const note = await files.checkpoint()
  const here = note === undefined ? 0 : sizeIn(place, note)
  const all = (await postgresJournal(database, id).last())?.size ?? 0
  if (here >= all) return
  const remedy =
    dir === undefined
      ? 'is it the --log-store that the server publishes to (--role results)?'
      : 'certify on the host whose server publishes it (--role results), name the bucket it publishes to (--log-store), or copy that host’s log folder here'
  throw new BadInput(place, [{ message: `holds ${here} of the log’s ${all} entries: ${remedy}` }])
}

/** @throws {BadInput} where it is no checkpoint */
function sizeIn(place: string, note: string): number {
  try {
    return sizeOf(note)
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause
    throw new BadInput(`${place}/checkpoint`, [{ message: `is malformed: ${cause.message}` }])
  }
}

/** @throws {BadInput} where there is a certification that PostgreSQL does not have */
async function refuseOther(
  { files, place, dir }: CertifiedLog,
  existing: CertificationFiles | undefined,
): Promise<void> {
  const here = await files.read(CERTIFICATION_PATH)
  if (existing === undefined || here === undefined || Buffer.compare(existing.document, here) === 0) return
  const remedy =
    dir === undefined
      ? 'the server that publishes (--role results) puts that one there within a minute'
      : 'keep it as evidence, move it away'
  throw new BadInput(`${place}/${CERTIFICATION_PATH}`, [
    { message: `is not the one in PostgreSQL: ${remedy}` },
  ])
}
