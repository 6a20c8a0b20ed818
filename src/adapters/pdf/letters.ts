/**
 * The letters the certificate is set in: Noto Sans, which has Latin, Greek and Cyrillic whole, and which texts it can set.
 * Other scripts, and those written from right to left, are not attempted: boxes and turned words are worse than an id.
 */
import { createRequire } from 'node:module'

const fonts = createRequire(import.meta.url)

/** Files of the two weights. */
export const REGULAR = fonts.resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf')
export const STRONG = fonts.resolve('@expo-google-fonts/noto-sans/600SemiBold/NotoSans_600SemiBold.ttf')

/** Every character of these ranges that Unicode assigns has its letter in both files (letters.test.ts). */
export const RANGES: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0xa0, 0x3e1],
  [0x3f0, 0x52f],
  [0x1e00, 0x1fff],
  [0x2010, 0x2027],
  [0x2030, 0x205e],
  [0x2070, 0x20bf],
  [0x2100, 0x214f],
]

/** Whether the text comes out as it is meant. */
export function canBeSet(text: string): boolean {
  return [...text].every((character) => {
    const code = character.codePointAt(0)!
    return RANGES.some(([from, to]) => code >= from && code <= to) && /^\p{Assigned}$/u.test(character)
  })
}
