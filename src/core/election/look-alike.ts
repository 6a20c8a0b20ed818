/**
 * Compares texts as people see them: two texts are the same if they read the same, whatever their
 * code points.
 *
 * `folded` ignores normalisation, case and spacing. `sight` (confusables.ts) replaces characters by
 * those they look like. If two options are equal in either, a voter would take them for one.
 */
/**
 * Characters without a shape: joiners, selectors, fillers, direction marks, soft hyphens (Unicode
 * property Default_Ignorable_Code_Point).
 */
export const SHAPELESS = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu
export const SPACES = /[\s\u2800]+/gu
const SOMETHING_SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u

/** @returns the text for comparisons: NFKC, lower case, single spaces, no shapeless characters */
export function folded(text: string): string {
  const bare = text.normalize('NFD').replace(SHAPELESS, '')
  // Twice, because one step can produce characters that the other must fold (Unicode 3.13, NFKC
  // case folding). ß and ς are folded by their capitals.
  const once = lower(bare).normalize('NFKC')
  return lower(once).normalize('NFKC').replace(SHAPELESS, '').replace(SPACES, ' ').trim()
}

/** @returns whether a text has a visible character */
export function isSeen(text: string): boolean {
  return SOMETHING_SEEN.test(text.replace(SHAPELESS, '').replace(SPACES, ''))
}

export const lower = (text: string) => text.toUpperCase().toLowerCase()

const OVERRIDES = /[\u202a-\u202e]/
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]/u
const NO_CHARACTERS = /[\ufeff\ufff9-\uffff\u{e0000}-\u{e007f}\p{Co}\p{Noncharacter_Code_Point}]/u
const ISOLATE = /[\u2066-\u2069]/g
const POP = '\u2069'

/**
 * @returns what is wrong with a text as a whole, as words that follow the field's name; undefined
 *   if it is valid
 */
export function textTrouble(text: string): string | undefined {
  if (!isSeen(text)) return 'shows nothing: it has no visible character'
  if (OVERRIDES.test(text))
    return 'has a character that turns the direction of what follows (U+202A to U+202E): take it out'
  if (BREAKS.test(text)) return 'must not contain a line break, a tab or another control character'
  if (NO_CHARACTERS.test(text)) return 'has a character that no font shows: take it out'
  return isBalanced(text) ? undefined : 'opens and closes isolates (U+2066 to U+2069) that do not pair up'
}

/** Whether each isolate is closed within the text, and each closing one was opened. */
function isBalanced(text: string): boolean {
  let open = 0
  for (const [isolate] of text.matchAll(ISOLATE)) {
    open += isolate === POP ? -1 : 1
    if (open < 0) return false
  }
  return open === 0
}
