/**
 * Whether a bucket is fit for public logs: reached, read and written, and what it can do; writes
 * one object of its own.
 */
import type { S3Client } from './client.ts'
import { s3LogStore } from './log-store.ts'

/**
 * @param dir of a log below the client's prefix, ending in a slash
 * @returns what was found, the first that is wrong ending it
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
    // A name that no log has: without s3:ListBucket a store says "refused" where it means "not
    // there".
    await store.read('no-such-file')
  } catch (cause) {
    return [wrong(read, cause, 'see --log-store, its key, and the rights s3:GetObject and s3:ListBucket')]
  }
  const written = 'the log’s bucket: can be written'
  try {
    const conditions = (await store.hasConditions())
      ? 'the log’s bucket: has conditional writes'
      : 'the log’s bucket: has no conditional writes, the lead alone keeps an older checkpoint away'
    return [{ check: read }, { check: written }, { check: conditions }]
  } catch (cause) {
    return [{ check: read }, wrong(written, cause, 'give whoever publishes s3:PutObject')]
  }
}
