/**
 * The files of a log's folder, one's own or a copy, for whoever verifies it (contract:
 * core/verify/range.ts).
 */
import { join } from 'node:path'
import type { LogReader } from '../../core/verify/range.ts'
import { readPlain } from './plain-file.ts'

/**
 * Links in it are followed, to plain files.
 * @param dir the folder that holds `checkpoint`; paths come from the verifier and never leave it
 */
export function logFolderReader(dir: string): LogReader {
  return (path, mostBytes) => readPlain(join(dir, path), mostBytes)
}
