/**
 * What lots have chosen, as the certification beside a closed log says, where the log's key signed
 * it for this result.
 */
import { sha256Hex } from '../adapters/node/digest.ts'
import { ed25519Verify } from '../adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import { lotsOf, openCertification } from '../core/log/certification.ts'
import { type Lots, NO_LOTS } from '../core/tally/contest-outcome.ts'
import { resultText } from '../core/tally/result-text.ts'
import type { ShownResult } from '../core/tally/shown.ts'
import { Malformed } from '../core/tlog/malformed.ts'
import { logSignerIn } from './log-key.ts'

export interface CertifiedLots {
  readonly lots: Lots
  /** Why the certification is not gone by; null where it is, or there is none. */
  readonly ignored: string | null
}

/**
 * @param dir the election's folder
 * @param bytes the certification; undefined where there is none
 * @param result of a closed election, as it is shown
 */
export async function certifiedLots(
  dir: string,
  id: string,
  bytes: Uint8Array | undefined,
  result: ShownResult,
): Promise<CertifiedLots> {
  const signer = bytes && logSignerIn(dir)
  if (!bytes || !signer) return { lots: NO_LOTS, ignored: null }
  const ignored = (why: string) => ({ lots: NO_LOTS, ignored: why })
  try {
    const { sha256 } = nodeTreeHasher()
    const found = await openCertification(sha256, ed25519Verify, signer.verifierKey, bytes)
    if (found.election !== id) return ignored('it is of another election')
    if (found.result_sha256 !== sha256Hex(resultText(result))) return ignored('it is of another result')
    return { lots: lotsOf(found), ignored: null }
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause
    return ignored(cause.message)
  }
}
