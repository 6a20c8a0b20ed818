/** Chooses the checkpoint that a log is compared with if witnesses are required. */
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
  /** The verifier's own clock, in Unix milliseconds. */
  readonly nowMs: number
}

export interface WitnessedCheckpoint extends CountedCosignatures {
  readonly signed: ReadCheckpoint
}

/**
 * Chooses the newest checkpoint with enough cosignatures. Cosignatures of the very newest one may
 * still be on their way; then `checkpoint.witnessed` has an older one. The log must contain its
 * tree.
 * @param key the log's key
 * @returns the chosen checkpoint; the newest one, with a finding, if neither has enough
 *   cosignatures
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
  // This is read after the newest checkpoint, so it may be the same one, or a newer one.
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

/** The newest tree that enough witnesses have cosigned. The log must contain it. */
export interface CosignedTree extends KnownTree, Pick<WitnessedCheckpoint, 'signed' | 'firstMs'> {}

/**
 * Finds the tree that enough witnesses have cosigned, if witnesses are required, and the newest
 * checkpoint, which everything is compared with.
 * @returns `witnessed`, left out if no witnesses are required
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
