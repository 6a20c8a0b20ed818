/**
 * Text from elsewhere, for a terminal: names, addresses, headers, messages, file names. It moves no
 * cursor, turns no direction, poses as no other line, hides nothing, and is not endless. Everything
 * foreign that a command prints comes through here. Pure.
 */

/**
 * Control characters (C0, DEL, C1), format characters (bidi controls, zero width, tags, byte order
 * marks), separators of lines and paragraphs, lone surrogates, private and unassigned ones, and
 * letters that show nothing.
 */
const UNPRINTABLE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\u115f\u1160\u3164\uffa0]|\u034f|\u17b4|\u17b5/gu
const MOST_CHARACTERS = 1_000

/**
 * One line, with a dot where something cannot be shown; cut where it is longer than anybody reads.
 */
export function printable(text: string, mostCharacters = MOST_CHARACTERS): string {
  const shown = text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text
  return shown.replaceAll(UNPRINTABLE, '·')
}

/**
 * JSON on one line that says the same value and prints as safely: what cannot be shown is escaped.
 */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(UNPRINTABLE, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}
