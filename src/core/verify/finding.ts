/**
 * The findings of a verification: everything that can be wrong with a log, each with a code, a
 * sentence, and the check that reports it. The codes never change; the sentences may.
 */

export const FINDINGS = {
  'checkpoint-missing': 'the log has no checkpoint',
  'checkpoint-malformed': 'the checkpoint is malformed',
  'checkpoint-signature': 'the checkpoint is not signed by the log’s key',
  'checkpoint-extension': 'the checkpoint states more than origin, size and root',
  'origin-differs': 'the checkpoint belongs to another log',
  'key-differs': 'the log names another key than the key it is known by',
  'election-differs': 'the log belongs to another election than the one asked for',
  'genesis-missing': 'the genesis is missing',
  'genesis-invalid': 'the genesis is invalid',
  'genesis-differs': 'genesis.json differs from the log’s first entry',
  'genesis-repeated': 'the log has a second genesis',
  'definition-missing': 'the definition is missing',
  'definition-differs': 'the definition is not the one that the genesis commits to',
  'definition-invalid': 'the definition is invalid',
  'policy-differs': 'the genesis states another release policy than the definition',
  'districts-missing': 'the numbers of keys per district are missing',
  'districts-differ': 'the numbers of keys per district are not the ones that the log commits to',
  'districts-invalid': 'the numbers of keys per district do not fit the election',
  'roll-shrunk': 'a district has fewer keys than before',
  'bundle-missing': 'an entry bundle is missing',
  'bundle-malformed': 'an entry bundle is malformed or has the wrong number of entries',
  'tile-missing': 'a tile is missing',
  'tile-width': 'a tile has the wrong number of hashes',
  'tile-differs': 'a tile differs from the one computed from the entries',
  'root-differs': 'the root computed from the entries differs from the root in the checkpoint',
  'entry-invalid': 'an entry is neither a valid ballot nor another entry that the protocol defines',
  'entry-not-canonical': 'an entry is not written in the exact form of the protocol',
  'entry-of-other-election': 'an entry belongs to another election',
  'style-unknown': 'a ballot names a ballot style that is not in the election',
  'district-unknown': 'a ballot names a district that is not in the election',
  'district-not-of-style': 'a ballot names a district that votes by another ballot style',
  'district-must-not-be-named': 'a ballot names a district that is too small to be named',
  'district-must-be-named':
    'a ballot names no district, but no district of its ballot style is too small to be named',
  'choices-invalid': 'a ballot’s choices are not valid in this election',
  'choices-overvote': 'a ballot has more votes in a contest than one voter has',
  'choices-outside-style': 'a ballot votes in a contest that is not on its ballot style',
  'nonce-repeated': 'two ballots have the same nonce: one is a copy',
  'amendment-invalid': 'an amendment is invalid',
  'amendment-reverts': 'an amendment takes back or backdates what was in force',
  'amendment-in-future': 'an amendment is dated in the future, by this verifier’s clock',
  'roll-exchanged': 'an amendment replaces the voter roll without adding a key',
  'end-invalid': 'an end of voting is invalid',
  'end-missing': 'the log was closed without an end of voting before the close',
  'end-repeated': 'the log has a second end of voting',
  'end-in-future': 'the end of voting is dated in the future, by this verifier’s clock',
  'end-too-early': 'the end of voting is dated before voting had ended',
  'end-ballots': 'the end of voting states another number of ballots than there are',
  'entry-after-end': 'an entry between the end of voting and the close is not a ballot',
  'entries-out-of-order': 'the ballots after the end of voting are not in ascending order of their hashes',
  'rest-too-small': 'a district has ballots before the end of voting, and too few after it',
  'close-repeated': 'the log has a second close',
  'close-invalid': 'a close is invalid',
  'close-too-early': 'the close is dated before voting had ended',
  'close-in-future': 'the close is dated in the future, by this verifier’s clock',
  'close-overdue': 'voting ended more than 24 hours ago, but the log is not closed',
  'entry-after-close': 'the log has an entry after the close',
  'close-ballots': 'the close states another number of ballots than there are',
  'close-keys': 'the close states another number of keys than were issued or used',
  'close-totals': 'the close states other totals than the ballots add up to',
  'close-result': 'the published result is not the one that the close commits to',
  'too-many-ballots': 'there are more ballots than keys',
  'entries-before-close': 'entries are public before the close, against the release policy',
  'entries-overdue': 'voting ended more than 24 hours ago, but the entries are not public',
  'ballots-before-opening': 'the log has ballots, but voting has not opened',
  'released-too-early': 'ballots were public when they had to be held',
  'result-missing': 'there is no published result',
  'result-malformed': 'the published result is malformed',
  'result-differs': 'the published result differs from the count of the ballots',
  'certification-malformed': 'the certification is malformed',
  'certification-signature': 'the certification is not signed by the log’s key',
  'certification-of-other-election': 'the certification belongs to another election',
  'certification-checkpoint': 'the certification is for another checkpoint than the log’s',
  'certification-result': 'the certification names another result than the close',
  'certification-names': 'names in the certification differ from the definition',
  'certification-figures': 'figures in the certification differ from the log',
  'certification-outcome': 'winners in the certification differ from what the votes decide',
  'certification-backdated': 'the certification is dated before the close',
  'certification-in-future': 'the certification is dated in the future, by this verifier’s clock',
  'certification-of-open-log': 'the certification is for a log that is not closed',
  rollback: 'the log has fewer entries than before',
  'split-view': 'the log has shown two different trees of the same size',
  rewritten: 'the log no longer begins with the entries that it had before',
  'seen-signature': 'a checkpoint that was kept as seen is not signed by the log’s key',
  'cosignature-invalid': 'a witness’s cosignature is invalid',
  'cosignature-time': 'a witness’s cosignature has an impossible time',
  'cosignatures-too-few': 'too few witnesses have cosigned the checkpoint',
  'receipt-malformed': 'the receipt is malformed',
  'receipt-other-log': 'the receipt belongs to another log',
  'receipt-forged': 'the receipt’s promise is not signed by the log’s key',
  'promise-broken': 'the log promised to publish this ballot by now, and has not',
  'tracker-not-found': 'no entry of the log has this tracker',
} as const satisfies Record<string, string>

export type FindingCode = keyof typeof FINDINGS

/**
 * The checks of a verification, in the order of a report, each with the findings it can report.
 */
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

/** Findings that belong to no check, so that no check of a report would fail for them. */
type Unplaced = Exclude<FindingCode, (typeof PLACED)[CheckName][number]>

/** Compiles only while every finding belongs to a check. */
export const CHECKS: [Unplaced] extends [never]
  ? Readonly<Record<CheckName, readonly FindingCode[]>>
  : never = PLACED

export interface Finding {
  readonly code: FindingCode
  /** What is wrong in this log: the sentence of the code, then a detail after a colon. */
  readonly message: string
  /** The path of the resource concerned, below `log/`. */
  readonly path?: string
  /** The index of the leaf concerned; the first leaf is 0. */
  readonly leaf?: number
}

export type Where = Pick<Finding, 'path' | 'leaf'>

/**
 * Builds a finding.
 * @param detail what exactly is wrong, appended to the sentence of the code after a colon
 */
export function finding(code: FindingCode, where: Where = {}, detail?: string): Finding {
  return { code, message: detail === undefined ? FINDINGS[code] : `${FINDINGS[code]}: ${detail}`, ...where }
}
