/**
 * The form of a certification (docs/protocol.md, "Certification"): its members, and the parser of
 * its bytes.
 */
import * as Type from 'typebox'
import { Check } from 'typebox/schema'
import type { Standing } from '../tally/outcome.ts'
import { Malformed } from '../tlog/malformed.ts'
import { utf8Text } from '../tlog/utf8.ts'
import { parseBounded } from './bounded-json.ts'
import { MOST_CERTIFICATION_BYTES } from './resource-bounds.ts'

export const CERTIFICATION_PATH = 'certification.json'
export const CERTIFICATION_PDF_PATH = 'certification.pdf'
/** The longest text in it is a note, in which each line feed is written as two characters. */
const MOST_TEXT = 1_100_000

export const CERTIFICATION_FORMATS = [
  'digital-elections/certification/v1',
  'digital-elections/certification/v2',
] as const
export type CertificationFormat = (typeof CERTIFICATION_FORMATS)[number]

export interface CertifiedContest {
  readonly id: string
  readonly title: string
  /** The number of votes that each voter had in this contest. */
  readonly votes_allowed: number
  /** How many options win; from version 2. */
  readonly seats?: number
  /** Keys issued to voters who could vote in this contest; from version 2. */
  readonly eligible?: number
  readonly ballots: number
  readonly blank: number
  readonly undervotes: number
  readonly options: readonly { readonly id: string; readonly name: string; readonly votes: number }[]
  /** From version 2. */
  readonly outcome?: CertifiedOutcome
}

/** The outcome that the votes decide (core/tally/outcome.ts), with options by their ids. */
export interface CertifiedOutcome {
  readonly result: Standing
  /** Most votes first; options chosen by lot last. */
  readonly elected: readonly string[]
  /** Options with equal votes for `tied_seats` seats, if no lot is recorded. */
  readonly tied: readonly string[]
  readonly tied_seats: number
  readonly vacant: number
  /** The elected options that a lot chose among options with equal votes. */
  readonly lot: readonly string[]
}

/** The members, in the order in which they are written. */
export interface Certification {
  readonly format: CertificationFormat
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
  /** The share of the issued keys that were used, from 0 to 1, with six decimals. */
  readonly turnout: number
  readonly contests: readonly CertifiedContest[]
  /** The log's C2SP verifier key, and its last checkpoint as a signed note. */
  readonly log: { readonly key: string; readonly checkpoint: string }
  /** The checks that were made, each with the number of things it checked. */
  readonly checked: readonly { readonly check: string; readonly count: number }[]
}

/** A parsed document whose signature is not checked yet. */
export interface CertificationDocument {
  readonly statement: Certification
  /** The signed note that carries the log's signature (C2SP signed-note). */
  readonly note: string
}

const CLOSED = { additionalProperties: false }
const text = Type.String()
const count = Type.Integer({ minimum: 0 })
const option = Type.Object({ id: text, name: text, votes: count }, CLOSED)
const ids = Type.Array(text)
const outcome = Type.Object(
  { result: text, elected: ids, tied: ids, tied_seats: count, vacant: count, lot: ids },
  CLOSED,
)
const figures = { ballots: count, blank: count, undervotes: count, options: Type.Array(option) }
const contests = {
  'digital-elections/certification/v1': Type.Object(
    { id: text, title: text, votes_allowed: count, ...figures },
    CLOSED,
  ),
  'digital-elections/certification/v2': Type.Object(
    {
      ...{ id: text, title: text, votes_allowed: count, seats: count, eligible: count },
      ...{ ...figures, outcome },
    },
    CLOSED,
  ),
} satisfies Record<CertificationFormat, object>

const documentSchema = (format: CertificationFormat) =>
  Type.Object(
    {
      format: Type.Literal(format),
      ...{ election: text, title: text, simulated: Type.Boolean(), at: text },
      // This text is shown to people as it is written.
      software: Type.String({ pattern: '^[!-~]{1,100} [!-~]{1,100}$' }),
      ...{ result_sha256: text, keys_issued: count, keys_used: count, ballots: count },
      turnout: Type.Number(),
      contests: Type.Array<Type.TSchema>(contests[format]),
      log: Type.Object({ key: text, checkpoint: text }, CLOSED),
      checked: Type.Array(Type.Object({ check: text, count }, CLOSED)),
      note: text,
    },
    CLOSED,
  )
const DOCUMENTS = CERTIFICATION_FORMATS.map(documentSchema)

/**
 * Parses a certification (docs/protocol.md, "Certification").
 * @param bytes UTF-8 JSON in the exact form of the protocol
 * @throws {Malformed} if the bytes differ from that form or are longer than 16 MiB
 */
export function parseCertification(bytes: Uint8Array): CertificationDocument {
  if (bytes.length > MOST_CERTIFICATION_BYTES)
    throw new Malformed(`longer than ${MOST_CERTIFICATION_BYTES} bytes`)
  const text = utf8Text(bytes)
  const document = parseBounded(text, { text: MOST_TEXT }).value
  // The schema allows no further members, so the text that is written below is no deeper than the
  // schema.
  if (!DOCUMENTS.some((schema) => Check(schema, document))) throw new Malformed('not a certification')
  const { note, ...statement } = document as Certification & { readonly note: string }
  if (!isInstant(statement.at)) throw new Malformed('not a certification')
  // Another form would give other bytes under the same signature.
  if (`${JSON.stringify({ ...statement, note })}\n` !== text)
    throw new Malformed('not in the exact form of the protocol')
  return { statement, note }
}

/**
 * Whether a text is a time in the exact form of certifications, ISO 8601 with milliseconds in UTC.
 */
function isInstant(text: string): boolean {
  const ms = Date.parse(text)
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text
}
