/** Which checkpoint a log is held against where witnesses are demanded. No I/O but the reader. */
import type { VerifierKey } from '../tlog/note-key.ts'
import type { VerifyEd25519 } from '../tlog/signature.ts'
import { addedUp, type Found, looked, NOTHING, unchecked } from './found.ts'
import type { KnownTree } from './history.ts'
import type { LogReader } from './range.ts'
import {
  type CountedCosignatures,
  countCosignatures,
  type ReadCheckpoint,
  signedCheckpoint,
} from './signature.ts'

const WITNESSED_PATH = 'checkpoint.witnessed'

export interface Demanded {
  readonly witnesses: readonly VerifierKey[]
  readonly quorum: number
  /** The verifier's own clock. */
  readonly nowMs: number
}

export interface WitnessedCheckpoint extends CountedCosignatures {
  readonly signed: ReadCheckpoint
}

/**
 * The newest checkpoint, or while its cosignatures are still coming in, the newest that has enough
 * of them: what the tree must contain. Where there is none, the newest, with a finding.
 * @param key the log's
 */
export async function witnessedCheckpoint(
  read: LogReader,
  verify: VerifyEd25519,
  key: VerifierKey | undefined,
  newest: ReadCheckpoint,
  { witnesses, quorum, nowMs }: Demanded,
): Promise<WitnessedCheckpoint> {
  const onNewest = await countCosignatures(newest.note, witnesses, quorum, verify, nowMs)
  if (onNewest.good >= quorum) return { ...onNewest, signed: newest }
  // Read later, it may also be the same one, or newer.
  const { signed } = await signedCheckpoint(read, verify, key, WITNESSED_PATH)
  const enough = signed && (await countCosignatures(signed.note, witnesses, quorum, verify, nowMs))
  if (signed === undefined || enough === undefined || enough.good < quorum)
    return { ...onNewest, signed: newest }
  const still = onNewest.findings.filter(({ code }) => code !== 'cosignatures-too-few')
  return { ...enough, findings: [...still, ...enough.findings], signed }
}

interface CosignedInput {
  readonly read: LogReader
  readonly verify: VerifyEd25519
  readonly nowMs: number
  /** Default: all of them. */
  readonly quorum?: number
}

/** The newest tree that the witnesses have cosigned: the log must go on from it. */
export interface CosignedTree extends KnownTree, Pick<WitnessedCheckpoint, 'signed' | 'firstMs'> {}

/**
 * The tree that is known to witnesses, where any are demanded, and the checkpoint that the log is
 * held against: the newest of both.
 */
export async function cosignedTree(
  input: CosignedInput,
  key: VerifierKey | undefined,
  newest: ReadCheckpoint | undefined,
  witnesses: readonly VerifierKey[],
): Promise<Found & { readonly witnessed?: CosignedTree; readonly signed: ReadCheckpoint | undefined }> {
  const { read, verify, nowMs, quorum = witnesses.length } = input
  if (newest === undefined || witnesses.length + quorum === 0) return { ...NOTHING, signed: newest }
  const demanded = { witnesses, quorum, nowMs }
  const chosen = await witnessedCheckpoint(read, verify, key, newest, demanded)
  const { signed, good, firstMs } = chosen
  const { size, root } = signed.checkpoint
  const last = newest.checkpoint.size - 1
  const left =
    size > last
      ? NOTHING
      : unchecked(`entries from ${size} to ${last}: too few witnesses have cosigned them yet`)
  return {
    ...addedUp([chosen, looked('witnesses', good), left]),
    witnessed: { size, root, seenAtMs: undefined, signed, firstMs },
    signed: size > newest.checkpoint.size ? signed : newest,
  }
}
