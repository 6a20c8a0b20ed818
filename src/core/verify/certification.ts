/**
 * The certification beside a log against the log itself: whose word it is, which tree it is of, and whether it says what
 * the ballots, the roll and the definition say (docs/protocol.md, "Certification"). No I/O.
 */
import type { Election } from '../election/definition.ts'
import { certificationOf, checkCertificationSignature, type Lots, lotsOf } from '../log/certification.ts'
import {
  CERTIFICATION_PATH,
  type Certification,
  type CertifiedContest,
  parseCertification,
} from '../log/certification-form.ts'
import type { CloseRecord } from '../log/record.ts'
import { NoSuchLot } from '../tally/outcome.ts'
import type { TallyCounts } from '../tally/plurality.ts'
import { resultOf } from '../tally/result.ts'
import { Malformed } from '../tlog/malformed.ts'
import type { Sha256 } from '../tlog/merkle.ts'
import { type Note, parseNote } from '../tlog/note.ts'
import { formatVerifierKey, type VerifierKey } from '../tlog/note-key.ts'
import { isSignedBy, type VerifyEd25519 } from '../tlog/signature.ts'
import { checkCertifiedAt } from './clock.ts'
import { firstDifference } from './document-difference.ts'
import type { FindingCode, FindingList } from './finding.ts'
import type { ByLot, CertificationReport, CheckList } from './report.ts'
import type { ReadCheckpoint } from './signature.ts'

/** Members of a certification, at whatever depth, that the definition decides, and those that are counted. */
const NAMES = ['title', 'simulated', 'contests', 'id', 'votes_allowed', 'seats', 'options', 'name']
const FIGURES = [
  ...['keys_issued', 'keys_used', 'ballots', 'turnout'],
  ...['contests', 'eligible', 'blank', 'undervotes', 'options', 'votes'],
]
const OUTCOME = ['contests', 'outcome', 'result', 'elected', 'tied', 'tied_seats', 'vacant', 'lot']

/** What the verifier has made of a closed log itself. */
export interface ClosedLog {
  readonly election: Election
  readonly tally: TallyCounts
  readonly keysIssued: number
  /** Keys issued per district. */
  readonly eligible: readonly number[]
  readonly close: CloseRecord
  readonly signed: ReadCheckpoint
}

export interface CertificationCheck {
  /** Of a log that was read to its end and has no close. */
  readonly againstOpenLog: () => void
  readonly againstClosedLog: (log: ClosedLog) => Promise<void>
  /** @param isSound whether nothing speaks against it or against the log */
  readonly report: (isSound: boolean) => CertificationReport | null
}

export interface CertificationDeps {
  readonly sha256: Sha256
  readonly verify: VerifyEd25519
  /** The verifier's own clock. */
  readonly nowMs: number
  /** As many as were asked for. */
  readonly mostBytes: number
  /** The log's; undefined where it is not known. */
  readonly key: VerifierKey | undefined
  readonly findings: FindingList
  readonly checks: CheckList
}

/** @param bytes undefined where there is none */
export async function certificationCheck(
  bytes: Uint8Array | undefined,
  { sha256, verify, nowMs, mostBytes, key, findings, checks }: CertificationDeps,
): Promise<CertificationCheck> {
  let compared = false
  const add = (code: FindingCode, detail?: string) => findings.add(code, { path: CERTIFICATION_PATH }, detail)
  const isTooLong = bytes !== undefined && bytes.length > mostBytes
  if (isTooLong) add('certification-malformed', 'longer than any')
  const certification = bytes && key && !isTooLong ? await opened(bytes, sha256, verify, key, add) : undefined

  return {
    againstOpenLog: () => {
      if (bytes !== undefined) add('certification-of-open-log')
    },
    againstClosedLog: async (log) => {
      if (certification === undefined || key === undefined) return
      const { statement, checkpoint } = certification
      compared = true
      checks.ran('certification', 1)
      if (statement.election !== log.election.id) return add('certification-of-other-election')
      // Cosignatures may have come since: what is signed is compared, and by whom.
      if (checkpoint.text !== log.signed.note.text || statement.log.key !== formatVerifierKey(key))
        add('certification-checkpoint')
      else if (!(await isSignedBy(checkpoint, key, verify)))
        add('certification-checkpoint', 'the log’s key did not sign it')
      if (statement.result_sha256 !== log.close.resultSha256) add('certification-result')
      if (Date.parse(statement.at) < log.close.atMs) add('certification-backdated')
      checkCertifiedAt(statement.at, nowMs, findings)
      checkStatement(statement, log, add)
    },
    report: (isSound) => {
      if (bytes === undefined) return null
      if (certification === undefined || !compared || !isSound) return { holds: false }
      const { at, software, contests } = certification.statement
      const lots = contests.flatMap(byLot)
      return { holds: true, at, software, ...(lots.length > 0 && { lots }) }
    },
  }
}

function byLot({ title, options, outcome }: CertifiedContest): ByLot[] {
  if (outcome === undefined || outcome.lot.length === 0) return []
  return [{ contest: title, elected: outcome.lot.map((id) => options.find((each) => each.id === id)!.name) }]
}

type Add = (code: FindingCode, detail?: string) => void

interface Opened {
  readonly statement: Certification
  /** The checkpoint in it, its signatures not checked yet. */
  readonly checkpoint: Note
}

/** What the log's key has signed; nothing else is looked at any further. */
async function opened(
  bytes: Uint8Array,
  sha256: Sha256,
  verify: VerifyEd25519,
  key: VerifierKey,
  add: Add,
): Promise<Opened | undefined> {
  let code: FindingCode = 'certification-malformed'
  try {
    const document = parseCertification(bytes)
    const checkpoint = parseNote(document.statement.log.checkpoint)
    code = 'certification-signature'
    await checkCertificationSignature(sha256, verify, key, document)
    return { statement: document.statement, checkpoint }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    add(code, error.message)
    return undefined
  }
}

/** Names, figures and what they come to, each from where it is known best, and nothing written otherwise. */
function checkStatement(statement: Certification, log: ClosedLog, add: Add): void {
  const own = (lots: Lots) => ownStatement(statement, log, lots)
  let expected: Certification
  let hasOwnOutcome = true
  try {
    expected = own(lotsOf(statement))
  } catch (error) {
    if (!(error instanceof NoSuchLot)) throw error
    add('certification-outcome', `the lot: ${error.message}`)
    hasOwnOutcome = false
    expected = own(new Map())
  }
  const differs = (members: string[], code: FindingCode, source: string): boolean => {
    const [theirs, ours] = [statement, expected].map((each) => JSON.parse(JSON.stringify(each, members)))
    const difference = firstDifference(theirs, ours, source)
    if (difference !== undefined) add(code, difference)
    return difference !== undefined
  }
  const names = differs(NAMES, 'certification-names', 'the definition says')
  const figures = differs(FIGURES, 'certification-figures', 'the count says')
  // Of other options or votes nothing is to be expected of the winners.
  if (names || figures || !hasOwnOutcome) return
  if (differs(OUTCOME, 'certification-outcome', 'the votes say')) return
  if (JSON.stringify(statement) !== JSON.stringify(expected))
    add('certification-malformed', 'written in another way')
}

function ownStatement(statement: Certification, log: ClosedLog, lots: Lots): Certification {
  const { election, tally, keysIssued, eligible } = log
  return certificationOf({
    ...{ format: statement.format, election, keysIssued, eligible, lots },
    ...{ result: resultOf(election, tally), atMs: Date.parse(statement.at), software: statement.software },
    ...{ resultSha256: statement.result_sha256, log: statement.log, checked: statement.checked },
  })
}
