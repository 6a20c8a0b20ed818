/**
 * What verification can find wrong with a log, each under a name of its own, and the check that
 * finds it.
 */

export const FINDINGS = {
  'checkpoint-missing': 'there is no checkpoint',
  'checkpoint-malformed': 'the checkpoint is not one',
  'checkpoint-signature': 'the checkpoint is not signed by the log’s key',
  'checkpoint-extension': 'the checkpoint says more than origin, size and root',
  'origin-differs': 'the checkpoint is of another log',
  'key-differs': 'the log names another key than the one that is known',
  'election-differs': 'the log is of another election than was asked for',
  'genesis-missing': 'there is no genesis',
  'genesis-invalid': 'the first entry is no genesis as the protocol has it',
  'genesis-differs': 'genesis.json is not the log’s first entry',
  'genesis-repeated': 'there is a second genesis',
  'definition-missing': 'there is no definition',
  'definition-differs': 'the definition is not the one of the genesis',
  'definition-invalid': 'the definition describes no election',
  'policy-differs': 'the genesis promises another release than the definition',
  'districts-missing': 'the numbers of keys per district are missing',
  'districts-differ': 'the numbers of keys per district are not those the log commits to',
  'districts-invalid': 'the numbers of keys per district do not fit the election',
  'roll-shrunk': 'a district has fewer keys than before',
  'bundle-missing': 'an entry bundle is missing',
  'bundle-malformed': 'an entry bundle does not hold the entries it must',
  'tile-missing': 'a tile is missing',
  'tile-width': 'a tile does not hold as many hashes as it must',
  'tile-differs': 'a tile is not the one that the entries make',
  'root-differs': 'the entries do not make the tree that the checkpoint names',
  'entry-invalid': 'an entry is none that the protocol knows',
  'entry-not-canonical': 'an entry is not written as the protocol has it',
  'entry-of-other-election': 'an entry belongs to another election',
  'style-unknown': 'a ballot has a ballot style that the election does not',
  'district-unknown': 'a ballot names a district that the election does not have',
  'district-not-of-style': 'a ballot’s district votes by another ballot style',
  'district-must-not-be-named': 'a ballot names a district too small to be named',
  'district-must-be-named': 'a ballot names no district, and its style has none too small to be named',
  'choices-invalid': 'a ballot’s choices are none the election has',
  'choices-overvote': 'a ballot has more votes in a contest than a voter',
  'choices-outside-style': 'a ballot votes in a contest that its style does not carry',
  'nonce-repeated': 'two ballots have one nonce: one is a copy',
  'amendment-invalid': 'an amendment is none as the protocol has it',
  'amendment-reverts': 'an amendment undoes or backdates what was so before',
  'amendment-in-future': 'an amendment is dated in the future, by this verifier’s clock',
  'roll-exchanged': 'an amendment exchanges the voter roll and gives nobody a key',
  'end-invalid': 'an end of voting is not written as the protocol has it',
  'end-missing': 'the log was closed without an end of voting before it',
  'end-repeated': 'there is a second end of voting',
  'end-in-future': 'the end of voting is dated in the future, by this verifier’s clock',
  'end-too-early': 'the log ended voting before it had ended',
  'end-ballots': 'the end of voting counts other ballots than there are',
  'entry-after-end': 'there is an entry between the end of voting and the close that is no ballot',
  'entries-out-of-order': 'the ballots after the end of voting are not in the order of their hashes',
  'rest-too-small': 'too few ballots of a district were told after the end of voting, and others before',
  'close-repeated': 'there is a second close',
  'close-invalid': 'a close is none as the protocol has it',
  'close-too-early': 'the log was closed before voting had ended',
  'close-in-future': 'the close is dated in the future, by this verifier’s clock',
  'close-overdue': 'voting ended long ago, and the log is not closed',
  'entry-after-close': 'there is an entry after the close',
  'close-ballots': 'the close counts other ballots than there are',
  'close-keys': 'the close counts other keys than were issued or used',
  'close-totals': 'the close says other totals than the ballots',
  'close-result': 'the published result is not the one the close names',
  'too-many-ballots': 'there are more ballots than keys',
  'entries-before-close': 'entries are public before the close, against the release policy',
  'entries-overdue': 'voting ended long ago, and the entries are still not public',
  'ballots-before-opening': 'there are ballots, and voting has not begun',
  'released-too-early': 'ballots are public that had to be held back then',
  'result-missing': 'there is no published result',
  'result-malformed': 'the published result is no result document',
  'result-differs': 'the published result is not what the ballots say',
  'certification-malformed': 'the certification is none as the protocol has it',
  'certification-signature': 'the certification is not signed by the log’s key',
  'certification-of-other-election': 'the certification is of another election',
  'certification-checkpoint': 'the certification is of another checkpoint',
  'certification-result': 'the certification names another result than the close',
  'certification-names': 'the certification has other names than the definition',
  'certification-figures': 'the certification has other figures than the ballots',
  'certification-outcome': 'the certification has other winners than the votes',
  'certification-backdated': 'the certification is dated before the close',
  'certification-in-future': 'the certification is dated in the future, by this verifier’s clock',
  'certification-of-open-log': 'the certification is of a log that is not closed',
  rollback: 'the log has fewer entries than it had before',
  'split-view': 'the log has shown somebody another tree of the same size',
  rewritten: 'the log no longer begins with the entries it had before',
  'seen-signature': 'a checkpoint said to be seen before is not signed by the log’s key',
  'cosignature-invalid': 'a witness’s cosignature is wrong',
  'cosignature-time': 'a witness’s cosignature is of a time at which it cannot have been made',
  'cosignatures-too-few': 'too few witnesses have cosigned the checkpoint',
  'receipt-malformed': 'the receipt is none',
  'receipt-other-log': 'the receipt is of another log',
  'receipt-forged': 'the log’s key did not sign the receipt’s promise',
  'promise-broken': 'the log promised to hold this ballot by now, and does not',
  'tracker-not-found': 'no entry has this tracker',
} as const satisfies Record<string, string>

export type FindingCode = keyof typeof FINDINGS

/**
 * The checks of a verification, in the order in which a report tells them, each with the findings
 * it can make.
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

/** Findings that belong to no check, and so would show in none. */
type Unplaced = Exclude<FindingCode, (typeof PLACED)[CheckName][number]>

/** Compiles only while every finding belongs to a check. */
export const CHECKS: [Unplaced] extends [never]
  ? Readonly<Record<CheckName, readonly FindingCode[]>>
  : never = PLACED

export interface Finding {
  readonly code: FindingCode
  /** What is wrong, here, in words. */
  readonly message: string
  /** The resource it is about, below `log/`. */
  readonly path?: string
  /** The leaf it is about, counted from 0. */
  readonly leaf?: number
}

export type Where = Pick<Finding, 'path' | 'leaf'>

export function finding(code: FindingCode, where: Where = {}, detail?: string): Finding {
  return { code, message: detail === undefined ? FINDINGS[code] : `${FINDINGS[code]}: ${detail}`, ...where }
}
