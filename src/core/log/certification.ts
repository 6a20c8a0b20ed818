/**
 * The certification of a result (docs/protocol.md, "Certification"): the count, the checkpoint it
 * belongs to, and the checks that were made, signed with the log's key.
 */
import type { Contest, Election } from '../election/definition.ts'
import {
  type CountedContest,
  contestOutcome,
  eligibleIn,
  type Lots,
  rulesOf,
} from '../tally/contest-outcome.ts'
import { NoSuchLot, type Outcome } from '../tally/outcome.ts'
import type { ElectionResult } from '../tally/result.ts'
import { sha256Hex } from '../tlog/bytes.ts'
import { Malformed } from '../tlog/malformed.ts'
import type { Sha256 } from '../tlog/merkle.ts'
import { formatNote, type NoteSignature, parseNote, type Sign, signNote } from '../tlog/note.ts'
import { parseVerifierKey, type VerifierKey } from '../tlog/note-key.ts'
import { isSignedBy, type VerifyEd25519 } from '../tlog/signature.ts'
import type { LogIdentity } from '../tlog/signed-checkpoint.ts'
import { utf8Bytes } from '../tlog/utf8.ts'
import {
  CERTIFICATION_FORMATS,
  type Certification,
  type CertificationDocument,
  type CertificationFormat,
  type CertifiedContest,
  parseCertification,
} from './certification-form.ts'

export interface CertificationFacts {
  /**
   * The format of an earlier certification, if it is written again; the newest format if left out.
   */
  readonly format?: CertificationFormat
  readonly election: Election
  readonly result: Omit<ElectionResult, 'contests'> & {
    readonly contests: readonly Omit<ElectionResult['contests'][number], 'districts'>[]
  }
  readonly resultSha256: string
  readonly keysIssued: number
  /** Keys issued per district, in definition order. */
  readonly eligible: ArrayLike<number>
  readonly lots: Lots
  readonly atMs: number
  readonly software: string
  readonly log: Certification['log']
  readonly checked: Certification['checked']
}

/**
 * Builds the statement of a certification.
 * @throws {NoSuchLot} if a lot chose options that were not tied
 */
export function certificationOf(facts: CertificationFacts): Certification {
  const { election, result, keysIssued, format = CERTIFICATION_FORMATS[1] } = facts
  const { ballots } = result
  const contestOf = format === CERTIFICATION_FORMATS[0] ? countedContest : decidedContest
  return {
    format,
    election: election.id,
    title: election.title,
    simulated: election.simulated,
    at: new Date(facts.atMs).toISOString(),
    software: facts.software,
    result_sha256: facts.resultSha256,
    keys_issued: keysIssued,
    keys_used: ballots,
    ballots,
    turnout: keysIssued === 0 ? 0 : Math.round((1e6 * ballots) / keysIssued) / 1e6,
    contests: election.contests.map((contest, c) => contestOf(contest, result.contests[c]!, facts)),
    log: facts.log,
    checked: facts.checked,
  }
}

type Counted = CertificationFacts['result']['contests'][number]

function countedContest({ id, title, votes, options }: Contest, counted: Counted): CertifiedContest {
  return {
    ...{ id, title, votes_allowed: votes },
    ...{ ballots: counted.ballots, blank: counted.blank, undervotes: counted.undervotes },
    options: options.map((option, o) => ({
      ...{ id: option.id, name: option.name, votes: counted.options[o]!.votes },
    })),
  }
}

function decidedContest(contest: Contest, counted: Counted, facts: CertificationFacts): CertifiedContest {
  const eligible = eligibleIn(contest, facts.eligible)
  const { id, title, votes_allowed, ...figures } = countedContest(contest, counted)
  const outcome = outcomeByLot(contest, counted, eligible, facts.lots.get(id) ?? [])
  const ids = (indexes: readonly number[]) => indexes.map((j) => contest.options[j]!.id)
  return {
    ...{ id, title, votes_allowed, seats: rulesOf(contest).seats, eligible, ...figures },
    outcome: {
      ...{ result: outcome.standing, elected: ids(outcome.elected), tied: ids(outcome.tied) },
      ...{ tied_seats: outcome.tiedSeats, vacant: outcome.vacant, lot: ids(outcome.byLot) },
    },
  }
}

/**
 * Computes the outcome of a contest with a recorded lot.
 * @param lot the ids of the options that the lot chose
 * @throws {NoSuchLot} if there is no such option, or it was not tied; the message names the contest
 */
export function outcomeByLot(
  contest: Contest,
  counted: CountedContest,
  eligible: number,
  lot: readonly string[],
): Outcome {
  try {
    const indexes = lot.map((id) => contest.options.findIndex((option) => option.id === id))
    const unknown = lot[indexes.indexOf(-1)]
    if (unknown !== undefined) throw new NoSuchLot(`there is no option "${unknown}"`)
    return contestOutcome(rulesOf(contest), counted, { phase: 'closed', held: 0, eligible }, indexes)
  } catch (error) {
    if (!(error instanceof NoSuchLot)) throw error
    throw new NoSuchLot(`contest "${contest.id}": ${error.message}`)
  }
}

/**
 * @returns the lots that a certification records: by contest id, the ids of the options that were
 *   chosen
 */
export function lotsOf({ contests }: Pick<Certification, 'contests'>): Lots {
  return new Map(
    contests.flatMap(({ id, outcome }) => (outcome && outcome.lot.length > 0 ? [[id, outcome.lot]] : [])),
  )
}

/**
 * The text that the log's key signs. Its own first line distinguishes it from a checkpoint and from
 * a promise (C2SP signed-note).
 * @param origin the log's origin
 * @param statement the statement as JSON
 */
export function certificationNoteText(sha256: Sha256, origin: string, statement: string): string {
  return `${origin}/certification\nSHA-256 ${sha256Hex(sha256, utf8Bytes(statement))}\n`
}

/** Writes the signed document, with a line feed at its end. */
export function formatCertification(
  sha256: Sha256,
  log: LogIdentity & { readonly sign: Sign },
  certification: Certification,
): string {
  const statement = JSON.stringify(certification)
  const text = certificationNoteText(sha256, log.origin, statement)
  const signatures: NoteSignature[] = [signNote(text, parseVerifierKey(sha256, log.verifierKey), log.sign)]
  return `${JSON.stringify({ ...certification, note: formatNote({ text, signatures }) })}\n`
}

/**
 * Parses a certification and checks its signature.
 * @param verifierKey the log's C2SP verifier key, known from elsewhere
 * @returns the signed statement
 * @throws {Malformed} if it is malformed, belongs to another log, or is not signed by the key
 */
export async function openCertification(
  sha256: Sha256,
  verify: VerifyEd25519,
  verifierKey: string,
  bytes: Uint8Array,
): Promise<Certification> {
  const document = parseCertification(bytes)
  await checkCertificationSignature(sha256, verify, parseVerifierKey(sha256, verifierKey), document)
  if (document.statement.log.key !== verifierKey) throw new Malformed('it belongs to another log')
  return document.statement
}

/**
 * Checks that a key signed the statement of a document.
 * @throws {Malformed} if it did not
 */
export async function checkCertificationSignature(
  sha256: Sha256,
  verify: VerifyEd25519,
  key: VerifierKey,
  { statement, note }: CertificationDocument,
): Promise<void> {
  const signed = parseNote(note)
  if (signed.text !== certificationNoteText(sha256, key.name, JSON.stringify(statement)))
    throw new Malformed('its signature is over another text')
  if (!(await isSignedBy(signed, key, verify))) throw new Malformed('the log’s key did not sign it')
}
