/** Detects whether files have changed since they were last read. */
import { statSync } from 'node:fs'

/**
 * A text that changes when any of the files does, including links on the path; it reveals nothing
 * of the content.
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
