/** A public log in a bucket of a test's S3 server. */
import { type S3Client, type S3ClientOptions, s3Client } from '../src/adapters/s3/client.ts'
import { credentialSource, type S3Credentials } from '../src/adapters/s3/credentials.ts'
import { type S3LogStore, s3LogStore } from '../src/adapters/s3/log-store.ts'
import { parseS3Place, type S3Place } from '../src/adapters/s3/place.ts'
import { KEY_ID, SECRET } from './s3-server.ts'

const LOG = 'elections/contract/log/'

export interface BucketLog {
  readonly open: () => S3LogStore
  readonly dispose: () => Promise<void>
}

/** @param make whether to make the bucket */
export function bucketOf(
  endpoint: string,
  make: () => void,
  bucket: string,
  options: Partial<S3ClientOptions> = {},
): BucketLog {
  make()
  const clients: S3Client[] = []
  return {
    open: () => {
      const client = clientOf(endpoint, bucket, options)
      clients.push(client)
      return s3LogStore(client, LOG)
    },
    dispose: async () => {
      await Promise.all(clients.map((client) => client.close()))
    },
  }
}

/** Short time-outs, because the server is on this machine. */
export function clientOf(endpoint: string, bucket: string, options: Partial<S3ClientOptions> = {}): S3Client {
  return s3Client({
    place: placeOf(`s3://${bucket}/logs?endpoint=${endpoint}`),
    credentials: given({ accessKeyId: KEY_ID, secretAccessKey: SECRET }),
    nowMs: Date.now,
    pauseMs: 10,
    ...options,
  })
}

export const given = (credentials: S3Credentials) => credentialSource(credentials, 'us-east-1', {}, Date.now)

export function placeOf(address: string): S3Place {
  const place = parseS3Place(address)
  if (typeof place === 'string') throw new Error(place)
  return place
}
