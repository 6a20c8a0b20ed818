/**
 * Certify: a closed log that was verified to the last entry, and its result, become a signed document; once, and the
 * same ever after. No I/O of its own.
 */
import type { Election } from '../core/election/definition.ts'
import { certificationOf, formatCertification, openCertification } from '../core/log/certification.ts'
import type { Certification } from '../core/log/certification-form.ts'
import type { ShownResult } from '../core/tally/shown.ts'
import { sha256Hex } from '../core/tlog/bytes.ts'
import { Malformed } from '../core/tlog/malformed.ts'
import type { Sha256 } from '../core/tlog/merkle.ts'
import { parseNote, type Verify } from '../core/tlog/note.ts'
import type { VerifyReport } from '../core/verify/report.ts'
import type { LogSigner } from '../ports/log-signer.ts'

export interface CertifyInput {
  /** Of this log, held against `resultBytes`. */
  readonly report: VerifyReport
  readonly election: Election
  readonly result: ShownResult
  readonly resultBytes: Uint8Array
  /** The document that is there already. */
  readonly existing: Uint8Array | undefined
  readonly atMs: number
  readonly software: string
  readonly signer: LogSigner
  readonly sha256: Sha256
  readonly verify: Verify
}

export type CertifyEnd =
  | { readonly end: 'certified'; readonly certification: Certification; readonly text: string }
  /** It was before, and nothing has changed. */
  | { readonly end: 'was-certified'; readonly certification: Certification }
  | { readonly end: 'not-closed' }
  | { readonly end: 'not-verified' }
  | { readonly end: 'not-all-checked' }
  | { readonly end: 'existing-invalid'; readonly why: string }
  /** There is a certification of something else. */
  | { readonly end: 'differs'; readonly certification: Certification; readonly why: string }

export async function certify(input: CertifyInput): Promise<CertifyEnd> {
  const { report, signer, sha256 } = input
  const { checkpoint, keysIssued } = report
  if (!report.verified || checkpoint === null || keysIssued === null) return { end: 'not-verified' }
  if (report.stage !== 'closed') return { end: 'not-closed' }
  if (report.notChecked.length > 0) return { end: 'not-all-checked' }
  const now = certificationOf({
    ...{ election: input.election, result: input.result, keysIssued },
    ...{ atMs: input.atMs, software: input.software },
    resultSha256: sha256Hex(sha256, input.resultBytes),
    log: { key: signer.verifierKey, checkpoint: checkpoint.note },
    checked: report.checks.map(({ check, count }) => ({ check, count })),
  })
  if (input.existing === undefined)
    return { end: 'certified', certification: now, text: formatCertification(sha256, signer, now) }
  let before: Certification
  try {
    before = await openCertification(sha256, input.verify, signer.verifierKey, input.existing)
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause
    return { end: 'existing-invalid', why: cause.message }
  }
  const why = differenceOf(before, now)
  if (why !== undefined) return { end: 'differs', certification: before, why }
  return { end: 'was-certified', certification: before }
}

/** What was certified and is no longer so; undefined where it still is. */
function differenceOf(before: Certification, now: Certification): string | undefined {
  const { title, contests, keys_issued, keys_used, result_sha256 } = now
  if (parseNote(before.log.checkpoint).text !== parseNote(now.log.checkpoint).text)
    return 'the log had another last checkpoint'
  if (before.result_sha256 !== result_sha256) return `the result was ${before.result_sha256}`
  const same =
    JSON.stringify([before.election, before.title, before.contests, before.keys_issued, before.keys_used]) ===
    JSON.stringify([now.election, title, contests, keys_issued, keys_used])
  return same ? undefined : 'names or totals in it are others'
}
