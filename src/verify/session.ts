/**
 * One verification by the command or the page: recognises the log among the remembered ones,
 * verifies it against that and against the request, and returns what to remember. It imports only
 * core, so that it runs in a browser.
 */
import { MOST_CHECKPOINT_BYTES } from '../core/log/resource-bounds.ts'
import { Malformed } from '../core/tlog/malformed.ts'
import type { Sha256 } from '../core/tlog/merkle.ts'
import { parseVerifierKey, type SignatureType } from '../core/tlog/note-key.ts'
import { utf8Text } from '../core/tlog/utf8.ts'
import { GENESIS_PATH } from '../core/verify/beginning.ts'
import { MOST_GENESIS_BYTES } from '../core/verify/bounds.ts'
import { type Recognised, recognised } from '../core/verify/known-log.ts'
import { type KnownLog, keyAt, knownLog, type Memory, type Verified } from '../core/verify/memory.ts'
import type { LogReader } from '../core/verify/range.ts'
import type { VerifyReport } from '../core/verify/report.ts'
import { type VerifyInput, verifyLog } from '../core/verify/verify.ts'

/** A log on a server or in a folder. */
export interface OpenLog {
  /** The address; null for files. */
  readonly place: string | null
  readonly read: LogReader
  /**
   * Returns the published result beside the log, at most `mostBytes` bytes of it; undefined if
   * the result is not there.
   */
  readonly result: (mostBytes: number) => Promise<Uint8Array | undefined>
}

/** A request to verify a log. */
export interface Asked extends Pick<VerifyInput, 'key' | 'election' | 'receipts' | 'witnesses' | 'quorum'> {
  /** Checkpoints that other people were shown, as signed notes. */
  readonly checkpoints?: readonly string[]
}

export type SessionTools = Pick<
  VerifyInput,
  'hasher' | 'verify' | 'nowMs' | 'mostEntries' | 'salt' | 'onProgress' | 'ranges'
>

/** Why the key that the log was verified with is trusted. */
export type KeyFrom = 'given' | 'memory' | 'genesis'

export interface Session {
  readonly report: VerifyReport
  readonly keyFrom: KeyFrom
  /**
   * What to remember of a valid log; null if the log has shown no checkpoint that its key signed.
   */
  readonly shown: Verified | null
}

/** Thrown if the given key is not the one that is remembered for the place. */
export class OtherKeyRemembered extends Error {
  readonly known: string
  constructor(known: string) {
    super(`another key is remembered for this log, ${known}`)
    this.name = 'OtherKeyRemembered'
    this.known = known
  }
}

/**
 * Verifies a log and recognises it among the remembered ones.
 * @throws {OtherKeyRemembered} if the given key is not the remembered one
 * @throws what {@link verifyLog} throws
 */
export async function verifySession(
  log: OpenLog,
  memory: Memory,
  { checkpoints = [], ...asked }: Asked,
  tools: SessionTools,
): Promise<Session> {
  const place = rememberedPlace(log.place)
  const { key, log: known, namesake } = await whichLog(log, place, asked.key, memory)
  const report = await verifyLog({
    ...{ ...tools, ...asked, read: log.read, result: log.result, namesake },
    ...(key === undefined ? {} : { key }),
    seen: [...(known?.checkpoints ?? []), ...checkpoints.map((note) => ({ note }))],
  })
  const { checkpoint, key: own } = report
  return {
    report,
    keyFrom: asked.key !== undefined ? 'given' : key !== undefined ? 'memory' : 'genesis',
    shown:
      own === null || checkpoint === null
        ? null
        : { key: own, note: checkpoint.note, seenAtMs: tools.nowMs, place },
  }
}

/** Finds which remembered log this is: by its address, then by what it states about itself. */
async function whichLog(
  { read }: OpenLog,
  place: string | null,
  given: string | undefined,
  memory: Memory,
): Promise<Recognised<KnownLog>> {
  const ofPlace = keyAt(memory, place)
  if (given !== undefined && ofPlace !== undefined && ofPlace !== given) throw new OtherKeyRemembered(ofPlace)
  const known = { log: (key: string) => knownLog(memory, key), keys: () => memory.logs.map(([key]) => key) }
  const genesis = await read(GENESIS_PATH, MOST_GENESIS_BYTES)
  const checkpoint = await read('checkpoint', MOST_CHECKPOINT_BYTES)
  return recognised(known, { given, ofPlace, genesis, origin: checkpoint && originIn(checkpoint) })
}

/** The first line of a checkpoint, whether or not it is signed; undefined if it is not text. */
function originIn(checkpoint: Uint8Array): string | undefined {
  const end = checkpoint.indexOf(0x0a)
  try {
    return utf8Text(end === -1 ? checkpoint : checkpoint.subarray(0, end))
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/**
 * An address is remembered with its log, unless it belongs to this machine, where elections come
 * and go.
 */
export function rememberedPlace(base: string | null): string | null {
  if (base === null) return null
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(base).hostname) ? null : base
}

/** Removes the white space of a key that was copied from paper or a page; keys have none. */
export function keyTyped(text: string): string {
  return text.replace(/\s+/gu, '')
}

/** @returns whether a text is the verifier key of a log, or of a witness */
export function isKeyOf(type: SignatureType, text: string, sha256: Sha256): boolean {
  try {
    return parseVerifierKey(sha256, text).type === type
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
}
