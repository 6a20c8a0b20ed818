/** The files of a log's folder, one's own or a copy, for whoever verifies it (contract: core/log/verify-range.ts). */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { LogReader } from '../../core/log/verify-range.ts'

/**
 * Reads synchronously: of many small files that is several times faster than to wait for each.
 * @param dir the folder that holds `checkpoint`; paths come from the verifier and never leave it
 */
export function logFolderReader(dir: string): LogReader {
  return (path, mostBytes) => {
    let file: number
    try {
      file = openSync(join(dir, path), 'r')
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      throw cause
    }
    try {
      const length = Math.min(fstatSync(file).size, mostBytes + 1)
      const bytes = new Uint8Array(length)
      let read = 0
      while (read < length) {
        const more = readSync(file, bytes, read, length - read, read)
        if (more === 0) break
        read += more
      }
      return read === length ? bytes : bytes.subarray(0, read)
    } finally {
      closeSync(file)
    }
  }
}
