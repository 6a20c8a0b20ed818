/** Which checkpoint a log is held against where witnesses are demanded. No I/O but the reader. */
import type { VerifierKey } from './note-key.ts'
import { type FindingList, findingList } from './verify-finding.ts'
import type { LogReader } from './verify-range.ts'
import { countCosignatures, type ReadCheckpoint, type VerifyEd25519 } from './verify-signature.ts'
import { signedCheckpoint } from './verify-standing.ts'

const WITNESSED_PATH = 'checkpoint.witnessed'

export interface Demanded {
  readonly witnesses: readonly VerifierKey[]
  readonly quorum: number
}

export interface WitnessedCheckpoint {
  readonly signed: ReadCheckpoint
  /** Different witnesses with a good cosignature on it. */
  readonly good: number
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
  { witnesses, quorum }: Demanded,
  findings: FindingList,
): Promise<WitnessedCheckpoint> {
  const onNewest = findingList()
  const good = await countCosignatures(newest.note, witnesses, quorum, verify, onNewest)
  if (good < quorum) {
    // Read later, it may also be the same one, or newer.
    const witnessed = await signedCheckpoint(read, verify, key, findingList(), WITNESSED_PATH)
    if (witnessed !== undefined) {
      const onWitnessed = findingList()
      const enough = await countCosignatures(witnessed.note, witnesses, quorum, verify, onWitnessed)
      if (enough >= quorum) {
        findings.addAll(onNewest.kept().filter(({ code }) => code !== 'cosignatures-too-few'))
        findings.addAll(onWitnessed.kept())
        return { signed: witnessed, good: enough }
      }
    }
  }
  findings.addAll(onNewest.kept())
  return { signed: newest, good }
}
