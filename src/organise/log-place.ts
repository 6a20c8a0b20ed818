/**
 * The place of an election's public log, for commands that read it: its folder, or a cluster's
 * bucket.
 */
import { logDir } from '../adapters/embedded/layout.ts'
import { logFolder } from '../adapters/files/log-folder.ts'
import { logFolderReader } from '../adapters/files/log-reading.ts'
import type { LogReader } from '../core/verify/range.ts'
import type { PublishedFiles } from '../ports/published-files.ts'

export interface LogPlace {
  readonly files: Pick<PublishedFiles, 'read' | 'replace' | 'checkpoint' | 'witnessed'>
  /** For the verifier. */
  readonly read: LogReader
  /** The log's folder, which threads read directly; undefined for a bucket. */
  readonly dir: string | undefined
  /** The place in words, for messages. */
  readonly where: string
  readonly close: () => Promise<void>
}

/** @param dir the election's folder */
export function logInFolder(dir: string): LogPlace {
  const log = logDir(dir)
  return {
    ...{ files: logFolder(log), read: logFolderReader(log), dir: log, where: log },
    close: async () => {},
  }
}
