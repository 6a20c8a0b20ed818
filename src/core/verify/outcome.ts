/** How an election ended: the close, the certification and the published result against the ballots. */

import type { PluralityTally } from '../tally/plurality.ts'
import { sha256Hex } from '../tlog/bytes.ts'
import type { TreeHasher } from '../tlog/merkle.ts'
import type { VerifyEd25519 } from '../tlog/signature.ts'
import type { LogCourse } from './amendments.ts'
import type { EntryRules } from './ballot.ts'
import { mostResultBytes } from './bounds.ts'
import { type Certificate, certificateOfOpenLog, checkCertificate } from './certification.ts'
import { checkClose, checkResult } from './count.ts'
import { addedUp, type Found, looked, NOTHING, unchecked, wrong } from './found.ts'
import type { ReadCheckpoint } from './signature.ts'

/**
 * The published result document; null where there is none. Left out, or undefined, it is not compared. As a function it
 * is asked for once the log is known to be closed, and for no more bytes than the election can make.
 */
export type PublishedResult =
  | Uint8Array
  | null
  | undefined
  | ((mostBytes: number) => Promise<Uint8Array | null | undefined>)

interface OutcomeInput {
  readonly hasher: TreeHasher
  readonly verify: VerifyEd25519
  readonly nowMs: number
  readonly result?: PublishedResult
}

/** A log of which every entry is sound. */
export interface SoundLog {
  readonly rules: EntryRules
  readonly course: LogCourse
  readonly tally: PluralityTally
  readonly signed: ReadCheckpoint
  readonly certificate: Certificate
}

/** Of a log that is not closed yet, that there is nothing to compare. */
export async function checkOutcome(input: OutcomeInput, log: SoundLog): Promise<Found> {
  const { verify, nowMs } = input
  const { rules, course, tally, signed, certificate } = log
  const close = course.close()
  if (close === undefined) {
    const why =
      nowMs < course.ends().at(-1)!
        ? 'the published result: voting goes on, and it moves with the count'
        : 'the published result: voting has ended, but the log is not closed yet'
    return addedUp([certificateOfOpenLog(certificate), unchecked(why)])
  }
  const { election } = rules
  const keysIssued = course.keysIssued()
  const isLast = close.leaf === signed.checkpoint.size - 1
  const closed = { election, tally, keysIssued, eligible: course.eligible(), close: close.record, signed }
  return addedUp([
    looked('close', 1),
    isLast ? NOTHING : wrong('entry-after-close', { leaf: close.leaf + 1 }),
    checkClose(close, election, tally, keysIssued),
    await checkCertificate(certificate, closed, verify, nowMs),
    await checkPublished(input, rules, tally, close.record.resultSha256),
  ])
}

/** @param resultSha256 the document that the close names */
async function checkPublished(
  { hasher, result: given }: OutcomeInput,
  rules: EntryRules,
  tally: PluralityTally,
  resultSha256: string,
): Promise<Found> {
  const result = typeof given === 'function' ? await given(mostResultBytes(rules.election)) : given
  if (result === undefined) return unchecked('the published result: none was handed in')
  if (result === null) return wrong('result-missing')
  const isNamed = sha256Hex(hasher.sha256, result) === resultSha256
  return addedUp([
    looked('result', 1),
    isNamed ? NOTHING : wrong('close-result'),
    checkResult(result, rules, tally),
  ])
}
