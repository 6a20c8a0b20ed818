/** Whether files have changed since they were last read. */
import { statSync } from 'node:fs'

/**
 * Changes when any of the files does, links on the way included: it says nothing of what is in
 * them.
 */
export function tracesOf(paths: readonly string[]): string {
  return paths
    .map((path) => {
      const entry = statSync(path, { throwIfNoEntry: false })
      return entry === undefined
        ? ''
        : [entry.dev, entry.ino, entry.size, entry.mtimeMs, entry.ctimeMs].join()
    })
    .join(' ')
}
