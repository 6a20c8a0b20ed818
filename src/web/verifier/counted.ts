/**
 * A reader of a log that reports its progress and can be stopped. It runs in the worker and knows
 * the files of a log.
 */
import { DEFINITION_PATH, DISTRICTS_PATH } from '../../core/verify/beginning.ts'
import type { LogReader } from '../../core/verify/range.ts'
import type { Progress } from './job.ts'
import { Stopped } from './log-reading.ts'

/**
 * The worker reads these files again for their words, after it has verified the log. They must be
 * the same bytes.
 */
const KEPT: ReadonlySet<string> = new Set([DEFINITION_PATH, DISTRICTS_PATH])
const TILE_WIDTH = 256

/**
 * Returns the reader with reports of its progress: leaves read, counted by tiles of hashes, out of
 * the checkpoint's size.
 */
export function counted(
  read: LogReader,
  stop: AbortSignal,
  report: (progress: Progress) => void,
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
      report({ leaves: Math.min(leaves, of), of, bytes })
      return resource
    },
  }
}

/**
 * The size in the checkpoint's second line. No signature is checked, because only the progress bar
 * uses it.
 */
function sizeIn(checkpoint: Uint8Array): number {
  const size = Number(new TextDecoder().decode(checkpoint.subarray(0, 1000)).split('\n')[1])
  return Number.isSafeInteger(size) && size > 0 ? size : 0
}
