/**
 * Ids that people take for one another. Two ids with the same fold are one person under two
 * spellings, until the organiser says otherwise. Pure.
 *
 * Folded away: case, width and ligatures (NFKC), digits of other scripts, spaces, characters
 * without a shape, kinds of dashes and apostrophes, letters of other scripts that look like Latin
 * ones, and zeros that begin a number. Accents stay, and so do 0 and O, 1 and l: ids made by chance
 * have both.
 */
import { TAKEN_FOR } from '../election/confusables.ts'

const PLAIN = /^[a-z0-9-]*$/
const NUMBER_WITH_ZERO = /(?<![0-9])0+(?=[0-9])/g
const NOT_ASCII = /[^\0-\x7f]/gu
const UNSEEN = /[\s\p{Cf}\p{Zs}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]/gu
const DECIMAL = /\p{Nd}/u
/** Where the decimal digits of a script begin. */
const ZEROS = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
  0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
  0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
]

/** What is the same for ids that look alike, and different for others. */
export function foldId(id: string): string {
  const lower = id.toLowerCase()
  if (PLAIN.test(lower)) return lower.includes('0') ? lower.replace(NUMBER_WITH_ZERO, '') : lower
  const plain = lower
    .normalize('NFKC')
    .replaceAll('`', "'")
    .replaceAll(NOT_ASCII, seenAs)
    .toLowerCase()
    .normalize('NFC')
  return plain.replaceAll(NUMBER_WITH_ZERO, '').replaceAll(UNSEEN, '').replaceAll(NUMBER_WITH_ZERO, '')
}

/** By its capital first, which is how ids are written: one letter has one fold in either case. */
function seenAs(character: string): string {
  if (DECIMAL.test(character)) return latinDigit(character)
  const capital = character.toUpperCase()
  const seen = TAKEN_FOR.get(capital) ?? TAKEN_FOR.get(capital.toLowerCase()) ?? character
  return seen === '|' ? 'i' : seen
}

function latinDigit(digit: string): string {
  const code = digit.codePointAt(0)!
  const zero = ZEROS.find((start) => code >= start && code < start + 10)
  return zero === undefined ? digit : String(code - zero)
}

/** An e-mail address as it is compared: case and spaces around it do not matter. */
export function foldEmail(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase()
}
