/**
 * The certification of a result (docs/protocol.md, "Certification"): what was counted, under which checkpoint, and what was
 * checked, signed by the log's key. No I/O.
 */
import type { Election } from '../election/definition.ts'
import type { ElectionResult } from '../tally/result.ts'
import { Malformed } from './malformed.ts'
import type { Sha256 } from './merkle.ts'
import { formatNote, type NoteSignature, parseNote, type Sign, signNote } from './note.ts'
import { parseVerifierKey } from './note-key.ts'
import type { LogIdentity } from './signed-checkpoint.ts'
import { utf8Bytes, utf8Text } from './utf8.ts'
import { sha256Hex } from './verify-form.ts'
import { isSignedBy, type VerifyEd25519 } from './verify-signature.ts'

export const CERTIFICATION_PATH = 'certification.json'
export const CERTIFICATION_PDF_PATH = 'certification.pdf'
export const MOST_CERTIFICATION_BYTES = 16 * 1024 * 1024

const FORMAT = 'digital-elections/certification/v1'

export interface CertifiedContest {
  readonly id: string
  readonly title: string
  /** Votes each voter had in it. */
  readonly votes_allowed: number
  readonly ballots: number
  readonly blank: number
  readonly undervotes: number
  readonly options: readonly { readonly id: string; readonly name: string; readonly votes: number }[]
}

/** Members in the order in which they are written. */
export interface Certification {
  readonly format: typeof FORMAT
  readonly election: string
  readonly title: string
  readonly simulated: boolean
  /** When it was certified, ISO 8601. */
  readonly at: string
  /** Name and version of the program that checked and counted. */
  readonly software: string
  /** Lower-case hexadecimal SHA-256 of the result document. */
  readonly result_sha256: string
  readonly keys_issued: number
  readonly keys_used: number
  readonly ballots: number
  /** Keys used of those issued, 0 to 1, to six decimals. */
  readonly turnout: number
  readonly contests: readonly CertifiedContest[]
  /** The log's key, and its last checkpoint as a signed note. */
  readonly log: { readonly key: string; readonly checkpoint: string }
  /** What was checked, and of how many. */
  readonly checked: readonly { readonly check: string; readonly count: number }[]
}

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
    format: FORMAT,
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
  const document = parsed(bytes)
  const { note, ...certification } = document
  const key = parseVerifierKey(sha256, verifierKey)
  const signed = parseNote(note)
  if (signed.text !== certificationNoteText(sha256, key.name, JSON.stringify(certification)))
    throw new Malformed('a certification whose signature is over something else')
  if (!(await isSignedBy(signed, key, verify)))
    throw new Malformed('a certification that the log’s key did not sign')
  if (certification.log?.key !== verifierKey) throw new Malformed('a certification of another log')
  return certification
}

function parsed(bytes: Uint8Array): Certification & { readonly note: string } {
  if (bytes.length > MOST_CERTIFICATION_BYTES) throw new Malformed('a certification too long')
  const text = utf8Text(bytes)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Malformed('a certification that is not JSON')
  }
  const { note, ...statement } = (value ?? {}) as Partial<Certification> & { readonly note?: unknown }
  if (statement.format !== FORMAT || typeof note !== 'string') throw new Malformed('not a certification')
  // Another way to write the same would be other bytes under the same signature.
  if (`${JSON.stringify({ ...statement, note })}\n` !== text)
    throw new Malformed('a certification written in another way')
  return value as Certification & { readonly note: string }
}
