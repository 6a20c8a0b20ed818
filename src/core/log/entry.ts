/**
 * A ballot as the public log holds it, and its leaf hash, the tracker (docs/protocol.md, "Ballot
 * entry and tracker").
 *
 * An entry is one line of JSON with its members in this order: no time, no key, no order of
 * arrival. It names its district only where the roll has enough voters there for its ballots not to
 * tell who cast them; the ballot style it always names. Which districts those are is fixed when the
 * election is made, so a ballot's entry is known when it is cast.
 */
import { ballotStyles, namedDistricts } from '../election/ballot-style.ts'
import type { Choices } from '../election/choices.ts'
import type { Election } from '../election/definition.ts'

/** 0x00, the leaf prefix of RFC 6962 section 2.1. */
const LEAF = '\u0000'

/**
 * An entry is one of these starts, the choices, {@link BEFORE_NONCE}, the nonce and
 * {@link ENTRY_END}; all of it ASCII.
 */
export const BEFORE_NONCE = ',"nonce":"'
export const ENTRY_END = '"}'
export const NONCE_DIGITS = 32

/**
 * What a ballot's entry begins with, by the index of its district. @param issued keys issued per
 * district when the election was made
 */
export function entryStarts(
  election: Pick<Election, 'id' | 'districts' | 'contests' | 'suppressBelow'>,
  issued: ArrayLike<number>,
): readonly string[] {
  const named = namedDistricts(election, issued)
  const styles = ballotStyles(election).ofDistrict
  return election.districts.map(({ id }, d) => {
    const district = named[d] ? `,"district":"${id}"` : ''
    return `{"v":1,"election":"${election.id}","style":"${styles[d]}"${district},"choices":`
  })
}

/**
 * The entry of a ballot; `nonceHex` is 16 random bytes in lower-case hexadecimal, so that equal
 * ballots differ.
 */
export type EntryWriter = (district: number, choices: Choices, nonceHex: string) => string

/** @param issued keys issued per district when the election was made */
export function entryWriter(
  election: Parameters<typeof entryStarts>[0],
  issued: ArrayLike<number>,
): EntryWriter {
  const starts = entryStarts(election, issued)
  return (district, choices, nonceHex) =>
    `${starts[district]}${choices}${BEFORE_NONCE}${nonceHex}${ENTRY_END}`
}

/** The text whose SHA-256 is the RFC 6962 leaf hash of an entry. */
export function leafText(entry: string): string {
  return LEAF + entry
}
