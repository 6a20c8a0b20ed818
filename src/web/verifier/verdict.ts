/** What a report comes to, for people: of the log, and apart from it of the receipt. Pure. */
import type { Finding, FindingCode } from '../../core/verify/finding.ts'
import type { VerifyReport } from '../../core/verify/report.ts'
import type { Session } from '../../verify/session.ts'

/** What may be wrong with a receipt while nothing is wrong with the log. */
const OF_RECEIPT: ReadonlySet<FindingCode> = new Set([
  'receipt-malformed',
  'receipt-other-log',
  'receipt-forged',
  'tracker-not-found',
])

export type Verdict = 'wrong' | 'held-back' | 'open' | 'no-result' | 'result'

/** What speaks against the log. */
export function againstLog({ findings }: VerifyReport): readonly Finding[] {
  return findings.filter(({ code }) => !OF_RECEIPT.has(code))
}

export function isSound(report: VerifyReport): boolean {
  // Past the findings kept one by one there are only more of a kind.
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

/** Undefined where none was asked for, or nothing can be said of one. */
export function receiptVerdict({ receipts, findings }: VerifyReport): ReceiptVerdict | undefined {
  const [receipt] = receipts
  if (receipt === undefined) return undefined
  if (receipt.state !== 'not-found' && receipt.promiseHolds !== false) return receipt.state
  if (findings.some(({ code }) => code === 'receipt-other-log')) return 'other-log'
  if (findings.some(({ code }) => code === 'receipt-forged')) return 'forged'
  return receipt.state
}

/**
 * Whether nobody outside the log vouched for its key: it is the log's own word, now or when this
 * browser first came.
 */
export function isOnTrust({ keyFrom }: Session): boolean {
  return keyFrom !== 'given'
}
