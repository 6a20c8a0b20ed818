/**
 * A reading of a log that tells how far it is, and stops. For the worker: it knows the log's files.
 */
import { DEFINITION_PATH, DISTRICTS_PATH } from '../../core/verify/beginning.ts'
import type { LogReader } from '../../core/verify/range.ts'
import type { Progress } from './job.ts'
import { Stopped } from './log-reading.ts'

/** Read again once the log is verified, for words: they must be the bytes that were verified. */
const KEPT: ReadonlySet<string> = new Set([DEFINITION_PATH, DISTRICTS_PATH])
const TILE_WIDTH = 256

/**
 * The reader, telling how far it is: leaves by the tiles of their hashes, of as many as the
 * checkpoint says.
 */
export function counted(
  read: LogReader,
  stop: AbortSignal,
  tell: (progress: Progress) => void,
): { readonly read: LogReader; readonly bytes: () => number } {
  let [bytes, leaves, of] = [0, 0, 0]
  const kept = new Map<string, Uint8Array>()
  return {
    bytes: () => bytes,
    read: async (path, mostBytes) => {
      if (stop.aborted) throw new Stopped()
      const resource = kept.get(path) ?? (await read(path, mostBytes))
      if (stop.aborted) throw new Stopped()
      if (resource !== undefined && KEPT.has(path)) kept.set(path, resource)
      bytes += resource?.length ?? 0
      if (path === 'checkpoint' && resource !== undefined) of = sizeIn(resource)
      if (path.startsWith('tile/0/')) leaves += TILE_WIDTH
      tell({ leaves: Math.min(leaves, of), of, bytes })
      return resource
    },
  }
}

/** The checkpoint's second line, whoever signed it: for a bar, not for belief. */
function sizeIn(checkpoint: Uint8Array): number {
  const size = Number(new TextDecoder().decode(checkpoint.subarray(0, 1000)).split('\n')[1])
  return Number.isSafeInteger(size) && size > 0 ? size : 0
}
