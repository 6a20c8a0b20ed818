/**
 * The files of a public log in a bucket (contract: ports/published-files.ts). An object is put as a
 * whole or not at all, so an interrupted upload leaves no file.
 *
 * If the store has conditional writes, they protect against every other writer: an existing file is
 * never overwritten (`If-None-Match: *`), and a checkpoint or a certification replaces only the one
 * that was read before (`If-Match`) or none. A process that slept therefore cannot put an older one
 * over a newer. If the store has none, the lead decides (organise/cluster/log-files.ts). Objects
 * are never deleted, so that right need not be given.
 */
import { equalOrMissing } from '../../core/tlog/bytes.ts'
import { parseCheckpoint } from '../../core/tlog/checkpoint.ts'
import { parseNote } from '../../core/tlog/note.ts'
import type { StoredFile } from '../../ports/log-store.ts'
import { type PublishedFiles, ReplacedMeanwhile } from '../../ports/published-files.ts'
import { someAtOnce } from '../node/some-at-once.ts'
import type { S3Client, StoredObject } from './client.ts'
import { S3Fault } from './s3-fault.ts'

const CHECKPOINT = 'checkpoint'
const WITNESSED = 'checkpoint.witnessed'
/** Concurrent requests. */
const AT_ONCE = 32
const TYPES: Readonly<Record<string, string>> = { json: 'application/json', pdf: 'application/pdf' }
const BINARY = 'application/octet-stream'
const TEXT = 'text/plain; charset=utf-8'

/** Once per process, an object of this name shows whether the store has conditional writes. */
const TRIAL = 'conditional-writes'
const TRIAL_TEXT = 'Written to find out whether this store has conditional writes.\n'

/**
 * A file in the bucket has other bytes than the journal states. It is not overwritten, because it
 * may belong to another log.
 */
export class OtherBytes extends Error {
  override readonly name = 'OtherBytes'
  constructor(path: string) {
    super(`the log’s bucket has other bytes at ${path}: see docs/cluster.md, “The log in a bucket”`)
  }
}

/** Another process has put a checkpoint there since the last read, or a larger one is there. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved'
  constructor(path: string) {
    super(`another process has published a newer ${path} in the bucket`)
  }
}

export interface S3LogStore extends PublishedFiles {
  /**
   * Whether the store has conditional writes; tested once.
   * @throws {S3Fault}
   */
  readonly hasConditions: () => Promise<boolean>
}

/** @param dir of the log below the client's prefix, ending in a slash */
export function s3LogStore(client: S3Client, dir: string): S3LogStore {
  let conditions: Promise<boolean> | undefined
  const hasConditions = (): Promise<boolean> => {
    conditions ??= tried(client, dir).catch((cause: unknown) => {
      conditions = undefined
      throw cause
    })
    return conditions
  }
  const read = async (path: string) => (await client.get(dir + path))?.bytes
  const checkpoint = noteAt(client, dir, CHECKPOINT, hasConditions)
  const witnessed = noteAt(client, dir, WITNESSED, hasConditions)
  return {
    hasConditions,
    read,
    write: async (files) => {
      if (files.length === 0) return
      const condition = (await hasConditions()) ? 'new' : null
      await someAtOnce(files, AT_ONCE, (file) => putOnce(client, dir, file, condition))
    },
    replace: (file, before) => putInstead(client, dir, file, { before, hasConditions }),
    checkpoint: checkpoint.read,
    writeCheckpoint: checkpoint.write,
    witnessed: witnessed.read,
    writeWitnessed: witnessed.write,
    removeSuperseded: async () => 0,
  }
}

/** Writes one object twice; the second write must fail. */
async function tried(client: S3Client, dir: string): Promise<boolean> {
  const bytes = new TextEncoder().encode(TRIAL_TEXT)
  await client.put(dir + TRIAL, bytes, TEXT, null)
  try {
    await client.put(dir + TRIAL, bytes, TEXT, 'new')
    return false
  } catch (cause) {
    if (!(cause instanceof S3Fault)) throw cause
    if (cause.trouble === 'changed') return true
    if (cause.trouble === 'not-there' || cause.trouble === 'odd') return false
    throw cause
  }
}

