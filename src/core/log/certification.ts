/**
 * The certification of a result (docs/protocol.md, "Certification"): what was counted, under which
 * checkpoint, and what was checked, signed by the log's key. No I/O.
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
  /** That of an earlier certification, where one is made again. */
  readonly format?: CertificationFormat
  readonly election: Election
  readonly result: Omit<ElectionResult, 'contests'> & {
    readonly contests: readonly Omit<ElectionResult['contests'][number], 'districts'>[]
  }
  readonly resultSha256: string
  readonly keysIssued: number
  /** Keys issued per district. */
  readonly eligible: ArrayLike<number>
  readonly lots: Lots
  readonly atMs: number
  readonly software: string
  readonly log: Certification['log']
  readonly checked: Certification['checked']
}

/** @throws {NoSuchLot} where a lot has chosen what was not tied */
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

/** @param lot ids of the options that a lot has chosen. @throws {NoSuchLot} naming the contest */
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

/** What lots have chosen, as a certification has it. */
export function lotsOf({ contests }: Pick<Certification, 'contests'>): Lots {
  return new Map(
    contests.flatMap(({ id, outcome }) => (outcome && outcome.lot.length > 0 ? [[id, outcome.lot]] : [])),
  )
}

/**
 * What the signature is over: a text with a first line of its own, so that it is neither checkpoint
 * nor promise.
 */
export function certificationNoteText(sha256: Sha256, origin: string, statement: string): string {
  return `${origin}/certification\nSHA-256 ${sha256Hex(sha256, utf8Bytes(statement))}\n`
}

/** The signed document, with its line feed. */
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
 * The statement of a document that the log's key has signed.
 * @param verifierKey the log's, known otherwise
 * @throws Malformed where it is no certification, or the key did not sign it
 */
export async function openCertification(
  sha256: Sha256,
  verify: VerifyEd25519,
  verifierKey: string,
  bytes: Uint8Array,
): Promise<Certification> {
  const document = parseCertification(bytes)
  await checkCertificationSignature(sha256, verify, parseVerifierKey(sha256, verifierKey), document)
  if (document.statement.log.key !== verifierKey) throw new Malformed('a certification of another log')
  return document.statement
}

/** @throws Malformed where the key has not signed this statement */
export async function checkCertificationSignature(
  sha256: Sha256,
  verify: VerifyEd25519,
  key: VerifierKey,
  { statement, note }: CertificationDocument,
): Promise<void> {
  const signed = parseNote(note)
  if (signed.text !== certificationNoteText(sha256, key.name, JSON.stringify(statement)))
    throw new Malformed('its signature is over something else')
  if (!(await isSignedBy(signed, key, verify))) throw new Malformed('the log’s key did not sign it')
}
