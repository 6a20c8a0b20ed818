/**
 * Which corrections of an option's name are allowed (docs/protocol.md, "Corrections"), and what
 * readers make of them.
 */
import type { Faults } from './faults.ts'
import type { Breach } from './secrecy.ts'
import { chance } from './world.ts'

/** Letters and digits alone, without case, accents and width. */
export function skeleton(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
}

/** Optimal string alignment distance, in code points. */
export function distance(one: string, other: string): number {
  const [a, b] = [[...one], [...other]]
  const rows = [[...Array(b.length + 1).keys()]]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const above = rows[i - 1]!
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + Number(a[i - 1] !== b[j - 1]))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, rows[i - 2]![j - 2]! + 1)
      row.push(least)
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}

const SCRIPTS = [
  'Latin',
  'Greek',
  'Cyrillic',
  'Arabic',
  'Hebrew',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Devanagari',
]

const scriptsOf = (text: string): ReadonlySet<string> =>
  new Set(SCRIPTS.filter((script) => new RegExp(`\\p{Script=${script}}`, 'u').test(text)))

export interface CorrectedContest {
  /** Per option all its texts, the present one last. */
  readonly texts: readonly (readonly string[])[]
  /** Whether voting has opened. */
  readonly isOpen: boolean
}

/** Why a correction is refused; undefined where it is allowed. */
export function refusalOf(
  { texts, isOpen }: CorrectedContest,
  option: number,
  to: string,
  faults: Faults,
): string | undefined {
  if (isOpen && texts.length === 2) return 'yes and no are frozen'
  const own = texts[option]!.map(skeleton)
  const others = texts.filter((_, i) => i !== option).map((all) => (faults.swapsNames ? all.slice(-1) : all))
  const theirs = others.flat().map(skeleton)
  const wanted = skeleton(to)
  if (wanted === '') return 'it says nothing'
  if (theirs.includes(wanted)) return 'it is another option’s'
  const nearest = (some: readonly string[]) => Math.min(...some.map((text) => distance(wanted, text)))
  if (
    !faults.swapsNames &&
    theirs.length > 0 &&
    nearest(theirs) < Math.max(...own.map((text) => distance(wanted, text)))
  )
    return 'it is nearer to another option’s'
  const scripts = new Set(texts[option]!.flatMap((text) => [...scriptsOf(text)]))
  if ([...scriptsOf(to)].some((script) => !scripts.has(script))) return 'it is in another script'
  return undefined
}

const NAMES = [
  'Ann Lee',
  'Anne Lee',
  'Ben Fox',
  'Bén Fox',
  'Cara Poe',
  'Cara Pöe',
  'Аnn Lee',
  'Yes',
  'No',
  'YES!',
  'Bne Fox',
  'Dan Ito',
]

/**
 * A contest whose options are corrected again and again; at every moment each name ever shown must
 * be of one option.
 */
export function correcting(seed: number, faults: Faults): readonly Breach[] {
  const { below, next } = chance(seed)
  const texts: string[][] = [['Ann Lee'], ['Ben Fox'], ...(next() < 0.7 ? [['Cara Poe']] : [])]
  const breaches: Breach[] = []
  for (let step = 0; step < 12; step++) {
    const option = below(texts.length)
    // Swapping goes by way of a name that is nobody's.
    const to = next() < 0.5 ? NAMES[below(NAMES.length)]! : texts[below(texts.length)]![0]!
    if (refusalOf({ texts, isOpen: step > 4 }, option, to, faults) !== undefined) continue
    if (step > 4 && texts.length === 2)
      breaches.push({ assertion: 'correction-confuses', detail: 'yes and no moved' })
    texts[option]!.push(to)
    const ofText = new Map<string, number>()
    for (const [i, all] of texts.entries())
      for (const text of all) {
        const before = ofText.get(skeleton(text))
        if (before !== undefined && before !== i)
          breaches.push({
            assertion: 'correction-confuses',
            detail: `“${text}” was shown for options ${before} and ${i}`,
          })
        ofText.set(skeleton(text), i)
      }
  }
  return breaches
}
