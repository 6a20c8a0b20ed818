/**
 * A bucket as a server reads it for the public: what is under way is asked for once, what never
 * changes is kept, what does is asked for once a second, and no more at once than a bound, however
 * many readers there are.
 */
import { LogUnreadable } from '../../ports/public-log.ts'
import type { PublishedFiles } from '../../ports/published-files.ts'

export type LogReads = Pick<PublishedFiles, 'read' | 'checkpoint'>

export interface BucketReadsDeps {
  readonly files: LogReads
  /** Milliseconds since any moment. */
  readonly elapsedMs: () => number
  /** Told of the first failure after a success. */
  readonly onTrouble: (cause: unknown) => void
}

const AT_ONCE = 32
const MOST_WAITING = 512
const LIMIT_BYTES = 16_000_000
const FRESH_MS = 1_000
const CHECKPOINT = 'checkpoint'
/** Tiles and bundles, full or partial: the bytes under such a name are for ever the same. */
const FOR_EVER = /^tile\//

interface Kept {
  readonly bytes: Uint8Array | undefined
  readonly atMs: number
}

export function bucketReads({ files, elapsedMs, onTrouble }: BucketReadsDeps): LogReads {
  /** What never changes, and briefly what does; the last asked for is last. */
  const kept = new Map<string, Kept>()
  const underWay = new Map<string, Promise<Uint8Array | undefined>>()
  const turns = boundedTurns()
  let bytes = 0
  let failing = false

  const ask = async (path: string): Promise<Uint8Array | undefined> => {
    try {
      const found = await files.read(path)
      failing = false
      return found
    } catch (cause) {
      if (!failing) onTrouble(cause)
      failing = true
      throw new LogUnreadable('the bucket of the public log cannot be read', { cause })
    }
  }
  const keep = (path: string, found: Uint8Array | undefined): void => {
    // What is not there now may be there in a moment.
    if (found === undefined && FOR_EVER.test(path)) return
    drop(path)
    kept.set(path, { bytes: found, atMs: elapsedMs() })
    bytes += found?.length ?? 0
    for (const oldest of kept.keys()) {
      if (bytes <= LIMIT_BYTES) break
      drop(oldest)
    }
  }
  const drop = (path: string): void => {
    const before = kept.get(path)
    if (before === undefined) return
    bytes -= before.bytes?.length ?? 0
    kept.delete(path)
  }
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const known = kept.get(path)
    if (known !== undefined && (FOR_EVER.test(path) || elapsedMs() - known.atMs < FRESH_MS)) {
      kept.delete(path)
      kept.set(path, known)
      return known.bytes
    }
    const asked = underWay.get(path)
    if (asked !== undefined) return asked
    const asking = turns(async () => {
      const found = await ask(path)
      keep(path, found)
      return found
    }).finally(() => underWay.delete(path))
    underWay.set(path, asking)
    return asking
  }
  return {
    read,
    checkpoint: async () => {
      const found = await read(CHECKPOINT)
      return found === undefined ? undefined : new TextDecoder('utf-8', { fatal: true }).decode(found)
    },
  }
}

/**
 * @returns what does a piece of work when its turn comes @throws {LogUnreadable} where too many
 *   wait
 */
function boundedTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let working = 0
  return async (work) => {
    if (working >= AT_ONCE) {
      if (waiting.length >= MOST_WAITING) throw new LogUnreadable('too many readers of the public log')
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else working++
    try {
      return await work()
    } finally {
      // A turn goes from one to the next.
      const next = waiting.shift()
      if (next === undefined) working--
      else next()
    }
  }
}
