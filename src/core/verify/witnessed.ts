/** Which checkpoint a log is held against where witnesses are demanded. No I/O but the reader. */
import type { VerifierKey } from '../tlog/note-key.ts'
import type { VerifyEd25519 } from '../tlog/signature.ts'
import { signedCheckpoint } from './commitments.ts'
import { type FindingList, findingList } from './finding.ts'
import type { KnownTree } from './history.ts'
import type { LogReader } from './range.ts'
import type { CheckList } from './report.ts'
import { type CountedCosignatures, countCosignatures, type ReadCheckpoint } from './signature.ts'

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
 * The newest checkpoint, or while its cosignatures are still coming in, the newest that has enough of them: what the tree must
 * contain. Where there is
 * none, the newest, with a finding.
 * @param key the log's
 */
export async function witnessedCheckpoint(
  read: LogReader,
  verify: VerifyEd25519,
  key: VerifierKey | undefined,
  newest: ReadCheckpoint,
  { witnesses, quorum, nowMs }: Demanded,
  findings: FindingList,
): Promise<WitnessedCheckpoint> {
  const onNewest = findingList()
  const counted = await countCosignatures(newest.note, witnesses, quorum, verify, nowMs, onNewest)
  if (counted.good < quorum) {
    // Read later, it may also be the same one, or newer.
    const witnessed = await signedCheckpoint(read, verify, key, findingList(), WITNESSED_PATH)
    if (witnessed !== undefined) {
      const onWitnessed = findingList()
      const enough = await countCosignatures(witnessed.note, witnesses, quorum, verify, nowMs, onWitnessed)
      if (enough.good >= quorum) {
        findings.addAll(onNewest.kept().filter(({ code }) => code !== 'cosignatures-too-few'))
        findings.addAll(onWitnessed.kept())
        return { signed: witnessed, ...enough }
      }
    }
  }
  findings.addAll(onNewest.kept())
  return { signed: newest, ...counted }
}

interface CosignedInput {
  readonly read: LogReader
  readonly verify: VerifyEd25519
  readonly nowMs: number
  /** Default: all of them. */
  readonly quorum?: number
}

interface CosignedContext {
  readonly findings: FindingList
  readonly checks: CheckList
  readonly notChecked: string[]
}

/** The newest tree that the witnesses have cosigned: the log must go on from it. */
export interface CosignedTree extends KnownTree, Omit<WitnessedCheckpoint, 'good'> {}

/** Undefined where no witnesses are demanded. */
export async function cosignedTree(
  input: CosignedInput,
  key: VerifierKey | undefined,
  newest: ReadCheckpoint,
  witnesses: readonly VerifierKey[],
  { findings, checks, notChecked }: CosignedContext,
): Promise<CosignedTree | undefined> {
  const { read, verify, nowMs, quorum = witnesses.length } = input
  if (witnesses.length + quorum === 0) return undefined
  const demanded = { witnesses, quorum, nowMs }
  const { signed, good, firstMs } = await witnessedCheckpoint(read, verify, key, newest, demanded, findings)
  checks.ran('witnesses', good)
  const { size, root } = signed.checkpoint
  if (size < newest.checkpoint.size)
    notChecked.push(
      `entries from ${size} to ${newest.checkpoint.size - 1}: too few witnesses have cosigned them yet`,
    )
  return { size, root, seenAtMs: undefined, signed, firstMs }
}
