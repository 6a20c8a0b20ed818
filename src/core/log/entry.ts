/**
 * A ballot as an entry of the public log, and its leaf hash, the tracker (docs/protocol.md, "Ballot
 * entry and tracker").
 *
 * An entry is one line of JSON with its members in this order. It contains no time, no key and no
 * order of arrival. It always names its ballot style. It names its district only if the district
 * has enough voters that its ballots do not reveal who cast them. The genesis fixes which districts
 * those are, so the entry of a ballot is known when it is cast.
 */
import { ballotStyles, namedDistricts } from '../election/ballot-style.ts'
import type { Choices } from '../election/choices.ts'
import type { Election } from '../election/definition.ts'

/** 0x00, the prefix of a leaf (RFC 6962, section 2.1). */
const LEAF = '\u0000'

/**
 * An entry is one of the starts, the choices, {@link BEFORE_NONCE}, the nonce and {@link
 * ENTRY_END}; all of it is ASCII.
 */
export const BEFORE_NONCE = ',"nonce":"'
export const ENTRY_END = '"}'
export const NONCE_DIGITS = 32

/**
 * The beginning of a ballot's entry, by district index (docs/protocol.md, "Ballot entry and
 * tracker").
 * @param issued keys issued per district at the genesis
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
 * Writes the entry of a ballot. `nonceHex` is 16 random bytes in lower-case hexadecimal, so that
 * equal ballots have different entries.
 */
export type EntryWriter = (district: number, choices: Choices, nonceHex: string) => string

/**
 * Creates the writer of ballot entries (docs/protocol.md, "Ballot entry and tracker").
 * @param issued keys issued per district at the genesis
 */
export function entryWriter(
  election: Parameters<typeof entryStarts>[0],
  issued: ArrayLike<number>,
): EntryWriter {
  const starts = entryStarts(election, issued)
  return (district, choices, nonceHex) =>
    `${starts[district]}${choices}${BEFORE_NONCE}${nonceHex}${ENTRY_END}`
}

/**
 * @returns the text whose SHA-256 is the leaf hash of an entry (RFC 6962, section 2.1): 0x00 and
 *   the entry
 */
export function leafText(entry: string): string {
  return LEAF + entry
}