/** @throws {OtherBytes} if the file exists with other bytes */
async function putOnce(
  client: S3Client,
  dir: string,
  { path, bytes }: StoredFile,
  condition: 'new' | null,
): Promise<void> {
  try {
    await client.put(dir + path, bytes, typeOf(path), condition)
  } catch (cause) {
    if (condition === null || !(cause instanceof S3Fault) || cause.trouble !== 'changed') throw cause
    // It exists already: from before a restart, from an earlier leader, or from an attempt whose
    // answer was lost.
    const there = await client.get(dir + path)
    if (there === undefined) throw cause
    if (Buffer.compare(there.bytes, bytes) !== 0) throw new OtherBytes(path)
  }
}

interface Instead {
  readonly before: Uint8Array | undefined
  readonly hasConditions: () => Promise<boolean>
}

/** @throws {ReplacedMeanwhile} if the file is not the one to be replaced */
async function putInstead(
  client: S3Client,
  dir: string,
  { path, bytes }: StoredFile,
  { before, hasConditions }: Instead,
): Promise<void> {
  const there = await client.get(dir + path)
  if (equalOrMissing(there?.bytes, bytes)) return
  if (!equalOrMissing(there?.bytes, before)) throw new ReplacedMeanwhile(path)
  const condition = there === undefined ? 'new' : { etag: there.etag }
  try {
    await client.put(dir + path, bytes, typeOf(path), (await hasConditions()) ? condition : null)
  } catch (cause) {
    if (!(cause instanceof S3Fault) || cause.trouble !== 'changed') throw cause
    // An attempt whose answer was lost may have made the change.
    if (!equalOrMissing((await client.get(dir + path))?.bytes, bytes)) throw new ReplacedMeanwhile(path)
  }
}

interface NoteAt {
  readonly read: () => Promise<string | undefined>
  /** @throws {CheckpointMoved} */
  readonly write: (note: string) => Promise<void>
}

/**
 * A note that is replaced: only the one that was read last is overwritten, and never by a smaller
 * one.
 */
function noteAt(client: S3Client, dir: string, path: string, hasConditions: () => Promise<boolean>): NoteAt {
  /** null: no note exists. undefined: unknown. */
  let seen: StoredObject | null | undefined
  const look = async (): Promise<StoredObject | null> => {
    seen = (await client.get(dir + path)) ?? null
    return seen
  }
  const write = async (note: string): Promise<void> => {
    const before = seen === undefined ? await look() : seen
    if (before !== null && sizeOf(textOf(before)) > sizeOf(note)) {
      seen = undefined
      throw new CheckpointMoved(path)
    }
    const condition = (await hasConditions()) ? (before === null ? 'new' : { etag: before.etag }) : null
    const bytes = new TextEncoder().encode(note)
    seen = undefined
    try {
      seen = { bytes, etag: await client.put(dir + path, bytes, TEXT, condition) }
    } catch (cause) {
      if (!(cause instanceof S3Fault) || cause.trouble !== 'changed') throw cause
      // An attempt whose answer was lost may have made the change.
      const now = await look()
      if (now === null || Buffer.compare(now.bytes, bytes) !== 0) throw new CheckpointMoved(path)
    }
  }
  return {
    read: async () => {
      const now = await look()
      return now === null ? undefined : textOf(now)
    },
    write,
  }
}

const textOf = ({ bytes }: StoredObject): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes)

/** The number of leaves of a checkpoint. */
const sizeOf = (note: string): number => parseCheckpoint(parseNote(note).text).size

function typeOf(path: string): string {
  return TYPES[/\.([a-z]+)$/.exec(path)?.[1] ?? ''] ?? BINARY
}
