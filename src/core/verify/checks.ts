/** The checks of a verification, in the order in which a report tells them, each with the findings it can make. */
import type { FindingCode } from './finding.ts'

const PLACED = {
  checkpoint: [
    'checkpoint-missing',
    'checkpoint-malformed',
    'checkpoint-signature',
    'checkpoint-extension',
    'origin-differs',
    'key-differs',
  ],
  witnesses: ['cosignature-invalid', 'cosignature-time', 'cosignatures-too-few'],
  genesis: [
    'genesis-missing',
    'genesis-invalid',
    'genesis-differs',
    'genesis-repeated',
    'definition-missing',
    'definition-differs',
    'definition-invalid',
    'policy-differs',
    'districts-missing',
    'districts-differ',
    'districts-invalid',
    'election-differs',
  ],
  bundles: ['bundle-missing', 'bundle-malformed'],
  tiles: ['tile-missing', 'tile-width', 'tile-differs'],
  root: ['root-differs'],
  history: ['rollback', 'split-view', 'rewritten', 'seen-signature'],
  ballots: [
    'entry-invalid',
    'entry-not-canonical',
    'entry-of-other-election',
    'style-unknown',
    'district-unknown',
    'district-not-of-style',
    'district-must-not-be-named',
    'district-must-be-named',
    'choices-invalid',
    'choices-overvote',
    'choices-outside-style',
    'nonce-repeated',
    'entry-after-close',
  ],
  amendments: [
    'amendment-invalid',
    'amendment-reverts',
    'amendment-in-future',
    'roll-shrunk',
    'roll-exchanged',
  ],
  keys: ['too-many-ballots', 'close-keys'],
  release: [
    'entries-before-close',
    'entries-overdue',
    'ballots-before-opening',
    'released-too-early',
    'rest-too-small',
    'entries-out-of-order',
  ],
  end: [
    'end-invalid',
    'end-missing',
    'end-repeated',
    'end-too-early',
    'end-ballots',
    'end-in-future',
    'entry-after-end',
  ],
  close: [
    'close-repeated',
    'close-invalid',
    'close-too-early',
    'close-ballots',
    'close-totals',
    'close-in-future',
    'close-overdue',
  ],
  result: ['result-missing', 'result-malformed', 'result-differs', 'close-result'],
  certification: [
    'certification-malformed',
    'certification-signature',
    'certification-of-other-election',
    'certification-checkpoint',
    'certification-result',
    'certification-names',
    'certification-figures',
    'certification-outcome',
    'certification-backdated',
    'certification-of-open-log',
    'certification-in-future',
  ],
  receipts: [
    'receipt-malformed',
    'receipt-other-log',
    'receipt-forged',
    'promise-broken',
    'tracker-not-found',
  ],
} as const satisfies Record<string, readonly FindingCode[]>

export type CheckName = keyof typeof PLACED

/** Findings that belong to no check, and so would show in none. */
type Unplaced = Exclude<FindingCode, (typeof PLACED)[CheckName][number]>

/** Compiles only while every finding belongs to a check. */
export const CHECKS: [Unplaced] extends [never]
  ? Readonly<Record<CheckName, readonly FindingCode[]>>
  : never = PLACED
