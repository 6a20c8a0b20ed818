/**
 * A voter key as a link carries it, and as mail programs and chats hand such a link on
 * (docs/key-code.md, "Link").
 *
 * Fragment, normative: `#k=` and the base64url, without padding, of the guid's 16 bytes, the
 * personal_id (NFC, UTF-8) and the two check characters as a byte each, 0 to 31: so a link that was
 * cut short is known for one.
 *
 * The check says which of several readings is the one meant, so what was added on the way is read
 * past.
 */
import { isPersonalId } from './credential.ts'
import { checkOf, guidBytes, guidOfHex, symbolsOfGuid } from './key-check.ts'
import type { VoterKeyPair } from './key-code.ts'
import { base64url, fromBase64url, fromUtf8, hexOf, utf8 } from './text-bytes.ts'

const FRAGMENT = '#k='
const GUID_BYTES = 16
/**
 * No key's link is longer: 146 bytes of key, each perhaps escaped twice, and what others put behind
 * it.
 */
const MOST_CHARACTERS = 4_000
/** Lines that a mail program may have broken one link into. */
const MOST_PIECES = 8

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

/**
 * The key that a link's fragment carries, whatever was added to it, wrapped in it or escaped.
 * @param fragment with its `#`
 * @returns `damaged` where it means to carry a key and none can be read; undefined where it means
 *   to carry none
 */
export function keyInLink(fragment: string): VoterKeyPair | 'damaged' | undefined {
  const text = unescaped(fragment.slice(0, MOST_CHARACTERS)).replace(/\p{Cf}/gu, '')
  const start = /^#+[/!?&]*k\s*[=:]+/i.exec(text)?.[0]
  if (start === undefined) return undefined
  // White space and the `>` of quoted lines, `=` where a line was broken in quoted-printable.
  const pieces = text.slice(start.length).split(/[\s>=|\u2028\u2029]+/)
  let tail = ''
  for (const piece of pieces.slice(0, MOST_PIECES)) {
    tail += tail === '' ? piece.replace(/^[^\w\u2010-\u2015-]+/, '') : piece
    // What no key has ends it: a full stop, a bracket, another parameter.
    const [own] = /^[\w\u2010-\u2015-]*/.exec(tail)!
    for (const reading of readingsOf(own)) {
      const key = readKeyFragment(FRAGMENT + reading)
      if (key !== undefined) return key
    }
    if (own !== tail) break
  }
  return 'damaged'
}

/** Escaped once, or over and over on its way. */
function unescaped(text: string): string {
  let plain = text
  for (let times = 0; times < 3 && /%[0-9a-f]{2}/i.test(plain); times++)
    try {
      plain = decodeURIComponent(plain)
    } catch {
      plain = plain.replace(/%([0-7][0-9a-f])/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    }
  return plain
}

function readingsOf(own: string): Set<string> {
  // Two hyphens that were made a dash, and an "=" in front that became "=3D".
  const dashes = [own, own.replace(/[\u2010-\u2015]/g, '-'), own.replace(/[\u2010-\u2015]/g, '--')]
  const all = dashes.flatMap((each) => [each, each.replace(/^3D/, '')])
  // No key ends in "-" or "_": its last byte is below 32.
  return new Set(all.map((each) => each.replace(/[-_]+$/, '')))
}
