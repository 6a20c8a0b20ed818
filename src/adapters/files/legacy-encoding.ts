/**
 * Finds the encoding of a file that is not UTF-8, if it is certain.
 *
 * A single byte does not identify a letter. But a file uses the letters of one language, and under
 * most wrong encodings its bytes turn into letters of other languages, capitals inside words or
 * signs. If every encoding that makes sense of the bytes yields the same letters, the reading is
 * certain. Otherwise a person must name the encoding.
 */

/** Values of --encoding; the names are WHATWG's. */
export const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'windows-1253',
  'windows-1254',
  'windows-1257',
  'iso-8859-15',
  'iso-8859-2',
  'macintosh',
  'ibm866',
  'koi8-r',
] as const
export type Encoding = (typeof ENCODINGS)[number]

/** Letters beyond a to z, by language. */
const WESTERN = [
  'äöüßé', // German
  'áéíóúüñ', // Spanish
  'àâæçèéêëîïôœùûüÿ', // French
  'áâãàçéêíóôõúü', // Portuguese
  'àèéìíòóùú', // Italian
  'æøåéèêóòâôöä', // Danish, Norwegian
  'åäöé', // Swedish, Finnish
  'áéíóúýþæðö', // Icelandic
  'áàçéèêëíïóòôöúüñ', // Dutch, Catalan
]
const CENTRAL = [
  'ąćęłńóśźż',
  'áčďéěíňóřšťúůýž',
  'áäčďéíĺľňóôŕšťúýž',
  'áéíóöőúüű',
  'čćđšž',
  'ăâîşţșț',
  'äöüßé',
]
const TURKISH = ['çğıöşüâîû']
const BALTIC = ['āčēģīķļņšūž', 'ąčęėįšųūž', 'äöõüšž']
/** Signs between letters that do not identify a language. */
const SIGNS = '‘’“”„–—…·´\u00a0§°ºª«»€'

/**
 * The languages that each encoding common in offices is used for. Encodings of scripts other than
 * Latin are left out.
 */
const USED_FOR: readonly (readonly [Encoding | 'cp850', readonly string[]])[] = [
  ['windows-1252', WESTERN],
  ['windows-1250', CENTRAL],
  ['iso-8859-2', CENTRAL],
  ['windows-1254', TURKISH],
  ['windows-1257', BALTIC],
  ['macintosh', WESTERN],
  ['cp850', WESTERN],
]
/** DOS, from 0x80; Node has no decoder for it. A dot is not a letter of the languages above. */
const CP850 = `ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø.Ø..áíóúñÑªº......${'.'.repeat(51)}ß`

/** The bytes beyond ASCII in a file, and their neighbours. */
export interface HighBytes {
  /** 256 counts. */
  readonly seen: Uint32Array
  /** 1 if the byte occurred after a lower-case ASCII letter, or before an ASCII capital. */
  readonly afterSmall: Uint8Array
  readonly beforeCapital: Uint8Array
  /** The longest sequence of such bytes. */
  longestRun: number
}

export function highBytes(): { readonly found: HighBytes; readonly look: (chunk: Uint8Array) => void } {
  const found: HighBytes = {
    seen: new Uint32Array(256),
    afterSmall: new Uint8Array(256),
    beforeCapital: new Uint8Array(256),
    longestRun: 0,
  }
  let last = 0
  let run = 0
  const look = (chunk: Uint8Array): void => {
    for (const byte of chunk) {
      if (byte >= 0x80) {
        found.seen[byte]!++
        if (last >= 0x61 && last <= 0x7a) found.afterSmall[byte] = 1
        if (++run > found.longestRun) found.longestRun = run
      } else {
        if (last >= 0x80 && byte >= 0x41 && byte <= 0x5a) found.beforeCapital[last] = 1
        run = 0
      }
      last = byte
    }
  }
  return { found, look }
}

/** Text in Latin letters has at most this many letters beyond ASCII in sequence. */
const LONGEST_RUN = 2

/**
 * @returns the encoding of a text with these bytes if only one reading is possible, else undefined
 */
export function certainEncoding({ found }: { readonly found: HighBytes }): Encoding | undefined {
  if (found.longestRun > LONGEST_RUN) return undefined
  const bytes = [...found.seen.keys()].filter((byte) => found.seen[byte]! > 0)
  const readings = new Map<string, Encoding | 'cp850'>()
  for (const [encoding, languages] of USED_FOR) {
    const letters = decoded(bytes, encoding)
    const text = letters.join('')
    if (!readings.has(text) && makesSense(bytes, letters, languages, found)) readings.set(text, encoding)
  }
  const [first, ...others] = readings.values()
  return first === undefined || first === 'cp850' || others.length > 0 ? undefined : first
}

function decoded(bytes: readonly number[], encoding: Encoding | 'cp850'): string[] {
  if (encoding === 'cp850') return bytes.map((byte) => CP850[byte - 0x80] ?? '.')
  const decoder = new TextDecoder(encoding)
  return bytes.map((byte) => decoder.decode(Uint8Array.of(byte)))
}

function makesSense(
  bytes: readonly number[],
  letters: readonly string[],
  languages: readonly string[],
  { afterSmall, beforeCapital }: HighBytes,
): boolean {
  const own = letters.filter((letter) => !SIGNS.includes(letter))
  if (own.length === 0) return letters.length > 0
  if (!languages.some((alphabet) => own.every((letter) => alphabet.includes(letter.toLowerCase()))))
    return false
  return letters.every((letter, i) => {
    const isCapital = letter !== letter.toLowerCase()
    const isSmall = letter !== letter.toUpperCase() && !isCapital
    return !(isCapital && afterSmall[bytes[i]!]) && !(isSmall && beforeCapital[bytes[i]!])
  })
}
