/**
 * The report of a verification: every check that ran, with the number of things it checked, and all
 * findings.
 */
import type { Election } from '../election/definition.ts'
import { base64 } from '../tlog/base64.ts'
import { formatVerifierKey, type VerifierKey } from '../tlog/note-key.ts'
import type { AmendmentReport } from './amendments.ts'
import { type Certificate, type CertificationReport, certificationReport } from './certification.ts'
import { CHECKS, type CheckName, type Finding } from './finding.ts'
import { type Checked, countOf, type Findings, type Found, hasAny } from './found.ts'
import type { ReceiptReport } from './receipt.ts'
import type { ReadCheckpoint } from './signature.ts'

export interface CheckReport {
  readonly check: CheckName
  /**
   * How many things were checked: signatures, bundles, tiles, hashes, ballots, districts, documents
   * or receipts.
   */
  readonly count: number
  readonly passed: boolean
}

export interface VerifyReport {
  /** Whether there are no findings. */
  readonly verified: boolean
  readonly origin: string | null
  readonly election: { readonly id: string; readonly title: string } | null
  /** The key that the log was verified with, a C2SP verifier key. */
  readonly key: string | null
  /**
   * `given`: the key was known before. `genesis`: the key is only what the log states about itself.
   */
  readonly keyFrom: 'given' | 'genesis' | null
  /**
   * The present checkpoint, which the verifier should keep; null if the log's key did not sign it.
   */
  readonly checkpoint: { readonly size: number; readonly root: string; readonly note: string } | null
  /** `held-back`: entries are not public before the close, so only their hashes were checked. */
  readonly stage: 'open' | 'closed' | 'held-back' | null
  readonly ballots: number
  /**
   * Votes per option of each contest, as counted from the entries; null if not every entry was read
   * and valid.
   */
  readonly totals: readonly (readonly number[])[] | null
  readonly keysIssued: number | null
  /** In the order of the log. */
  readonly amendments: readonly AmendmentReport[]
  /** Null if the log has no certification. */
  readonly certification: CertificationReport | null
  readonly checks: readonly CheckReport[]
  readonly findings: readonly Finding[]
  /** The number of all findings, including those that `findings` does not list. */
  readonly findingCount: number
  /** What could not be checked and why, as sentences. */
  readonly notChecked: readonly string[]
  readonly receipts: readonly ReceiptReport[]
}

/** @returns a report for each check that ran or has findings, in the order of {@link CHECKS} */
export function checkReports(found: Findings, checked: Checked): readonly CheckReport[] {
  return (Object.keys(CHECKS) as CheckName[]).flatMap((check) => {
    const passed = !hasAny(found, CHECKS[check])
    if (passed && checked[check] === undefined) return []
    return [{ check, count: checked[check] ?? 0, passed }]
  })
}

/** What a report contains apart from the results of the checks. */
export interface ReportFacts {
  /** The key that the log was verified with. */
  readonly key: VerifierKey | undefined
  readonly isGiven: boolean
  /** The checkpoint that everything was compared with. */
  readonly signed: ReadCheckpoint | undefined
  readonly election: Election | undefined
  /** Undefined if there is no valid checkpoint. */
  readonly contents:
    | Pick<VerifyReport, 'stage' | 'ballots' | 'totals' | 'keysIssued' | 'amendments'>
    | undefined
  readonly certificate: Certificate
  readonly receipts: readonly ReceiptReport[]
}

/**
 * Builds the report.
 * @param found the sum of all checks
 */
export function reportOf(found: Required<Found>, facts: ReportFacts): VerifyReport {
  const { key, isGiven, signed, election, contents, certificate, receipts } = facts
  const { findings, checked, notChecked } = found
  const checks = checkReports(found, checked)
  const isSound = checks.every(({ check, passed }) => passed || check === 'receipts')
  return {
    verified: findings.length === 0,
    origin: signed?.checkpoint.origin ?? key?.name ?? null,
    election: election === undefined ? null : { id: election.id, title: election.title },
    key: key === undefined ? null : formatVerifierKey(key),
    keyFrom: isGiven ? 'given' : key !== undefined ? 'genesis' : null,
    checkpoint:
      signed === undefined
        ? null
        : { size: signed.checkpoint.size, root: base64(signed.checkpoint.root), note: signed.text },
    stage: contents?.stage ?? null,
    ballots: contents?.ballots ?? 0,
    totals: contents?.totals ?? null,
    keysIssued: contents?.keysIssued ?? null,
    amendments: contents?.amendments ?? [],
    certification: certificationReport(certificate, isSound && checked.certification !== undefined),
    checks,
    findings,
    findingCount: countOf(found),
    notChecked,
    receipts,
  }
}
