/**
 * Voter keys as phones type them (docs/key-code.md, "Lenient reading"): the personal_id is read as
 * leniently as the key code.
 */
import { isPersonalId } from './credential.ts'
import { asciiDigit, type KeyCodeFault, readKeyCode, type VoterKeyPair } from './key-code.ts'
import { keyInLink } from './key-link.ts'

/** Characters that a typed personal_id may have, and those that the voter roll may have instead. */
const LOOK_ALIKES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/'/g, ['\u2019', '\u02bc']],
  [/-/g, ['\u2011', '\u2013']],
  [/ /g, ['\u00a0', '\u202f']],
]
/** The zeros of the digits that some keyboards offer first. */
const ZEROS = [0x660, 0x6f0, 0xff10]

/**
 * Reads a typed key, also with other spellings of the personal_id that fit the check of the code.
 * At most 40 spellings are tried, so about 4 % of all wrong codes are accepted; the server refuses
 * them.
 * @returns the key, or what is wrong with the code for the personal_id as typed
 */
export function readTypedKey(typedId: string, typedCode: string): VoterKeyPair | KeyCodeFault {
  const pasted = keyInLink(typedCode.slice(Math.max(0, typedCode.search(/#|%23/i))).replace(/^%23/, '#'))
  if (typeof pasted === 'object') return pasted
  const asTyped = typedId.trim()
  const key = readKeyCode(typedCode, asTyped)
  if (key !== 'mistyped') return key
  for (const id of spellings(asTyped)) {
    const other = isPersonalId(id) ? readKeyCode(typedCode, id) : undefined
    if (typeof other === 'object') return other
  }
  return key
}

function spellings(typed: string): Set<string> {
  const plain = folded(typed)
  const alike = LOOK_ALIKES.flatMap(([what, others]) => others.map((other) => plain.replace(what, other)))
  const digits = ZEROS.map((zero) =>
    plain.replace(/[0-9]/g, (digit) => String.fromCharCode(zero + Number(digit))),
  )
  // A mail merge may print the apostrophe that guards a CSV cell.
  const forms = [plain, plain.replace(/^'/, ''), ...alike, ...digits, typed]
  return new Set(forms.flatMap((form) => [form, form.toUpperCase(), form.toLowerCase(), capitalised(form)]))
}

/**
 * The text as a plain keyboard types it: ASCII digits, dashes, quotes and spaces, no full-width
 * forms, no invisible marks.
 */
function folded(typed: string): string {
  return typed
    .replace(/[\u2018-\u201b\u02b9-\u02bf\u2032\u00b4\uff07`]/g, "'")
    .replace(/[\u201c-\u201f\u2033]/g, '"')
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\p{Nd}/gu, asciiDigit)
    .replace(/\p{Dash}/gu, '-')
    .replace(/\u0131/g, 'i')
    .replace(/\u0130/g, 'I')
    .replace(/\s+/g, ' ')
    .trim()
}

function capitalised(text: string): string {
  return text.toLowerCase().replace(/(?:^|\P{L})\p{L}/gu, (letter) => letter.toUpperCase())
}
