/**
 * Finds oddities of a roll's rows that are no reason to refuse it: ids that a spreadsheet seems to
 * have rewritten, and repeated e-mail addresses. Reports the lines of the first 20 of each kind,
 * and how many more there are.
 */
import { foldEmail } from '../../core/roll/id-fold.ts'
import { damageOf, type IdDamage } from '../../core/spreadsheet-ids.ts'
import { seenIds } from './seen-ids.ts'
import { plural } from './words.ts'

export interface RollOddities {
  readonly look: (personalId: string, email: string, line: number) => void
  /** Call it after the last row. */
  readonly warnings: () => readonly string[]
}

const SHOWN = 20
/** Limit of the widths of numeric ids that are counted. */
const WIDTHS = 32
const LINES_PER_WIDTH = 5
const REMEDY = 'format the column as text in the program the file comes from, and save it again'
const DAMAGE: Readonly<Record<IdDamage, string>> = {
  number: `personal_id looks like a long number that a spreadsheet has rewritten (1.23E+12): ${REMEDY}`,
  rounded: `personal_id looks like a number that a spreadsheet has rounded to 15 digits: ${REMEDY}`,
  date: `personal_id looks like a date that a spreadsheet has written: ${REMEDY}`,
  error: 'personal_id is an error value of a spreadsheet',
}

/** @param onFound receives each oddity, including those that are not shown */
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

/** If this share of the numbers has one width, shorter ones are suspected to have lost zeros. */
const MOSTLY = 0.9
const LEAST_WIDTH = 4

/** If most numeric ids have the same number of digits, shorter ones may have begun with zeros. */
function lostZeros(widths: Uint32Array, linesOf: readonly (readonly number[])[]): string[] {
  const total = widths.reduce((sum, count) => sum + count, 0)
  const width = widths.indexOf(Math.max(...widths))
  const shorter = widths.subarray(0, width).reduce((sum, count) => sum + count, 0)
  // If ids count upwards from 1, one in ten is shorter, and nothing was lost.
  const isCounting = total > 10 ** width / 2
  if (width < LEAST_WIDTH || shorter === 0 || isCounting || widths[width]! < MOSTLY * total) return []
  const lines = linesOf
    .slice(0, width)
    .flat()
    .sort((a, b) => a - b)
    .slice(0, LINES_PER_WIDTH)
  const where =
    `${plural('line', lines.length)} ` + `${lines.join(', ')}${shorter > lines.length ? ' and others' : ''}`
  return [
    `${shorter.toLocaleString('en')} ${plural('personal_id', shorter)} ` +
      `${shorter === 1 ? 'has' : 'have'} fewer digits than the ${width} of most ` +
      `(${where}): a spreadsheet may have removed zeros from the beginning`,
  ]
}
