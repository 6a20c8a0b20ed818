/**
 * Makes foreign text safe for a terminal: names, addresses, headers, messages, file names. The
 * output moves no cursor, changes no direction, imitates no other line, hides nothing and has a
 * limited length. Every foreign text that a command prints passes through here.
 */

/**
 * Control characters (C0, DEL, C1), format characters (bidi controls, zero width, tags, byte order
 * marks), line and paragraph separators, lone surrogates, private and unassigned code points, and
 * letters without a visible shape.
 */
const UNPRINTABLE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\u115f\u1160\u3164\uffa0]|\u034f|\u17b4|\u17b5/gu
const MOST_CHARACTERS = 1_000

/**
 * @returns the text on one line, with a dot for each unprintable character, cut after
 *   `mostCharacters` (default 1,000)
 */
export function printable(text: string, mostCharacters = MOST_CHARACTERS): string {
  const shown = text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text
  return shown.replaceAll(UNPRINTABLE, '·')
}

/** @returns JSON on one line with the same value, in which unprintable characters are escaped */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(UNPRINTABLE, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}
