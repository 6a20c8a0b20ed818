/**
 * Voter keys as phones type them (docs/key-code.md, "Lenient reading"): the personal_id as
 * forgivingly as the key code beside it. Pure.
 */
import { isPersonalId } from './credential.ts'
import { asciiDigit, type KeyCodeFault, readKeyCode, type VoterKeyPair } from './key-code.ts'
import { keyInLink } from './key-link.ts'

/**
 * What is looked for when a personal_id was typed otherwise than it is on the roll, and what else
 * it may be there.
 */
const LOOK_ALIKES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/'/g, ['\u2019', '\u02bc']],
  [/-/g, ['\u2011', '\u2013']],
  [/ /g, ['\u00a0', '\u202f']],
]
/** Zeros of the digits that keyboards give first. */
const ZEROS = [0x660, 0x6f0, 0xff10]

/**
 * The key as typed, or with a personal_id that is spelled otherwise and fits the code's check. At
 * most 40 spellings are tried: of all wrong codes some 4 % are then taken for right, and the server
 * refuses them.
 * @returns what is wrong with the code, by the personal_id as typed
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
 * As a plain keyboard would have it: ASCII digits, dashes, quotes and spaces, full width made half,
 * no unseen marks.
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
