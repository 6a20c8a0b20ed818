/**
 * A voter key as people hold it: the key code printed in a letter, and the fragment of a link (docs/key-code.md).
 *
 * Key code, normative: 28 characters of Crockford's base32 alphabet, shown as seven groups of four. Characters 1 to 26
 * are the guid's 128 bits, most significant first, behind two zero bits; so the first one is 0 to 7. Characters 27 and
 * 28 check the pair of personal_id and guid. Read back, case, spaces and dashes do not matter, I and L are 1, O is 0.
 *
 *     4D9W-X543-0Y9D-QSMX-TY5M-E0Q7-SRHT   (personal_id P0000001, guid 8d4f3a52-0c1e-4b6f-9a77-5e2d1c0b9f38)
 *
 * The check is a Reed–Solomon code over GF(32), x⁵+x²+1, with the generator (x−α)(x−α²): the remainder of the word that
 * has two characters (high three bits, low five) for each byte of the personal_id in NFC and UTF-8, then the 26 of the
 * guid. Chosen over a weighted sum modulo a prime because its distance of 3 catches, without exception, any one or two
 * wrong characters of the code and any swap of two, and in the personal_id any wrong or swapped neighbouring ASCII
 * characters; of all else it misses one in 1024.
 *
 * Fragment, normative: `#k=` and the base64url, without padding, of the guid's 16 bytes, the personal_id (NFC, UTF-8)
 * and the two check characters as a byte each, 0 to 31: so a link that was cut short is known for one.
 */
import { isGuid, isPersonalId } from './credential.ts'
import { base64url, fromBase64url, fromUtf8, hexOf, utf8 } from './text-bytes.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const GUID_CHARACTERS = 26
export const KEY_CODE_CHARACTERS = 28
const GUID_BYTES = 16
const HEX_CHARACTERS = 32
const FRAGMENT = '#k='

export interface VoterKeyPair {
  readonly personalId: string
  /** A UUID in lower case. */
  readonly guid: string
}

/** What is wrong with a code as typed. `mistyped`: all of it is there, but it does not fit the personal_id. */
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
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .toUpperCase()
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

/** The fragment of the voter's link, with its `#`. */
export function keyFragment({ personalId, guid }: VoterKeyPair): string {
  const symbols = symbolsOfGuid(guid)
  const bytes = [...guidBytes(guid), ...utf8(personalId.normalize('NFC')), ...checkOf(personalId, symbols)]
  return FRAGMENT + base64url(bytes)
}

/** Whether a link means to carry a key, sound or not. */
export function isKeyFragment(fragment: string): boolean {
  return fragment.startsWith(FRAGMENT)
}

/** The key a fragment carries; undefined where it is damaged. */
export function readKeyFragment(fragment: string): VoterKeyPair | undefined {
  const bytes = isKeyFragment(fragment) ? fromBase64url(fragment.slice(FRAGMENT.length)) : undefined
  if (bytes === undefined || bytes.length <= GUID_BYTES + 2) return undefined
  const guid = guidOfHex(hexOf(bytes.slice(0, GUID_BYTES)))
  const personalId = fromUtf8(bytes.slice(GUID_BYTES, -2))
  if (personalId === undefined || !isPersonalId(personalId)) return undefined
  const check = checkOf(personalId, symbolsOfGuid(guid))
  return check.every((symbol, i) => symbol === bytes.at(i - 2)) ? { personalId, guid } : undefined
}

/** @throws TypeError for a guid that is none: it comes from a key file that was checked */
function guidBytes(guid: string): number[] {
  const lower = guid.toLowerCase()
  if (!isGuid(lower)) throw new TypeError('not a guid')
  return lower.match(/[0-9a-f]{2}/g)!.map((hex) => Number.parseInt(hex, 16))
}

function symbolsOfGuid(guid: string): number[] {
  let bits = guidBytes(guid).reduce((all, byte) => (all << 8n) | BigInt(byte), 0n)
  const symbols = new Array<number>(GUID_CHARACTERS)
  for (let i = GUID_CHARACTERS - 1; i >= 0; i--, bits >>= 5n) symbols[i] = Number(bits & 31n)
  return symbols
}

function guidOfSymbols(symbols: readonly number[]): string {
  const bits = symbols.reduce((all, symbol) => (all << 5n) | BigInt(symbol), 0n)
  return guidOfHex(bits.toString(16).padStart(HEX_CHARACTERS, '0'))
}

function guidOfHex(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** The remainder of the word divided by the generator x² + (α+α²)x + α³. */
function checkOf(personalId: string, guid: readonly number[]): [number, number] {
  let high = 0
  let low = 0
  const feed = (symbol: number) => {
    const two = doubled(symbol ^ high)
    const four = doubled(two)
    high = low ^ two ^ four
    low = doubled(four)
  }
  for (const byte of utf8(personalId.normalize('NFC'))) {
    feed(byte >> 5)
    feed(byte & 31)
  }
  for (const symbol of guid) feed(symbol)
  return [high, low]
}

/** Multiplied by α in GF(32). */
function doubled(symbol: number): number {
  return ((symbol << 1) & 31) ^ (symbol & 16 ? 5 : 0)
}
