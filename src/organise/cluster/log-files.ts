/**
 * Where the files of a cluster's public log are: in the election's folder, or in a bucket that
 * every server reads.
 */
import type { Finding } from '../../adapters/embedded/examine.ts'
import { logDir } from '../../adapters/embedded/layout.ts'
import { logFolder } from '../../adapters/files/log-folder.ts'
import { systemClock } from '../../adapters/node/clock.ts'
import { type S3Client, s3Client } from '../../adapters/s3/client.ts'
import { credentialSource } from '../../adapters/s3/credentials.ts'
import { examineBucket } from '../../adapters/s3/examine.ts'
import { s3LogStore } from '../../adapters/s3/log-store.ts'
import { type PublishedFiles, ReplacedMeanwhile } from '../../ports/published-files.ts'
import { type LogPlace, logInFolder } from '../log-place.ts'
import { EngineTrouble, type LogBucket, reached } from './addresses.ts'

export interface ClusterLogFiles extends PublishedFiles {
  readonly close: () => Promise<void>
}

/**
 * @param dir the election's folder
 * @param onSkew told when the bucket takes this machine's clock for wrong; by how many milliseconds
 *   it is behind
 */
export function clusterLogFiles(
  dir: string,
  electionId: string,
  bucket: LogBucket | null,
  onSkew: (behindMs: number) => void = () => {},
): ClusterLogFiles {
  if (bucket === null) return { ...logFolder(logDir(dir)), close: async () => {} }
  const client = bucketClient(bucket, onSkew)
  return { ...s3LogStore(client, logKeyPrefix(electionId)), close: client.close }
}

/**
 * The log where the publisher keeps it, for commands: its trouble names the store.
 * @param dir the election's folder
 */
export function clusterLogPlace(dir: string, electionId: string, bucket: LogBucket | null): LogPlace {
  if (bucket === null) return logInFolder(dir)
  const { close, ...bare } = clusterLogFiles(dir, electionId, bucket)
  const files = saidToBeS3(bare)
  const { bucket: name, prefix } = bucket.place
  // Its client reads no further than a file of a log can be long.
  return {
    files,
    read: files.read,
    dir: undefined,
    where: `s3://${name}/${prefix}${logKeyPrefix(electionId)}`.replace(/\/$/, ''),
    close,
  }
}

function saidToBeS3({ read, checkpoint, witnessed, replace }: PublishedFiles): LogPlace['files'] {
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

/** Below the bucket's prefix, as below `--log-url`. */
export const logKeyPrefix = (electionId: string): string => `elections/${electionId}/log/`

function bucketClient({ place, credentials }: LogBucket, onSkew: (behindMs: number) => void): S3Client {
  const { nowMs } = systemClock
  return s3Client({
    ...{ place, nowMs, onSkew },
    credentials: credentialSource(credentials, place.region, process.env, nowMs),
  })
}

/** Looks the bucket over, for the log of one election. @returns findings */
export async function bucketFindings(bucket: LogBucket, electionId: string): Promise<readonly Finding[]> {
  let skewMs = 0
  const client = bucketClient(bucket, (behindMs) => {
    skewMs = behindMs
  })
  try {
    const findings = await examineBucket(client, logKeyPrefix(electionId))
    if (skewMs === 0) return findings
    const wrong = `it is ${Math.round(Math.abs(skewMs) / 1000)} s off, by the bucket’s`
    return [...findings, { check: 'this machine’s clock', wrong, remedy: 'set it, and keep NTP running' }]
  } finally {
    await client.close()
  }
}
