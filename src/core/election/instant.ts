/**
 * A date and time with its offset (RFC 3339, seconds may be left out), read without repair:
 * `Date.parse` turns 30 February into 2 March in one engine and into nothing in another. Pure.
 */

export const INSTANT_PATTERN =
  '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?(Z|[+-]\\d{2}:\\d{2})$'

const PARTS =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(?:Z|([+-])(\d{2}):(\d{2}))$/
const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)
/** Hours of the farthest offset in use: UTC+14:00, UTC-12:00. */
const MOST_OFFSET = { '+': 14 * 60, '-': 12 * 60 }
const MINUTE_MS = 60_000

export interface Instant {
  /** Unix milliseconds. */
  readonly ms: number
  /** Minutes east of UTC. */
  readonly offset: number
}

/**
 * @returns the instant, or in words what is wrong with it, to follow the field's name: "is not …"
 */
export function readInstant(text: string): Instant | string {
  const parts = PARTS.exec(text)
  if (parts === null)
    return 'must be a date and time with its offset from UTC, such as 2026-11-23T08:00:00+01:00'
  const [year, month, day, hour, minute, second] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0)) as number[]
  const sign = parts[8] as '+' | '-' | undefined
  const wrong = dateTrouble(year!, month!, day!) ?? timeTrouble(hour!, minute!, second!)
  if (wrong !== undefined) return wrong
  const minutes = Number(parts[9] ?? 0) * 60 + Number(parts[10] ?? 0)
  if (sign !== undefined && (minutes > MOST_OFFSET[sign] || Number(parts[10]) > 59))
    return `has the offset ${text.slice(-6)}, and no clock has that: offsets go from -12:00 to +14:00`
  const offset = sign === '-' ? -minutes : minutes
  const date = new Date(0)
  date.setUTCFullYear(year!, month! - 1, day!)
  date.setUTCHours(hour!, minute!, second!, Number((parts[7] ?? '').padEnd(3, '0')))
  return { ms: date.getTime() - offset * MINUTE_MS, offset }
}

/** Unix milliseconds of an instant that was checked. @throws RangeError for one that was not */
export function instantMs(text: string): number {
  const read = readInstant(text)
  if (typeof read === 'string') throw new RangeError(`"${text}" ${read}`)
  return read.ms
}

function dateTrouble(year: number, month: number, day: number): string | undefined {
  if (month < 1 || month > 12) return `is not a date that exists: there is no month ${month}`
  const last = daysIn(year, month)
  if (day >= 1 && day <= last) return undefined
  const leap = month === 2 && day === 29 ? ` ${year}` : ''
  return `is not a date that exists: ${MONTHS[month - 1]}${leap} ends on day ${last}`
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function timeTrouble(hour: number, minute: number, second: number): string | undefined {
  if (hour === 24) return 'is not a time that exists: midnight is 00:00 of the next day'
  if (hour > 23) return `is not a time that exists: there is no hour ${hour}`
  if (minute > 59) return `is not a time that exists: there is no minute ${minute}`
  if (second === 60) return 'has second 60: leap seconds cannot be told, take second 59'
  return second > 60 ? `is not a time that exists: there is no second ${second}` : undefined
}
