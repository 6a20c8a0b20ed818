/**
 * Verification of a public log, in the order of docs/protocol.md: rebuild every hash and tile from
 * the entries, check and count every ballot, compare the count with the published result, and
 * compare the tree with what was seen before. Each check returns its findings; this file adds them
 * up.
 *
 * It trusts only SHA-256, Ed25519, the clock and the reader that it is given. Both the command and
 * the page call it.
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
  /** The verifier's own clock, in Unix milliseconds. */
  readonly nowMs: number
  /**
   * The log's C2SP verifier key. Without it, the key in the genesis is used, and the report says
   * so.
   */
  readonly key?: string
  /** The id of the election that the log must belong to. */
  readonly election?: string
  readonly seen?: readonly SeenCheckpoint[]
  readonly result?: PublishedResult
  /** Texts of receipt files, or trackers. */
  readonly receipts?: readonly string[]
  /**
   * C2SP verifier keys of witnesses, and how many different ones must have cosigned (default: all).
   */
  readonly witnesses?: readonly string[]
  readonly quorum?: number
  /** Whether another log of this name is remembered, under another key; see `recognised`. */
  readonly namesake?: boolean
  /** The greatest size of the log, in entries (default 20,000,000). */
  readonly mostEntries?: number
  /** 16 random bytes, so that no log can be crafted to be slow to check; see `nonceSet`. */
  readonly salt?: Uint8Array
  readonly onProgress?: (leaves: number, of: number) => void
  /**
   * Threads that check stretches of the log; the report is the same as without them (default: only
   * the calling thread).
   */
  readonly ranges?: RangesOf
  /**
   * The most bundles in a stretch (default 64). If a log has a hole, the stretch with the hole is
   * the last one that is read.
   */
  readonly stretchBundles?: number
}

/**
 * Verifies a public log (docs/protocol.md, "What verifiers check by themselves"). Whatever is wrong
 * with the log is a finding, not an error.
 * @throws {Malformed} if `key` or the key of a witness is malformed
 * @throws {TooManyEntries} if the log has more entries than `mostEntries`
 * @throws whatever the reader throws
 */
export async function verifyLog(input: VerifyInput): Promise<VerifyReport> {
  const { read, hasher, verify, nowMs } = input
  const { sha256 } = hasher
  const given = input.key === undefined ? undefined : parseVerifierKey(sha256, input.key)
  const witnesses = (input.witnesses ?? []).map((text) => parseVerifierKey(sha256, text))
  const asked = askedReceipts(input.receipts ?? [])

  // "The public log": the genesis, and the definition and keys per district that it commits to.
  const beginning = await readGenesis(read, hasher)
  const { genesis } = beginning
  const key = given ?? genesis?.key
  const { stand, ...commitments } = await standing(read, sha256, genesis)

  // "Certification": read before the checkpoint, because the log may be closed and certified in the
  // meantime.
  const mostBytes = mostCertificationBytes(stand?.election)
  const certification = await read(CERTIFICATION_PATH, mostBytes)
  const opened = await openCertificate(certification, { sha256, verify, mostBytes, key })

  // "The public log": the signed checkpoint. "Witnesses": the newest one that enough of them
  // cosigned.
  const newest = await signedCheckpoint(read, verify, key)
  const cosigned = await cosignedTree(input, key, newest.signed, witnesses)
  const { signed, witnessed } = cosigned

  // "What verifiers check by themselves": checkpoints seen before.
  const seen = await knownTrees(input.seen ?? [], key, verify)
  const known = witnessed ? [...seen.known, witnessed] : seen.known

  // "The public log", "Ballot entry and tracker", "Release", "Result": everything under the
  // checkpoint.
  const before = { known, witnessed, stand, asked: asked.asked, certificate: opened.certificate }
  const contents = signed && (await checkContents(input, { signed, ...before }))

  // "Receipt": whether each promise is from this log, and was kept.
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
