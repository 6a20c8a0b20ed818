/** The report of a verification as a table for people. */
import { printable } from '../core/printable.ts'
import type { CheckName, Finding } from '../core/verify/finding.ts'
import type { ReceiptReport } from '../core/verify/receipt.ts'
import type { CheckReport, VerifyReport } from '../core/verify/report.ts'

export interface VerifyContext {
  /** Where the log was read. */
  readonly where: string
  readonly seconds: number
  /** Why the key is trusted, in words. */
  readonly keyWords: string
}

const number = (value: number) => value.toLocaleString('en')

/** Each check in words, and the unit of its count in the singular and the plural. */
const WORDS: Readonly<Record<CheckName, readonly [string, string, string]>> = {
  checkpoint: ['checkpoint signed by the log’s key', 'signature', 'signatures'],
  witnesses: ['checkpoint cosigned by witnesses', 'witness', 'witnesses'],
  genesis: ['genesis, definition and keys per district', 'genesis', 'geneses'],
  bundles: ['entry bundles complete', 'bundle', 'bundles'],
  tiles: ['tiles rebuilt from the entries and compared', 'tile', 'tiles'],
  root: ['interior hashes up to the checkpoint’s root', 'hash', 'hashes'],
  history: ['contains what earlier checkpoints contained', 'checkpoint', 'checkpoints'],
  ballots: ['ballots fit their ballot styles, no duplicates', 'ballot', 'ballots'],
  amendments: ['amendments in order', 'amendment', 'amendments'],
  keys: ['no more ballots than keys', 'district', 'districts'],
  release: ['no ballot was public too early', 'checkpoint', 'checkpoints'],
  end: ['end of voting: ballots counted, only ballots after', 'end', 'ends'],
  close: ['close: ballots, keys and totals recounted', 'close', 'closes'],
  result: ['published result equals the recount', 'document', 'documents'],
  certification: ['certification equals the recount and the log', 'document', 'documents'],
  receipts: ['receipts', 'receipt', 'receipts'],
}
const MOST_AMENDMENTS = 20

export function verifyTable(report: VerifyReport, { where, seconds, keyWords }: VerifyContext): string {
  const { election, origin, checkpoint, stage, key } = report
  const size = checkpoint === null ? '' : `, ${number(checkpoint.size)} entries`
  const head = [
    election === null ? 'Election unknown' : `${printable(election.title)} (${election.id})`,
    `  read at   ${printable(where)}`,
    '  log       ' +
      `${origin === null ? 'unknown' : printable(origin)}${size}` +
      `${stage === null ? '' : `, ${STAGES[stage]}`}`,
    ...(key === null ? [] : [`  key       ${printable(key)}`, `            ${keyWords}`]),
    ...(checkpoint === null ? [] : [`  root      ${checkpoint.root}`]),
    ...amendmentLines(report),
    ...certificationLine(report),
  ]
  const checks = report.checks.filter(({ count, passed }) => count > 0 || !passed).map(checkLine)
  const findings = report.findings.map(
    (each) => `  ✗ ${each.code}: ${printable(each.message)}${whereOf(each)}`,
  )
  const more = report.findingCount - report.findings.length
  if (more > 0) findings.push(`    and ${number(more)} more`)
  const sections = [
    head,
    checks,
    ...(report.receipts.length > 0 ? [report.receipts.flatMap(receiptLines)] : []),
    ...(report.notChecked.length > 0 ? [report.notChecked.map((each) => `  not checked: ${each}`)] : []),
    ...(findings.length > 0 ? [findings] : []),
    [verdict(report, seconds)],
  ]
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

const STAGES = {
  open: 'not closed yet',
  closed: 'closed',
  'held-back': 'entries not public before the close',
} as const

function amendmentLines({ amendments }: VerifyReport): string[] {
  const lines = amendments.slice(0, MOST_AMENDMENTS).map((each) => {
    const what =
      'closesAt' in each ? `voting ends ${each.closesAt}` : `${number(each.keysIssued)} keys issued`
    return `  amended   ${each.at}: ${what}`
  })
  const more = amendments.length - lines.length
  return more > 0 ? [...lines, `            and ${number(more)} more`] : lines
}

function certificationLine({ certification, stage }: VerifyReport): string[] {
  if (certification === null) return stage === 'closed' ? ['  result    not certified'] : []
  if (!certification.holds) return ['  result    the certification is invalid and was ignored: see below']
  const lots = (certification.lots ?? []).map(
    ({ contest, elected }) =>
      `            decided by lot: ${printable(contest)}, ${elected.map(printable).join(', ')}`,
  )
  return [`  result    certified at ${certification.at} by ${printable(certification.software)}`, ...lots]
}

function checkLine({ check, count, passed }: CheckReport): string {
  const [words, one, many] = WORDS[check]
  return (
    `  ${passed ? '✓' : '✗'} ${words.padEnd(50)} ${number(count).padStart(13)} ` +
    `${count === 1 ? one : many}`
  )
}

function receiptLines({ tracker, state, publishBy, leaf, promiseHolds }: ReceiptReport): string[] {
  const groups = tracker.match(/.{1,4}/g)!.join(' ')
  const due = publishBy === null ? '' : new Date(publishBy * 1000).toISOString()
  const promise =
    promiseHolds === null
      ? 'no promise was given'
      : promiseHolds
        ? 'the promise is signed by the log’s key'
        : 'the promise is NOT signed by the log’s key'
  const words = {
    published: `is entry ${leaf} of the log; ${promise}`,
    'not-yet-due': `is not in the log yet; it is due at ${due}; ${promise}`,
    'promise-broken':
      `is MISSING: the log’s key promised it by ${due}. ` +
      'Keep this receipt: it is evidence that anyone can check',
    'not-found': `is not in the log; ${promise}`,
    unknown: `was not found, but this copy of the log is incomplete; ${promise}`,
  }[state]
  return [`  receipt ${groups}`, `          ${words}`]
}

function whereOf({ path, leaf }: Finding): string {
  const places = [path, leaf === undefined ? undefined : `entry ${leaf}`].filter((each) => each !== undefined)
  return places.length === 0 ? '' : ` (${places.join(', ')})`
}

function verdict(
  { verified, findingCount, ballots, stage, notChecked }: VerifyReport,
  seconds: number,
): string {
  const time = `${seconds.toFixed(seconds < 10 ? 2 : 0)} s`
  const rate = ballots > 0 ? `, ${number(Math.round(ballots / seconds))} ballots/s` : ''
  if (!verified)
    return `NOT VERIFIED: ${number(findingCount)} finding${findingCount === 1 ? '' : 's'}, in ${time}`
  const isWhole = stage === 'closed' && notChecked.length === 0
  const what = isWhole ? 'VERIFIED' : 'VERIFIED SO FAR'
  return `${what} in ${time}${rate}`
}
