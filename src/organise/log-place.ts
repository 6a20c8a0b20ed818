/**
 * Where the public log of an election lies, for commands that read it: in its folder, or in the
 * bucket of a cluster.
 */
import { logDir } from '../adapters/embedded/layout.ts'
import { logFolder } from '../adapters/files/log-folder.ts'
import { logFolderReader } from '../adapters/files/log-reading.ts'
import type { LogReader } from '../core/verify/range.ts'
import type { PublishedFiles } from '../ports/published-files.ts'

export interface LogPlace {
  readonly files: Pick<PublishedFiles, 'read' | 'replace' | 'checkpoint' | 'witnessed'>
  /** For whoever verifies it. */
  readonly read: LogReader
  /** The folder that holds it, which threads read by themselves; undefined for a bucket. */
  readonly dir: string | undefined
  /** For people. */
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
