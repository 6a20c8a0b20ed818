/**
 * What a workbook shows for a number, as far as a roll needs it: dates, and zeros before a number.
 */

/** ECMA-376 part 1, 18.8.30: formats of dates and times that have a number and no code. */
function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)
}

export type NumberFormat =
  | { readonly kind: 'plain' }
  | { readonly kind: 'date' }
  /** Digits take the places of zeros, from the right: `000-00-0000`. */
  | { readonly kind: 'zeros'; readonly places: string }

const PLAIN: NumberFormat = { kind: 'plain' }

/** @param code undefined for a format that is built in */
export function numberFormat(id: number, code: string | undefined): NumberFormat {
  if (code === undefined) return isBuiltInDate(id) ? { kind: 'date' } : PLAIN
  const [positive = ''] = code.split(';')
  const bare = positive.replaceAll(/\[[^\]]*\]|"[^"]*"|\\.|_.|\*./g, '')
  if (/[dmyhs]/i.test(bare) && !/[0#]/.test(bare.replaceAll(/\.0+/g, ''))) return { kind: 'date' }
  const places = positive.replaceAll(/\[[^\]]*\]/g, '').replaceAll(/"([^"]*)"|\\(.)/g, '$1$2')
  return /^[0][0 \-/]*$/.test(places) && places.length > 1 ? { kind: 'zeros', places } : PLAIN
}

const DAY_MS = 86_400_000
/** Day 0 of each way to count; 29 February 1900 is counted in the first though it never was. */
const EPOCH_1900 = Date.UTC(1899, 11, 30)
const EPOCH_1904 = Date.UTC(1904, 0, 1)
const MOST_DAYS = 2_958_466

/** A number of a cell as it is meant. Numbers that are no number are given back as they stand. */
export function numberText(value: string, format: NumberFormat, isFrom1904: boolean): string {
  const number = Number(value)
  if (value.trim() === '' || !Number.isFinite(number)) return value
  if (format.kind === 'date' && number >= 0 && number < MOST_DAYS)
    return dateText(number, isFrom1904 ? EPOCH_1904 : EPOCH_1900)
  if (!Number.isInteger(number) || Math.abs(number) >= 1e21) return String(number)
  const digits = BigInt(number).toString()
  return format.kind === 'zeros' && number >= 0 ? filled(format.places, digits) : digits
}

function dateText(days: number, epoch: number): string {
  const iso = new Date(epoch + Math.round(days * 86_400) * 1000).toISOString()
  return days % 1 === 0 || (days * DAY_MS) % DAY_MS === 0
    ? iso.slice(0, 10)
    : iso.slice(0, 19).replace('T', ' ')
}

function filled(places: string, digits: string): string {
  let left = digits
  let text = ''
  for (const place of [...places].reverse()) {
    if (place !== '0') text = place + text
    else {
      text = (left.at(-1) ?? '0') + text
      left = left.slice(0, -1)
    }
  }
  return left + text
}
