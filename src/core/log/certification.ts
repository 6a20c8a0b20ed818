/**
 * The certification of a result (docs/protocol.md, "Certification"): what was counted, under which checkpoint, and what was
 * checked, signed by the log's key. No I/O.
 */
import type { Election } from '../election/definition.ts'
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
  CERTIFICATION_FORMAT,
  type Certification,
  type CertificationDocument,
  parseCertification,
} from './certification-form.ts'

export interface CertificationFacts {
  readonly election: Election
  readonly result: Omit<ElectionResult, 'contests'> & {
    readonly contests: readonly Omit<ElectionResult['contests'][number], 'districts'>[]
  }
  readonly resultSha256: string
  readonly keysIssued: number
  readonly atMs: number
  readonly software: string
  readonly log: Certification['log']
  readonly checked: Certification['checked']
}

export function certificationOf(facts: CertificationFacts): Certification {
  const { election, result, keysIssued } = facts
  const { ballots } = result
  return {
    format: CERTIFICATION_FORMAT,
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
    contests: election.contests.map(({ id, title, votes, options }, c) => {
      const counted = result.contests[c]!
      return {
        ...{ id, title, votes_allowed: votes },
        ...{ ballots: counted.ballots, blank: counted.blank, undervotes: counted.undervotes },
        options: options.map((option, o) => ({
          ...{ id: option.id, name: option.name, votes: counted.options[o]!.votes },
        })),
      }
    }),
    log: facts.log,
    checked: facts.checked,
  }
}

/** What the signature is over: a text with a first line of its own, so that it is neither checkpoint nor promise. */
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
