/**
 * Which encoding a file is in that is not UTF-8: told only where it is certain.
 *
 * One byte a letter says nothing of the letter. But a file has letters of one language, and most
 * encodings make other languages' letters, capitals inside words or signs of its bytes. Where every
 * encoding that makes sense of the bytes makes the same letters of them, the reading is certain; in
 * any other case somebody must say it.
 */

/** What may be said with --encoding; the names are WHATWG's. */
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
/** Signs between letters that no language is told by. */
const SIGNS = '‘’“”„–—…·´\u00a0§°ºª«»€'

/**
 * What each encoding that offices had is used for; of scripts without Latin letters only the script
 * is known.
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
/** DOS, from 0x80; Node has no decoder for it. A dot is no letter of the languages above. */
const CP850 = `ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø.Ø..áíóúñÑªº......${'.'.repeat(51)}ß`

/** The bytes beyond ASCII that a file has, and what stands around them. */
export interface HighBytes {
  /** 256 counts. */
  readonly seen: Uint32Array
  /** Where one stood behind a small letter of ASCII, and before a capital. */
  readonly afterSmall: Uint8Array
  readonly beforeCapital: Uint8Array
  /** The longest run of them. */
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

/** In a text of Latin letters not more of the others stand together. */
const LONGEST_RUN = 2

/**
 * @returns the encoding of a text with these bytes, where there is but one reading; else undefined
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
