/**
 * Texts as people see them: two are the same where one reads the same, whatever their code points.
 * Pure.
 *
 * `folded` is the text in any normalisation, in capitals or not, with any spaces; `sight`
 * (confusables.ts) is what its characters are taken for. Two options alike in either would be one
 * to a voter.
 */
/**
 * Characters without a shape: joiners, selectors, fillers, marks of direction, soft hyphens
 * (Unicode's own list).
 */
export const SHAPELESS = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu
export const SPACES = /[\s\u2800]+/gu
const SOMETHING_SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u

/**
 * The text as one word of a list is compared with another: NFKC, small letters, one space between
 * words, nothing without a shape.
 */
export function folded(text: string): string {
  const bare = text.normalize('NFD').replace(SHAPELESS, '')
  // Twice, for what one step makes the other has to see (Unicode 3.13, NFKC case folding); ß and ς
  // by their capitals.
  const once = lower(bare).normalize('NFKC')
  return lower(once).normalize('NFKC').replace(SHAPELESS, '').replace(SPACES, ' ').trim()
}

/** Whether the text shows anything at all. */
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
 * What is wrong with a text as a whole, in words that follow the field's name; undefined where
 * nothing is.
 */
export function textTrouble(text: string): string | undefined {
  if (!isSeen(text)) return 'shows nothing: it has no visible character'
  if (OVERRIDES.test(text))
    return 'has a character that turns the direction of what follows (U+202A to U+202E): take it out'
  if (BREAKS.test(text)) return 'must not hold a line break, a tab or another control character'
  if (NO_CHARACTERS.test(text)) return 'has a character that no font shows: take it out'
  return isBalanced(text) ? undefined : 'opens and closes isolates (U+2066 to U+2069) that do not pair up'
}

/** Each isolate is closed within the text, and none that was not opened. */
function isBalanced(text: string): boolean {
  let open = 0
  for (const [isolate] of text.matchAll(ISOLATE)) {
    open += isolate === POP ? -1 : 1
    if (open < 0) return false
  }
  return open === 0
}
