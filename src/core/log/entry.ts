/**
 * A ballot as the public log will hold it, and its leaf hash, the tracker (docs/protocol.md, "Ballot entry").
 *
 * An entry is one line of JSON with its members in this order: no time, no key, no order of arrival. Districts are
 * named, choices are option indexes in definition order.
 */
import type { Choices } from '../election/choices.ts'

/** 0x00, the leaf prefix of RFC 6962 section 2.1. */
const LEAF = '\u0000'

/** @param nonceHex 16 random bytes as 32 lower-case hexadecimal digits, so that equal ballots differ. */
export function ballotEntry(
  electionId: string,
  districtId: string,
  choices: Choices,
  nonceHex: string,
): string {
  return `{"v":1,"election":"${electionId}","district":"${districtId}","choices":${choices},"nonce":"${nonceHex}"}`
}

/** The text whose SHA-256 is the RFC 6962 leaf hash of an entry. */
export function leafText(entry: string): string {
  return LEAF + entry
}
