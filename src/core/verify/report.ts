/**
 * What a verification says in the end: every check that ran with how much it looked at, and what
 * was found.
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
   * What was looked at: signatures, bundles, tiles, hashes, ballots, districts, documents,
   * receipts.
   */
  readonly count: number
  readonly passed: boolean
}

export interface VerifyReport {
  /** Whether nothing was found. */
  readonly verified: boolean
  readonly origin: string | null
  readonly election: { readonly id: string; readonly title: string } | null
  /** The key the log was held against, a C2SP verifier key. */
  readonly key: string | null
  /** `given`: it was known before; `genesis`: the log's word for it was taken. */
  readonly keyFrom: 'given' | 'genesis' | null
  /** The log's present checkpoint, where its key signed it: what to keep. */
  readonly checkpoint: { readonly size: number; readonly root: string; readonly note: string } | null
  /** `held-back`: entries are not public before the close, only their hashes were checked. */
  readonly stage: 'open' | 'closed' | 'held-back' | null
  readonly ballots: number
  /**
   * Votes per option of each contest, as the entries add up; null where not every entry was read
   * and sound.
   */
  readonly totals: readonly (readonly number[])[] | null
  readonly keysIssued: number | null
  /** In the order of the log. */
  readonly amendments: readonly AmendmentReport[]
  /** Null where there is none beside the log. */
  readonly certification: CertificationReport | null
  readonly checks: readonly CheckReport[]
  readonly findings: readonly Finding[]
  /** All that were found, also those not listed one by one. */
  readonly findingCount: number
  /** What could not be checked, and why, in words. */
  readonly notChecked: readonly string[]
  readonly receipts: readonly ReceiptReport[]
}

/** Checks that ran, or found something. */
export function checkReports(found: Findings, checked: Checked): readonly CheckReport[] {
  return (Object.keys(CHECKS) as CheckName[]).flatMap((check) => {
    const passed = !hasAny(found, CHECKS[check])
    if (passed && checked[check] === undefined) return []
    return [{ check, count: checked[check] ?? 0, passed }]
  })
}

/** What a report tells besides what the checks found. */
export interface ReportFacts {
  /** The key the log was held against, and whether it was known before. */
  readonly key: VerifierKey | undefined
  readonly isGiven: boolean
  /** The checkpoint that everything was held against. */
  readonly signed: ReadCheckpoint | undefined
  readonly election: Election | undefined
  /** Undefined where there is no checkpoint to read anything under. */
  readonly contents:
    | Pick<VerifyReport, 'stage' | 'ballots' | 'totals' | 'keysIssued' | 'amendments'>
    | undefined
  readonly certificate: Certificate
  readonly receipts: readonly ReceiptReport[]
}

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
