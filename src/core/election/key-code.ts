/**
 * A voter key as a letter prints it: its key code (docs/key-code.md). Links are key-link.ts's.
 *
 * Key code, normative: 28 characters of Crockford's base32 alphabet, shown as seven groups of four.
 * Characters 1 to 26 are the guid's 128 bits, most significant first, behind two zero bits; so the
 * first one is 0 to 7. Characters 27 and 28 check the pair of personal_id and guid. Read back,
 * case, spaces and dashes do not matter, I and L are 1, O is 0.
 *
 *     4D9W-X543-0Y9D-QSMX-TY5M-E0Q7-SRHT   (personal_id P0000001, guid 8d4f3a52-0c1e-4b6f-9a77-5e2d1c0b9f38)
 *
 * The check is a Reed–Solomon code over GF(32), x⁵+x²+1, with the generator (x−α)(x−α²): the
 * remainder of the word that has two characters (high three bits, low five) for each byte of the
 * personal_id in NFC and UTF-8, then the 26 of the guid. Chosen over a weighted sum modulo a prime
 * because its distance of 3 catches, without exception, any one or two wrong characters of the code
 * and any swap of two, and in the personal_id any wrong or swapped neighbouring ASCII characters;
 * of all else it misses one in 1024.
 */
import { checkOf, GUID_CHARACTERS, guidOfHex, symbolsOfGuid } from './key-check.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
export const KEY_CODE_CHARACTERS = 28
const HEX_CHARACTERS = 32

export interface VoterKeyPair {
  readonly personalId: string
  /** A UUID in lower case. */
  readonly guid: string
}

/**
 * What is wrong with a code as typed. `mistyped`: all of it is there, but it does not fit the
 * personal_id.
 */
export type KeyCodeFault = 'empty' | 'wrong-character' | 'too-short' | 'too-long' | 'mistyped'

/** The code as it is printed, in groups of four with dashes between. */
export function keyCode({ personalId, guid }: VoterKeyPair): string {
  const symbols = symbolsOfGuid(guid)
  return grouped([...symbols, ...checkOf(personalId, symbols)].map((symbol) => ALPHABET[symbol]).join(''))
}

/** Text in groups of four, as a code is printed and as it should look while it is typed. */
export function grouped(text: string): string {
  return text.replace(/.{4}(?=.)/g, '$&-')
}

/** What was typed with all that does not matter taken out; characters that no code has stay in. */
export function bareKeyCode(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\s\p{Dash}\p{Cf}_.]/gu, '')
    .replace(/\p{Nd}/gu, asciiDigit)
    .toUpperCase()
}

/** Of any script's decimal digit: Unicode has each script's ten in a row, its zero first. */
export function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0)!
  let value = 0
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++
  return String(value)
}

/** A key code or a plain UUID, which has no check, in whatever way it was typed or pasted. */
export function readKeyCode(typed: string, personalId: string): VoterKeyPair | KeyCodeFault {
  const bare = bareKeyCode(typed)
  if (bare === '') return 'empty'
  const digits = bare.replaceAll('O', '0')
  if (digits.length === HEX_CHARACTERS && /^[0-9A-F]+$/.test(digits))
    return { personalId, guid: guidOfHex(digits.toLowerCase()) }
  const symbols = [...bare].map((character) => ALPHABET.indexOf(READ_AS[character] ?? character))
  if (symbols.includes(-1)) return 'wrong-character'
  if (symbols.length < KEY_CODE_CHARACTERS) return 'too-short'
  if (symbols.length > KEY_CODE_CHARACTERS) return 'too-long'
  const [of, check] = [symbols.slice(0, GUID_CHARACTERS), symbols.slice(GUID_CHARACTERS)]
  const [first, second] = checkOf(personalId, of)
  if (of[0]! > 7 || check[0] !== first || check[1] !== second) return 'mistyped'
  return { personalId, guid: guidOfSymbols(of) }
}

const READ_AS: Readonly<Record<string, string>> = { I: '1', L: '1', O: '0' }

function guidOfSymbols(symbols: readonly number[]): string {
  const bits = symbols.reduce((all, symbol) => (all << 5n) | BigInt(symbol), 0n)
  return guidOfHex(bits.toString(16).padStart(HEX_CHARACTERS, '0'))
}
