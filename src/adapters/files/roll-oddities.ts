/**
 * What is odd about the rows of a roll and no reason to refuse it: ids that a spreadsheet seems to
 * have rewritten, and the same e-mail address twice. Told by line; the first of each kind, and how
 * many there are.
 */
import { foldEmail } from '../../core/roll/id-fold.ts'
import { damageOf, type IdDamage } from '../../core/spreadsheet-ids.ts'
import { seenIds } from './seen-ids.ts'
import { plural } from './words.ts'

export interface RollOddities {
  readonly look: (personalId: string, email: string, line: number) => void
  /** To be asked once all rows were looked at. */
  readonly warnings: () => readonly string[]
}

const SHOWN = 20
/** Widths of ids that are numbers. */
const WIDTHS = 32
const LINES_PER_WIDTH = 5
const REMEDY = 'make the column a text column where the file comes from, and save it again'
const DAMAGE: Readonly<Record<IdDamage, string>> = {
  number: `personal_id reads like a long number as a spreadsheet rewrites it (1.23E+12): ${REMEDY}`,
  rounded: `personal_id reads like a number that a spreadsheet has rounded to 15 digits: ${REMEDY}`,
  date: `personal_id reads like a date as a spreadsheet writes it: ${REMEDY}`,
  error: 'personal_id is an error that a spreadsheet shows',
}

/** @param onFound hears of each, those that are not shown too */
export function rollOddities(
  onFound: (line: number, message: string) => void = () => {},
  hint = '',
): RollOddities {
  const found = new Map<'ids' | 'email', { total: number; readonly shown: string[] }>()
  const emails = seenIds()
  const widths = new Uint32Array(WIDTHS)
  const linesOf: number[][] = Array.from({ length: WIDTHS }, () => [])
  const add = (kind: 'ids' | 'email', line: number, message: string): void => {
    const list = found.get(kind) ?? { total: 0, shown: [] }
    found.set(kind, list)
    if (list.total++ < SHOWN) list.shown.push(`line ${line}: ${message}`)
    onFound(line, message)
  }
  return {
    look: (personalId, email, line) => {
      const damage = damageOf(personalId)
      if (damage !== undefined) add('ids', line, DAMAGE[damage])
      if (personalId.length < WIDTHS && /^\d+$/.test(personalId)) {
        widths[personalId.length]!++
        const lines = linesOf[personalId.length]!
        if (lines.length < LINES_PER_WIDTH) lines.push(line)
      }
      if (email === '') return
      const first = emails.put(foldEmail(email), line)
      if (first !== 0) add('email', line, `email is the same as on line ${first}`)
    },
    warnings: () => [
      ...lostZeros(widths, linesOf),
      ...[...found.values()].flatMap(({ total, shown }) => [
        ...shown,
        ...(total > shown.length
          ? [`and ${(total - shown.length).toLocaleString('en')} more like this${hint}`]
          : []),
      ]),
    ],
  }
}

/** Of a hundred numbers so many have the same width, where the others have lost zeros. */
const MOSTLY = 0.9
const LEAST_WIDTH = 4

/**
 * Numbers made with as many digits each, some of which have fewer: those may have begun with zeros.
 */
function lostZeros(widths: Uint32Array, linesOf: readonly (readonly number[])[]): string[] {
  const total = widths.reduce((sum, count) => sum + count, 0)
  const width = widths.indexOf(Math.max(...widths))
  const shorter = widths.subarray(0, width).reduce((sum, count) => sum + count, 0)
  // Counted upwards from 1, one number in ten is shorter, and nothing was lost.
  const isCounting = total > 10 ** width / 2
  if (width < LEAST_WIDTH || shorter === 0 || isCounting || widths[width]! < MOSTLY * total) return []
  const lines = linesOf
    .slice(0, width)
    .flat()
    .sort((a, b) => a - b)
    .slice(0, LINES_PER_WIDTH)
  const where = `${plural('line', lines.length)} ${lines.join(', ')}${shorter > lines.length ? ' and others' : ''}`
  return [
    `${shorter.toLocaleString('en')} ${plural('personal_id', shorter)} ${shorter === 1 ? 'has' : 'have'} fewer digits than the ${width} of most ` +
      `(${where}): a spreadsheet may have taken zeros from the beginning`,
  ]
}
