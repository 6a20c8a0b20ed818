/**
 * Characters that look like others in common fonts, after the idea of the skeletons of Unicode
 * TR39, for texts on ballots: Latin, Greek, Cyrillic, Armenian, digits, punctuation. NFKC covers
 * full width, ligatures and mathematical letters, so they have no rows. The table is our own and
 * short: most of the 1,400 pairs of TR39 look different to readers.
 *
 * A row has a character and those that look like it. "|" represents all vertical strokes, so that
 * the capital L, which is not one, stays distinct from them.
 */
import { lower, SHAPELESS, SPACES } from './look-alike.ts'

const ROWS: readonly (readonly [as: string, those: string])[] = [
  // Latin capitals: Greek, Cyrillic, Armenian, Cherokee.
  ...rows('AΑАᎪ BΒВᏴ CСϹᏟ DᎠ EΕЕᎬ FϜ GԌᏀ HΗНᎻ JЈͿᎫ KΚКᏦ LԼᏞ MΜМᎷ NΝ OΟОՕ'),
  ...rows('PΡРᏢ QԚ RᎡᏒ SЅՏᏚ TΤТᎢ UՍ VѴᏙ WԜᎳ XΧХ YΥУ ZΖᏃ ÆӔ ƏӘ'),
  // Small letters.
  ...rows('aαаɑ bЬьƄƅ cсϲᴄ dԁ eеҽ gɡցƍ hһհ iіιıɪ jјϳյ kκкĸ mм nոη oοоօᴏ pρр qԛզ'),
  ...rows('rгᴦ sѕꜱ tт uυս vνѵᴠ wԝɯᴡ xхᶍ yуγʏ zᴢ æӕ əә'),
  // Digits, and characters that look like them in other scripts.
  ...rows('OО0०੦૦௦౦೦൦๐໐၀٥۵ |Il1ΙІӀӏ׀١۱ǀⵏ∣❘｜ 3ЗзƷӠʒӡ 6б'),
  // Punctuation and space.
  ['-', '‐‑‒–—―−⁃﹘－ー一'],
  ["'", '’‘‛′ʹʻʼʽ`´ˈ՚ꞌ'],
  ['"', '“”„‟″ʺ«»'],
  ['.', '․·•∙⋅・。'],
  [',', '‚،،'],
  [':', '∶։׃ː꞉'],
  ['/', '⁄∕╱'],
  [' ', '\u2800'],
]

function rows(text: string): [string, string][] {
  return text.split(' ').map((row) => {
    const [as, ...those] = row
    return [as!, those.join('')]
  })
}

/** The character that another one looks like. */
export const TAKEN_FOR: ReadonlyMap<string, string> = new Map(
  ROWS.flatMap(([as, those]) => [...those].map((character) => [character, as] as const)),
)

/** The same mark twice over one letter looks like one. */
const MARK_AGAIN = /(\p{Mn})\1+/gu

/** @returns the text as it looks at a glance: equal results look alike */
export function sight(text: string): string {
  const plain = text.normalize('NFKC').replace(SHAPELESS, '').normalize('NFD').replace(MARK_AGAIN, '$1')
  const seen = Array.from(plain, (character) => TAKEN_FOR.get(character) ?? character).join('')
  return lower(seen).replace(SPACES, ' ').trim()
}
