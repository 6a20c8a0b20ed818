/**
 * A ballot as a record of Kafka's topic `votes` (docs/protocol.md, "Vote record"): one line of JSON
 * with exactly one written form, sealed so that only holders of the election secret can add one.
 * The caller provides the hash.
 */
import { spanEnd, TURNOUT_SPAN_S } from '../tally/spans.ts'
import { hexOfLatin1 } from './latin1-hex.ts'

/** The longest record that is parsed, in bytes. */
export const MAX_VOTE_RECORD_BYTES = 262_144
/** `,"seal":"` and 32 digits and `"}`: the part that the seal does not cover. */
export const SEAL_PART_BYTES = 43
/** The seal key is `seal-key-` + hex(SHA-256({@link SEAL_DOMAIN} ‖ election secret)). */
export const SEAL_DOMAIN = 'digital-elections/v1/seal\n'

/** Computes the seal: the first 32 hexadecimal digits of SHA-256(seal key ‖ body). */
export type Seal = (body: string) => string

export interface VoteRecord {
  readonly election: string
  /** 64 hexadecimal digits. */
  readonly tagHex: string
  /** The district's id. */
  readonly district: string
  readonly choices: string
  readonly nonceHex: string
  /** The retry mark as 32 hexadecimal digits, or null. */
  readonly retryHex: string | null
}

export interface SealedRecord extends VoteRecord {
  readonly body: string
  readonly sealHex: string
}

/** Writes a record; the text is ASCII. */
export function formatVoteRecord(vote: VoteRecord, seal: Seal): string {
  const { election, tagHex, district, choices, nonceHex, retryHex } = vote
  const retry = retryHex === null ? 'null' : `"${retryHex}"`
  const body =
    `{"v":1,"election":"${election}","tag":"${tagHex}","district":"${district}",` +
    `"choices":${choices},"nonce":"${nonceHex}","retry":${retry}`
  return `${body},"seal":"${seal(body)}"}`
}

/** A ballot as the ballot box stores it: tag and retry mark as latin1, the district by index. */
export interface UnsealedBallot {
  readonly tag: string
  readonly district: number
  readonly choices: string
  readonly nonceHex: string
  readonly retryMark: string | null
}

/** Writes a ballot's record. The same ballot always gives the same bytes. */
export function recordOfBallot(
  election: { readonly id: string; readonly districts: readonly { readonly id: string }[] },
  ballot: UnsealedBallot,
  seal: Seal,
): string {
  const { tag, district, choices, nonceHex, retryMark } = ballot
  return formatVoteRecord(
    {
      election: election.id,
      tagHex: hexOfLatin1(tag),
      district: election.districts[district]!.id,
      choices,
      nonceHex,
      retryHex: retryMark === null ? null : hexOfLatin1(retryMark),
    },
    seal,
  )
}

/**
 * The time of a record, in Unix milliseconds: the end of its span, because the exact time would
 * reveal when a voter voted.
 */
export function spanEndMs(nowMs: number): number {
  return spanEnd(nowMs, TURNOUT_SPAN_S) * 1000
}

/** The id of an election or a district, as a regular expression. */
export const ID = '[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?'
const RECORD = new RegExp(
  `^\\{"v":1,"election":"(${ID})","tag":"([0-9a-f]{64})",` +
    `"district":"(${ID})","choices":(\\[[0-9,[\\]]*\\]),` +
    '"nonce":"([0-9a-f]{32})","retry":(?:null|"([0-9a-f]{32})"),' +
    '"seal":"([0-9a-f]{32})"\\}$',
)
const VERSION = /^\{"v":(\d{1,9}),/

/**
 * Parses a record. The caller checks its seal and its choices.
 * @param text the record's bytes, one character per byte
 * @returns `other-version` or `unreadable` if it is not a record of this format
 */
export function parseVoteRecord(text: string): SealedRecord | 'other-version' | 'unreadable' {
  if (text.length > MAX_VOTE_RECORD_BYTES) return 'unreadable'
  const parts = RECORD.exec(text)
  if (parts === null) {
    const version = VERSION.exec(text)
    return version !== null && version[1] !== '1' ? 'other-version' : 'unreadable'
  }
  return {
    election: parts[1]!,
    tagHex: parts[2]!,
    district: parts[3]!,
    choices: parts[4]!,
    nonceHex: parts[5]!,
    retryHex: parts[6] ?? null,
    body: text.slice(0, -SEAL_PART_BYTES),
    sealHex: parts[7]!,
  }
}
