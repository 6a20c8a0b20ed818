/** What a verification says in the end: every check that ran with how much it looked at, and what was found. Pure. */
import type { Finding, FindingCode, FindingList } from './finding.ts'
import type { ReceiptReport } from './receipt.ts'

/** What was looked at, each with the findings it can make. */
const CHECKS = {
  checkpoint: [
    ...([
      'checkpoint-missing',
      'checkpoint-malformed',
      'checkpoint-signature',
      'checkpoint-extension',
    ] as const),
    ...(['origin-differs', 'key-differs'] as const),
  ],
  witnesses: ['cosignature-invalid', 'cosignature-time', 'cosignatures-too-few'],
  genesis: [
    ...([
      'genesis-missing',
      'genesis-invalid',
      'genesis-differs',
      'genesis-repeated',
      'definition-missing',
    ] as const),
    ...(['definition-differs', 'definition-invalid', 'policy-differs', 'districts-missing'] as const),
    ...(['districts-differ', 'districts-invalid', 'election-differs'] as const),
  ],
  bundles: ['bundle-missing', 'bundle-malformed'],
  tiles: ['tile-missing', 'tile-width', 'tile-differs'],
  root: ['root-differs'],
  history: ['rollback', 'split-view', 'rewritten', 'seen-signature'],
  ballots: [
    ...(['entry-invalid', 'entry-not-canonical', 'entry-of-other-election', 'style-unknown'] as const),
    ...(['district-unknown', 'district-not-of-style', 'district-must-not-be-named'] as const),
    ...(['district-must-be-named', 'choices-invalid', 'choices-overvote', 'choices-outside-style'] as const),
    ...(['nonce-repeated', 'entry-after-close'] as const),
  ],
  amendments: [
    ...(['amendment-invalid', 'amendment-reverts', 'amendment-in-future', 'roll-shrunk'] as const),
    'roll-exchanged',
  ],
  keys: ['too-many-ballots', 'close-keys'],
  release: [
    ...(['entries-before-close', 'entries-overdue', 'ballots-before-opening'] as const),
    ...(['released-too-early', 'rest-too-small', 'entries-out-of-order'] as const),
  ],
  end: [
    ...(['end-invalid', 'end-missing', 'end-repeated', 'end-too-early', 'end-ballots'] as const),
    ...(['end-in-future', 'entry-after-end'] as const),
  ],
  close: [
    ...(['close-repeated', 'close-invalid', 'close-too-early', 'close-ballots', 'close-totals'] as const),
    ...(['close-in-future', 'close-overdue'] as const),
  ],
  result: [...(['result-missing', 'result-malformed', 'result-differs', 'close-result'] as const)],
  certification: [
    ...(['certification-malformed', 'certification-signature', 'certification-of-other-election'] as const),
    ...(['certification-checkpoint', 'certification-result', 'certification-names'] as const),
    ...(['certification-figures', 'certification-outcome'] as const),
    ...(['certification-backdated', 'certification-of-open-log'] as const),
    'certification-in-future',
  ],
  receipts: [
    ...([
      'receipt-malformed',
      'receipt-other-log',
      'receipt-forged',
      'promise-broken',
      'tracker-not-found',
    ] as const),
  ],
} as const satisfies Record<string, readonly FindingCode[]>

export type CheckName = keyof typeof CHECKS

export interface CheckReport {
  readonly check: CheckName
  /** What was looked at: signatures, bundles, tiles, hashes, ballots, districts, documents, receipts. */
  readonly count: number
  readonly passed: boolean
}

/** What an amendment changed, as the log says it: the end of voting (ISO 8601), or the keys issued from then on. */
export type AmendmentReport = { readonly leaf: number; readonly at: string } & (
  | { readonly closesAt: string }
  | { readonly keysIssued: number }
)

/** A tie that a lot has decided, as it is certified: titles and names of the definition. */
export interface ByLot {
  readonly contest: string
  readonly elected: readonly string[]
}

export type CertificationReport =
  /** When it was certified, ISO 8601, and by which program. */
  | {
      readonly holds: true
      readonly at: string
      readonly software: string /** Left out where no lot is recorded. */
      readonly lots?: readonly ByLot[]
    }
  /** It is wrong, or the log is, or they could not be compared: nothing that it says is told. */
  | { readonly holds: false }

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

export interface CheckList {
  readonly ran: (check: CheckName, count: number) => void
  readonly reports: (findings: FindingList) => readonly CheckReport[]
}

export function checkList(): CheckList {
  const counts = new Map<CheckName, number>()
  return {
    ran: (check, count) => counts.set(check, (counts.get(check) ?? 0) + count),
    reports: (findings) =>
      (Object.keys(CHECKS) as CheckName[])
        .filter((check) => counts.has(check) || findings.has(...CHECKS[check]))
        .map((check) => ({
          check,
          count: counts.get(check) ?? 0,
          passed: !findings.has(...CHECKS[check]),
        })),
  }
}

/** Every finding belongs to a check, or it would show in none: the type is never. */
export type Unplaced = Exclude<FindingCode, (typeof CHECKS)[CheckName][number]>
