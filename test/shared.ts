/**
 * Files beside the repository that some tests need: published results and schemas that we may not
 * publish. A test without its file is skipped with the reason.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Beginning of the reason of such a skip. */
export const SHARED_REASON = 'needs ../shared/'

const FOLDER = fileURLToPath(new URL('../../shared/', import.meta.url))

/** The counties of the 2020 US presidential election, as CSV with district, candidate and votes. */
export const COUNTIES = 'data/us-president-2020-by-county.csv'

/** @param path below the shared folder */
export function sharedFile(path: string): string {
  return `${FOLDER}${path}`
}

export function isSharedMissing(): boolean {
  return !existsSync(FOLDER)
}

/** For a test's `skip`: false if the file exists, otherwise the reason. */
export function withoutShared(path: string): false | string {
  return existsSync(sharedFile(path)) ? false : `${SHARED_REASON}${path}, which is not there`
}
