/**
 * Reads the files of a log's folder, the original or a copy, for a verifier (contract:
 * core/verify/range.ts).
 */
import { join } from 'node:path'
import type { LogReader } from '../../core/verify/range.ts'
import { readPlain } from './plain-file.ts'

/**
 * Follows links to plain files.
 * @param dir the folder with `checkpoint`; paths come from the verifier and never leave it
 */
export function logFolderReader(dir: string): LogReader {
  return (path, mostBytes) => readPlain(join(dir, path), mostBytes)
}
