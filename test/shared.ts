/**
 * Files beside the repository that some tests are held against: published results and schemas that
 * are not ours to publish. A test that needs one says so by its `skip`.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What the reason of such a skip begins with. */
export const SHARED_REASON = 'needs ../shared/'

const FOLDER = fileURLToPath(new URL('../../shared/', import.meta.url))

/** The counties of the 2020 US presidential election, as CSV with district, candidate and votes. */
export const COUNTIES = 'data/us-president-2020-by-county.csv'

/** @param path below the folder */
export function sharedFile(path: string): string {
  return `${FOLDER}${path}`
}

export function isSharedMissing(): boolean {
  return !existsSync(FOLDER)
}

/** For a test's `skip`: false where the file is, the reason where it is not. */
export function withoutShared(path: string): false | string {
  return existsSync(sharedFile(path)) ? false : `${SHARED_REASON}${path}, which is not there`
}
