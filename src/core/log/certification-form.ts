/**
 * The form of a certification (docs/protocol.md, "Certification"): its members, and how its bytes
 * are read. No I/O.
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
/** Its longest text is a note; each line feed in one is written as two characters. */
const MOST_TEXT = 1_100_000

export const CERTIFICATION_FORMATS = [
  'digital-elections/certification/v1',
  'digital-elections/certification/v2',
] as const
export type CertificationFormat = (typeof CERTIFICATION_FORMATS)[number]

export interface CertifiedContest {
  readonly id: string
  readonly title: string
  /** Votes each voter had in it. */
  readonly votes_allowed: number
  /** How many options win. From version 2. */
  readonly seats?: number
  /** Keys issued where it was voted on. From version 2. */
  readonly eligible?: number
  readonly ballots: number
  readonly blank: number
  readonly undervotes: number
  readonly options: readonly { readonly id: string; readonly name: string; readonly votes: number }[]
  /** From version 2. */
  readonly outcome?: CertifiedOutcome
}

/** What the votes come to (core/tally/outcome.ts), options by their ids. */
export interface CertifiedOutcome {
  readonly result: Standing
  /** Most votes first; those that a lot has chosen last. */
  readonly elected: readonly string[]
  /** Equal votes for `tied_seats` seats, and no lot is recorded. */
  readonly tied: readonly string[]
  readonly tied_seats: number
  readonly vacant: number
  /** Of those elected, the ones that a lot has chosen among equal votes. */
  readonly lot: readonly string[]
}

/** Members in the order in which they are written. */
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
  /** Keys used of those issued, 0 to 1, to six decimals. */
  readonly turnout: number
  readonly contests: readonly CertifiedContest[]
  /** The log's key, and its last checkpoint as a signed note. */
  readonly log: { readonly key: string; readonly checkpoint: string }
  /** What was checked, and of how many. */
  readonly checked: readonly { readonly check: string; readonly count: number }[]
}

/** A document read, its signature not checked yet. */
export interface CertificationDocument {
  readonly statement: Certification
  /** A signed note. */
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
      // Shown to people as it stands.
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

/** @throws Malformed for bytes that are not a certification as it is written */
export function parseCertification(bytes: Uint8Array): CertificationDocument {
  if (bytes.length > MOST_CERTIFICATION_BYTES) throw new Malformed('longer than any')
  const text = utf8Text(bytes)
  const document = parseBounded(text, { text: MOST_TEXT }).value
  // No member beyond these: what is written again below is not deeper than the schema.
  if (!DOCUMENTS.some((schema) => Check(schema, document))) throw new Malformed('not a certification')
  const { note, ...statement } = document as Certification & { readonly note: string }
  if (!isInstant(statement.at)) throw new Malformed('not a certification')
  // Another way to write the same would be other bytes under the same signature.
  if (`${JSON.stringify({ ...statement, note })}\n` !== text) throw new Malformed('written in another way')
  return { statement, note }
}

/** Whether it is a time in the one form that certifications have. */
function isInstant(text: string): boolean {
  const ms = Date.parse(text)
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text
}
