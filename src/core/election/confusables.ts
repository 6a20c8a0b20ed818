/**
 * Characters that look like others in usual type, after the idea of Unicode TR39 ("skeletons"), for
 * what stands on ballots: Latin, Greek, Cyrillic, Armenian, digits, punctuation. Full width,
 * ligatures and mathematical letters need no row: NFKC has them. The table is ours and short: of
 * the 1,400 pairs of TR39 most look alike to nobody. Pure.
 *
 * A row is the character they are taken for, and those that are. "|" stands for all upright
 * strokes, so that the capital L, which is none, keeps apart from them.
 */
import { lower, SHAPELESS, SPACES } from './look-alike.ts'

const ROWS: readonly (readonly [as: string, those: string])[] = [
  // Latin capitals: Greek, Cyrillic, Armenian, Cherokee.
  ...rows('AΑАᎪ BΒВᏴ CСϹᏟ DᎠ EΕЕᎬ FϜ GԌᏀ HΗНᎻ JЈͿᎫ KΚКᏦ LԼᏞ MΜМᎷ NΝ OΟОՕ'),
  ...rows('PΡРᏢ QԚ RᎡᏒ SЅՏᏚ TΤТᎢ UՍ VѴᏙ WԜᎳ XΧХ YΥУ ZΖᏃ ÆӔ ƏӘ'),
  // Small letters.
  ...rows('aαаɑ bЬьƄƅ cсϲᴄ dԁ eеҽ gɡցƍ hһհ iіιıɪ jјϳյ kκкĸ mм nոη oοоօᴏ pρр qԛզ'),
  ...rows('rгᴦ sѕꜱ tт uυս vνѵᴠ wԝɯᴡ xхᶍ yуγʏ zᴢ æӕ əә'),
  // Digits, and what looks like them in other digits.
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

/** What a character is taken for, where it is taken for another. */
export const TAKEN_FOR: ReadonlyMap<string, string> = new Map(
  ROWS.flatMap(([as, those]) => [...those].map((character) => [character, as] as const)),
)

/** One mark drawn twice over one letter looks like one. */
const MARK_AGAIN = /(\p{Mn})\1+/gu

/** What the text is taken for at a glance. */
export function sight(text: string): string {
  const plain = text.normalize('NFKC').replace(SHAPELESS, '').normalize('NFD').replace(MARK_AGAIN, '$1')
  const seen = Array.from(plain, (character) => TAKEN_FOR.get(character) ?? character).join('')
  return lower(seen).replace(SPACES, ' ').trim()
}
