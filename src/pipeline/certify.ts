/**
 * Certify: a closed log that was verified to the last entry, and its result, become a signed
 * document; once, and the same ever after. No I/O of its own.
 */
import type { Election } from '../core/election/definition.ts'
import { certificationOf, formatCertification, lotsOf, openCertification } from '../core/log/certification.ts'
import type { Certification } from '../core/log/certification-form.ts'
import type { Lots } from '../core/tally/contest-outcome.ts'
import { NoSuchLot } from '../core/tally/outcome.ts'
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
  /** Keys issued per district. */
  readonly eligible: ArrayLike<number>
  /** What lots have chosen, beside those that are certified already. */
  readonly lots: Lots
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
  /** A lot is recorded where nothing was tied, or for others than the tied. */
  | { readonly end: 'no-such-lot'; readonly why: string }
  /** There is a certification of something else. */
  | { readonly end: 'differs'; readonly certification: Certification; readonly why: string }

/**
 * One certification per log. It is written again in one case: to record the lot for a tie that the
 * one before leaves undecided. A lot that is recorded stands.
 */
export async function certify(input: CertifyInput): Promise<CertifyEnd> {
  const { report, signer, sha256, existing } = input
  if (!report.verified || report.checkpoint === null || report.keysIssued === null)
    return { end: 'not-verified' }
  if (report.stage !== 'closed') return { end: 'not-closed' }
  if (report.notChecked.length > 0) return { end: 'not-all-checked' }
  let before: Certification | undefined
  try {
    before = existing && (await openCertification(sha256, input.verify, signer.verifierKey, existing))
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause
    return { end: 'existing-invalid', why: cause.message }
  }
  const lotsBefore = before === undefined ? new Map() : lotsOf(before)
  const unknown = [...input.lots.keys()].find((id) => !input.election.contests.some((each) => each.id === id))
  if (unknown !== undefined) return { end: 'no-such-lot', why: `there is no contest "${unknown}"` }
  try {
    const why =
      before && differenceOf(before, statementNow(input, { format: before.format, lots: lotsBefore }))
    if (before && why !== undefined) return { end: 'differs', certification: before, why }
    const drawn = [...input.lots].filter(
      ([id, lot]) => JSON.stringify(lotsBefore.get(id)) !== JSON.stringify(lot),
    )
    const again = drawn.find(([id]) => lotsBefore.has(id))
    if (before && again !== undefined)
      return {
        end: 'differs',
        certification: before,
        why: `contest "${again[0]}" was decided by another lot`,
      }
    if (before && drawn.length === 0) return { end: 'was-certified', certification: before }
    const now = statementNow(input, { lots: new Map([...lotsBefore, ...drawn]) })
    return { end: 'certified', certification: now, text: formatCertification(sha256, signer, now) }
  } catch (cause) {
    if (!(cause instanceof NoSuchLot)) throw cause
    return { end: 'no-such-lot', why: cause.message }
  }
}

/** What is certified now, in the words of a format. @throws {NoSuchLot} */
function statementNow(
  { election, result, eligible, atMs, software, sha256, resultBytes, report, signer }: CertifyInput,
  as: { readonly format?: Certification['format']; readonly lots: Lots },
): Certification {
  return certificationOf({
    ...{ ...as, election, result, eligible, atMs, software, keysIssued: report.keysIssued! },
    resultSha256: sha256Hex(sha256, resultBytes),
    log: { key: signer.verifierKey, checkpoint: report.checkpoint!.note },
    checked: report.checks.map(({ check, count }) => ({ check, count })),
  })
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
  return same ? undefined : 'names, totals or winners in it are others'
}
