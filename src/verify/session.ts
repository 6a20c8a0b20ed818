/**
 * One verification, as the command and the page do it: which of the remembered logs this one is,
 * the log held against that and against what was asked, and what to remember of it. Imports nothing
 * but core, so that a browser can run it.
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

/** A log where it lies: on a server or in a folder. */
export interface OpenLog {
  /** The address; null for files. */
  readonly place: string | null
  readonly read: LogReader
  /**
   * The published result, of at most so many bytes, where it is found beside the log; undefined
   * where it is not.
   */
  readonly result: (mostBytes: number) => Promise<Uint8Array | undefined>
}

/** What somebody asks of a log. */
export interface Asked extends Pick<VerifyInput, 'key' | 'election' | 'receipts' | 'witnesses' | 'quorum'> {
  /** Checkpoints that somebody else was shown, as signed notes. */
  readonly checkpoints?: readonly string[]
}

export type SessionTools = Pick<
  VerifyInput,
  'hasher' | 'verify' | 'nowMs' | 'mostEntries' | 'salt' | 'onProgress' | 'ranges'
>

/** How the key that the log was held against came to be trusted. */
export type KeyFrom = 'given' | 'memory' | 'genesis'

export interface Session {
  readonly report: VerifyReport
  readonly keyFrom: KeyFrom
  /**
   * What to remember of the log, where it is found sound; null where it has shown nothing that its
   * key signed.
   */
  readonly shown: Verified | null
}

/** The key that was given is not the one that is remembered for the place. */
export class OtherKeyRemembered extends Error {
  readonly known: string
  constructor(known: string) {
    super(`another key is remembered for this log, ${known}`)
    this.name = 'OtherKeyRemembered'
    this.known = known
  }
}

/** @throws OtherKeyRemembered; what {@link verifyLog} throws */
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

/** Which of the logs that are remembered this is: by its address, then by what it calls itself. */
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

/** The first line, whoever signed it; undefined where it is not text. */
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
 * Addresses are remembered with their log, but not this machine's own: there elections come and go.
 */
export function rememberedPlace(base: string | null): string | null {
  if (base === null) return null
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(base).hostname) ? null : base
}

/**
 * A key copied from paper or a page comes with the line breaks of both; no key has white space of
 * its own.
 */
export function keyTyped(text: string): string {
  return text.replace(/\s+/gu, '')
}

/** Whether text is the verifier key of a log, or of a witness. */
export function isKeyOf(type: SignatureType, text: string, sha256: Sha256): boolean {
  try {
    return parseVerifierKey(sha256, text).type === type
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
}
