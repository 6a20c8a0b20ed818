/** The verdicts of a report for people: one on the log, and a separate one on the receipt. */
import type { Finding, FindingCode } from '../../core/verify/finding.ts'
import type { VerifyReport } from '../../core/verify/report.ts'
import type { Session } from '../../verify/session.ts'

/** Findings about a receipt that say nothing against the log. */
const OF_RECEIPT: ReadonlySet<FindingCode> = new Set([
  'receipt-malformed',
  'receipt-other-log',
  'receipt-forged',
  'tracker-not-found',
])

export type Verdict = 'wrong' | 'held-back' | 'open' | 'no-result' | 'result'

/** The findings against the log. */
export function againstLog({ findings }: VerifyReport): readonly Finding[] {
  return findings.filter(({ code }) => !OF_RECEIPT.has(code))
}

export function isSound(report: VerifyReport): boolean {
  // Findings beyond those listed are only more of the same kinds.
  return againstLog(report).length === 0 && report.checkpoint !== null
}

export function verdictOf(report: VerifyReport): Verdict {
  if (!isSound(report)) return 'wrong'
  if (report.stage === 'held-back') return 'held-back'
  if (report.stage !== 'closed') return 'open'
  return report.checks.some(({ check, passed }) => check === 'result' && passed) ? 'result' : 'no-result'
}

export type ReceiptVerdict =
  | 'published'
  | 'not-yet-due'
  | 'promise-broken'
  | 'not-found'
  | 'other-log'
  | 'forged'
  | 'unknown'

/** Returns undefined if the reader asked about no receipt. */
export function receiptVerdict({ receipts, findings }: VerifyReport): ReceiptVerdict | undefined {
  const [receipt] = receipts
  if (receipt === undefined) return undefined
  if (receipt.state !== 'not-found' && receipt.promiseHolds !== false) return receipt.state
  if (findings.some(({ code }) => code === 'receipt-other-log')) return 'other-log'
  if (findings.some(({ code }) => code === 'receipt-forged')) return 'forged'
  return receipt.state
}

/**
 * Whether the key comes only from the log itself, now or at this browser's first visit, and no one
 * outside the log has vouched for it.
 */
export function isOnTrust({ keyFrom }: Session): boolean {
  return keyFrom !== 'given'
}
