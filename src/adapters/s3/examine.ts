/**
 * Checks whether a bucket is fit for public logs: reachable, readable, writable, and its features.
 * Writes one object.
 */
import type { S3Client } from './client.ts'
import { s3LogStore } from './log-store.ts'

/**
 * @param dir of a log below the client's prefix, ending in a slash
 * @returns the findings; the first failure ends the check
 */
export async function examineBucket(
  client: S3Client,
  dir: string,
): Promise<readonly { readonly check: string; readonly wrong?: string; readonly remedy?: string }[]> {
  const wrong = (check: string, cause: unknown, remedy: string) => ({
    check,
    wrong: (cause as Error).message,
    remedy,
  })
  const read = 'the log’s bucket: can be read'
  const store = s3LogStore(client, dir)
  try {
    // No log has this name: without s3:ListBucket a store answers "refused" for a missing object.
    await store.read('no-such-file')
  } catch (cause) {
    return [wrong(read, cause, 'check --log-store, its key, and the rights s3:GetObject and s3:ListBucket')]
  }
  const written = 'the log’s bucket: can be written'
  try {
    const conditions = (await store.hasConditions())
      ? 'the log’s bucket: has conditional writes'
      : 'the log’s bucket: has no conditional writes; only the publisher’s lead prevents an older checkpoint'
    return [{ check: read }, { check: written }, { check: conditions }]
  } catch (cause) {
    return [{ check: read }, wrong(written, cause, 'give the publisher the right s3:PutObject')]
  }
}
