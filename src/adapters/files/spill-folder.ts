/**
 * Room on disk in a private folder (contract: ports/spill.ts): one file, written at its end, gone
 * when it is closed.
 */
import { chmod, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { OpenSpill } from '../../ports/spill.ts'

/** @param dir a folder of its own: whatever lies in it is removed */
export function spillFolder(dir: string): OpenSpill {
  return async () => {
    await rm(dir, { recursive: true, force: true })
    await mkdir(dir, { recursive: true, mode: 0o700 })
    await chmod(dir, 0o700)
    const file = await open(join(dir, 'spill'), 'wx+', 0o600)
    let end = 0
    return {
      append: async (bytes) => {
        const at = end
        for (let done = 0; done < bytes.length; ) {
          const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done)
          done += bytesWritten
        }
        end += bytes.length
        return at
      },
      read: async (at, length) => {
        const bytes = new Uint8Array(length)
        const { bytesRead } = await file.read(bytes, 0, length, at)
        if (bytesRead !== length)
          throw new Error(`${dir}: ${length} bytes were written, ${bytesRead} are there`)
        return bytes
      },
      close: async () => {
        await file.close()
        await rm(dir, { recursive: true, force: true })
      },
    }
  }
}
