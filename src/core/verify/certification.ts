/**
 * The certification beside a log against the log itself: whose word it is, which tree it is of, and
 * whether it says what the ballots, the roll and the definition say (docs/protocol.md,
 * "Certification"). No I/O.
 */
import type { Election } from '../election/definition.ts'
import { certificationOf, checkCertificationSignature, lotsOf } from '../log/certification.ts'
import {
  CERTIFICATION_PATH,
  type Certification,
  type CertifiedContest,
  parseCertification,
} from '../log/certification-form.ts'
import type { CloseRecord } from '../log/record.ts'
import type { Lots } from '../tally/contest-outcome.ts'
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
import type { FindingCode } from './finding.ts'
import { addedUp, type Found, looked, NOTHING, wrong } from './found.ts'
import type { ReadCheckpoint } from './signature.ts'

/**
 * Members of a certification, at whatever depth, that the definition decides, and those that are
 * counted.
 */
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
      readonly software: string
      /** Left out where no lot is recorded. */
      readonly lots?: readonly ByLot[]
    }
  /** It is wrong, or the log is, or they could not be compared: nothing that it says is told. */
  | { readonly holds: false }

/** A certification beside a log, as far as the log's key signed it. */
export interface Certificate {
  readonly isThere: boolean
  /** Undefined where there is none, or none that the log's key signed. */
  readonly signed?: {
    readonly statement: Certification
    /** The checkpoint in it, its signatures not checked yet. */
    readonly checkpoint: Note
    /** The log's. */
    readonly key: VerifierKey
  }
}

export interface CertificateDeps {
  readonly sha256: Sha256
  readonly verify: VerifyEd25519
  /** As many as were asked for. */
  readonly mostBytes: number
  /** The log's; undefined where it is not known. */
  readonly key: VerifierKey | undefined
}

/**
 * What the log's key has signed; nothing else is looked at any further. @param bytes undefined
 * where there is none
 */
export async function openCertificate(
  bytes: Uint8Array | undefined,
  { sha256, verify, mostBytes, key }: CertificateDeps,
): Promise<Found & { readonly certificate: Certificate }> {
  const certificate = { isThere: bytes !== undefined }
  if (bytes === undefined) return { ...NOTHING, certificate }
  if (bytes.length > mostBytes) return { ...about('certification-malformed', 'longer than any'), certificate }
  if (key === undefined) return { ...NOTHING, certificate }
  let code: FindingCode = 'certification-malformed'
  try {
    const document = parseCertification(bytes)
    const checkpoint = parseNote(document.statement.log.checkpoint)
    code = 'certification-signature'
    await checkCertificationSignature(sha256, verify, key, document)
    const signed = { statement: document.statement, checkpoint, key }
    return { ...NOTHING, certificate: { ...certificate, signed } }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return { ...about(code, error.message), certificate }
  }
}

/** Of a log that was read to its end and has no close. */
export function certificateOfOpenLog({ isThere }: Certificate): Found {
  return isThere ? about('certification-of-open-log') : NOTHING
}

/** @param nowMs the verifier's own clock */
export async function checkCertificate(
  { signed }: Certificate,
  log: ClosedLog,
  verify: VerifyEd25519,
  nowMs: number,
): Promise<Found> {
  if (signed === undefined) return NOTHING
  const { statement } = signed
  const compared = looked('certification', 1)
  if (statement.election !== log.election.id)
    return addedUp([compared, about('certification-of-other-election')])
  const isOfResult = statement.result_sha256 === log.close.resultSha256
  const isAfterClose = Date.parse(statement.at) >= log.close.atMs
  return addedUp([
    compared,
    await checkCheckpoint(signed, log, verify),
    isOfResult ? NOTHING : about('certification-result'),
    isAfterClose ? NOTHING : about('certification-backdated'),
    checkCertifiedAt(statement.at, nowMs),
    checkStatement(statement, log),
  ])
}

/** @param holds whether it was compared, and nothing speaks against it or against the log */
export function certificationReport(
  { isThere, signed }: Certificate,
  holds: boolean,
): CertificationReport | null {
  if (!isThere) return null
  if (signed === undefined || !holds) return { holds: false }
  const { at, software, contests } = signed.statement
  const lots = contests.flatMap(byLot)
  return { holds: true, at, software, ...(lots.length > 0 && { lots }) }
}

function byLot({ title, options, outcome }: CertifiedContest): ByLot[] {
  if (outcome === undefined || outcome.lot.length === 0) return []
  return [{ contest: title, elected: outcome.lot.map((id) => options.find((each) => each.id === id)!.name) }]
}

function about(code: FindingCode, detail?: string): Found {
  return wrong(code, { path: CERTIFICATION_PATH }, detail)
}

/** Cosignatures may have come since: what is signed is compared, and by whom. */
async function checkCheckpoint(
  { statement, checkpoint, key }: NonNullable<Certificate['signed']>,
  log: ClosedLog,
  verify: VerifyEd25519,
): Promise<Found> {
  if (checkpoint.text !== log.signed.note.text || statement.log.key !== formatVerifierKey(key))
    return about('certification-checkpoint')
  if (await isSignedBy(checkpoint, key, verify)) return NOTHING
  return about('certification-checkpoint', 'the log’s key did not sign it')
}

/**
 * Names, figures and what they come to, each from where it is known best, and nothing written
 * otherwise.
 */
function checkStatement(statement: Certification, log: ClosedLog): Found {
  const { own, wrongLot } = ownStatement(statement, log)
  const difference = (members: string[], source: string): string | undefined => {
    const [theirs, ours] = [statement, own].map((each) => JSON.parse(JSON.stringify(each, members)))
    return firstDifference(theirs, ours, source)
  }
  const names = difference(NAMES, 'the definition says')
  const figures = difference(FIGURES, 'the count says')
  const isSame = names === undefined && figures === undefined
  // Of other options or votes nothing is to be expected of the winners.
  const outcome = wrongLot ?? (isSame ? difference(OUTCOME, 'the votes say') : undefined)
  if (isSame && outcome === undefined)
    return JSON.stringify(statement) === JSON.stringify(own)
      ? NOTHING
      : about('certification-malformed', 'written in another way')
  return addedUp([
    names === undefined ? NOTHING : about('certification-names', names),
    figures === undefined ? NOTHING : about('certification-figures', figures),
    outcome === undefined ? NOTHING : about('certification-outcome', outcome),
  ])
}

/**
 * What an honest certifier would have said, with the lot that is recorded if there can be such a
 * lot.
 */
function ownStatement(
  statement: Certification,
  { election, tally, keysIssued, eligible }: ClosedLog,
): { readonly own: Certification; readonly wrongLot?: string } {
  const withLots = (lots: Lots) =>
    certificationOf({
      ...{ format: statement.format, election, keysIssued, eligible, lots },
      ...{ result: resultOf(election, tally), atMs: Date.parse(statement.at), software: statement.software },
      ...{ resultSha256: statement.result_sha256, log: statement.log, checked: statement.checked },
    })
  try {
    return { own: withLots(lotsOf(statement)) }
  } catch (error) {
    if (!(error instanceof NoSuchLot)) throw error
    return { own: withLots(new Map()), wrongLot: `the lot: ${error.message}` }
  }
}
