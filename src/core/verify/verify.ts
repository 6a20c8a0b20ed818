/**
 * Verification of a public log (docs/protocol.md), in the order of its sections: every tile and
 * hash rebuilt from the entries, every ballot checked and counted, the count compared with the
 * published result, the tree with what was seen before. Each check returns what it found; here it
 * is added up.
 *
 * Trusts only SHA-256, Ed25519, the clock and the reader it is handed. Command and page call it.
 */

import { CERTIFICATION_PATH } from '../log/certification-form.ts'
import type { TreeHasher } from '../tlog/merkle.ts'
import { parseVerifierKey } from '../tlog/note-key.ts'
import type { VerifyEd25519 } from '../tlog/signature.ts'
import { checkAsked, readGenesis, standing } from './beginning.ts'
import { mostCertificationBytes } from './bounds.ts'
import { openCertificate } from './certification.ts'
import { checkContents } from './contents.ts'
import type { PublishedResult } from './count.ts'
import { addedUp, looked, NOTHING } from './found.ts'
import { knownTrees, type SeenCheckpoint } from './history.ts'
import type { LogReader } from './range.ts'
import type { RangesOf } from './range-pool.ts'
import { askedReceipts, checkReceipts } from './receipt.ts'
import { reportOf, type VerifyReport } from './report.ts'
import { signedCheckpoint } from './signature.ts'
import { cosignedTree } from './witnessed.ts'

export interface VerifyInput {
  readonly read: LogReader
  readonly hasher: TreeHasher
  readonly verify: VerifyEd25519
  /** The verifier's own clock: what is due, and whether voting is still open. */
  readonly nowMs: number
  /**
   * The log's key, a C2SP verifier key; without it the genesis is taken at its word, and the report
   * says so.
   */
  readonly key?: string
  /** The id of the election that is asked for. */
  readonly election?: string
  readonly seen?: readonly SeenCheckpoint[]
  readonly result?: PublishedResult
  /** Receipt files, or trackers. */
  readonly receipts?: readonly string[]
  /**
   * C2SP verifier keys of witnesses, and how many different ones must have cosigned (default: all
   * of them).
   */
  readonly witnesses?: readonly string[]
  readonly quorum?: number
  /** Another log of this name is remembered, under another key: see `recognised`. */
  readonly namesake?: boolean
  /** Entries it may have (default 20,000,000). */
  readonly mostEntries?: number
  /** 16 random bytes, so that no log can be made to be slow to check; see `nonceSet`. */
  readonly salt?: Uint8Array
  readonly onProgress?: (leaves: number, of: number) => void
  /**
   * Threads that check stretches of the log (default: none but this one); what they say is the
   * same.
   */
  readonly ranges?: RangesOf
  /**
   * Bundles of a stretch, at most (default 64). Where a log has a hole, its stretch is the last
   * that is read.
   */
  readonly stretchBundles?: number
}

/**
 * Never throws for what the log holds: that is a finding.
 * @throws Malformed where `key` or a witness's key is none; TooManyEntries; whatever the reader
 *   throws
 */
export async function verifyLog(input: VerifyInput): Promise<VerifyReport> {
  const { read, hasher, verify, nowMs } = input
  const { sha256 } = hasher
  const given = input.key === undefined ? undefined : parseVerifierKey(sha256, input.key)
  const witnesses = (input.witnesses ?? []).map((text) => parseVerifierKey(sha256, text))
  const asked = askedReceipts(input.receipts ?? [])

  // "The public log", 1: the genesis, and the definition and the keys per district that it commits
  // to.
  const beginning = await readGenesis(read, hasher)
  const { genesis } = beginning
  const key = given ?? genesis?.key
  const { stand, ...commitments } = await standing(read, sha256, genesis)

  // "Certification": before the checkpoint, for a log may be closed and certified while it is read.
  const mostBytes = mostCertificationBytes(stand?.election)
  const certification = await read(CERTIFICATION_PATH, mostBytes)
  const opened = await openCertificate(certification, { sha256, verify, mostBytes, key })

  // "The public log": the signed checkpoint. "Witnesses": the newest that enough of them have
  // cosigned.
  const newest = await signedCheckpoint(read, verify, key)
  const cosigned = await cosignedTree(input, key, newest.signed, witnesses)
  const { signed, witnessed } = cosigned

  // "What verifiers check by themselves": checkpoints that were seen before.
  const seen = await knownTrees(input.seen ?? [], key, verify)
  const known = witnessed ? [...seen.known, witnessed] : seen.known

  // "The public log", "Ballot entry and tracker", "Release", "Result": all that stands under the
  // checkpoint.
  const before = { known, witnessed, stand, asked: asked.asked, certificate: opened.certificate }
  const contents = signed && (await checkContents(input, { signed, ...before }))

  // "Receipt": whether each promise is of this log, and was kept.
  const deps = { hasher, verify, nowMs, election: genesis?.record.election }
  const receipts = await checkReceipts(asked.asked, key, contents, deps)

  const found = addedUp([
    ...[asked, looked('genesis', genesis ? 1 : 0), beginning, checkAsked(genesis, given, input), commitments],
    ...[opened, looked('checkpoint', newest.signed ? 1 : 0), newest, cosigned, seen],
    ...[contents ?? NOTHING, receipts],
  ])
  return reportOf(found, {
    ...{ key, isGiven: given !== undefined, signed, election: stand?.election, contents },
    ...{ certificate: opened.certificate, receipts: receipts.receipts },
  })
}
