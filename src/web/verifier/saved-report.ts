/** The files of a check that a reader can save. */
import type { FindingCode } from '../../core/verify/finding.ts'
import { knownLog, type Memory } from '../../core/verify/memory.ts'
import type { VerifyReport } from '../../core/verify/report.ts'
import type { Outcome } from './job.ts'

/** Findings whose text contains a tracker. */
const TELLING: ReadonlySet<FindingCode> = new Set(['promise-broken', 'tracker-not-found'])

/**
 * The report as JSON. It has nothing from a receipt, because people pass reports on, and a tracker
 * shows how somebody voted.
 */
export function reportText({ report, place, keyFrom, seconds }: Outcome, nowMs: number): string {
  return pretty({
    checkedAt: new Date(nowMs).toISOString(),
    where: place,
    seconds,
    ...withoutReceipt(report),
    keyFrom,
  })
}

/**
 * Evidence that anyone can check: the receipt or the earlier checkpoints, the log's key, and the
 * checkpoint that differs.
 */
export function evidenceText(outcome: Outcome, receipt: string, memory: Memory, nowMs: number): string {
  const { report, place } = outcome
  const broken = report.receipts.some(({ state }) => state === 'promise-broken')
  const known = knownLog(memory, report.key)
  return pretty({
    checkedAt: new Date(nowMs).toISOString(),
    where: place,
    key: report.key,
    checkpoint: report.checkpoint?.note ?? null,
    ...(broken ? { receipt: JSON.parse(receipt) as unknown } : {}),
    seenBefore: (known?.checkpoints ?? []).map(({ note, seenAtMs }) => ({
      note,
      seenAt: new Date(seenAtMs).toISOString(),
    })),
    findings: withoutReceipt(report).findings,
  })
}

/** Whether the findings include something that anyone can check. */
export function isEvidence({ findings }: VerifyReport): boolean {
  return findings.some(({ code }) =>
    (['promise-broken', 'rollback', 'split-view', 'rewritten', 'key-differs'] as FindingCode[]).includes(
      code,
    ),
  )
}

function withoutReceipt({ receipts: _receipts, findings, ...report }: VerifyReport) {
  return {
    ...report,
    findings: findings.map(({ code, message, ...where }) => ({
      code,
      message: TELLING.has(code) ? message.split(':', 1)[0]! : message,
      ...where,
    })),
  }
}

const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
